// Names that CloudFormation gives to physical resources, stacks and change sets. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.h"

namespace thaw::cloudformation {

enum class NameStyle : uint8_t {
  mixed,  // MyStack-Table-1A2B3C4D5E6F
  lower,  // mystack-bucket-1a2b3c4d5e6f
};

// stack-logical-RANDOM, at most length_max characters; the stack's and the logical name are shortened as needed.
// `random` is at least 13 letters and digits, and decides the rest: the same input gives the same name.
std::string physical_name(std::string_view stack_name, std::string_view logical_id, std::string_view random,
                          size_t length_max, NameStyle style = NameStyle::mixed);

// A letter, then letters, digits and hyphens; at most 128.
bool is_stack_name(std::string_view name);

// Replaces the host of AWS's endpoints for APIs and function URLs by one that resolves on this machine: in
// "https://abc.execute-api.eu-west-1.amazonaws.com/Prod" the end "amazonaws.com" becomes `suffix` ("localhost:4566").
// Everything else stays: ARNs, service principals, AWS::URLSuffix alone.
std::string reachable_urls(std::string text, std::string_view suffix);
Json reachable_urls(Json value, std::string_view suffix);

}  // namespace thaw::cloudformation
