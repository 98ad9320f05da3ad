// The wire of Amazon API Gateway: shapes and operations, read from the table in declarations.cc when they are first
// used.
//
//   enum NAME: VALUE VALUE ...
//   shape NAME: MEMBER MEMBER ...
//   OPERATION METHOD URI STATUS OUTPUT: MEMBER MEMBER ...          (OUTPUT "-": none)
//   MEMBER   name[!][PLACE]:TYPE      "!": required
//   PLACE    @label  ?query  #header  $ (payload)  ?* (the rest of the query)  =wire
//   TYPE     s b i d t(ime) y(bytes), <Enum>, Shape, [TYPE] list, {TYPE} map of text to TYPE
// A line that begins with spaces goes on with the one before.
//
// This service's records and messages are the canonical documents of these shapes (Json): patches, imports and
// snapshots all work on documents. Other services call the operations by name with such documents through Caller.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "api/shape.h"

namespace thaw::apigateway {

struct Declared {
  std::string name, method, uri;
  int status = 200;
  const api::Schema* input = nullptr;
  const api::Schema* output = nullptr;
};

extern const char* const declarations_of_shapes;
extern const char* const declarations_of_operations;
const std::vector<std::string>& operations_not_implemented();

// In the order of the table. Built once; loop's thread.
const std::vector<Declared>& declared_operations();
// A declared shape; one without members for a name that is not declared.
const api::Schema& shape(std::string_view name);

// Makes an input's scalars what the shape says, where their text allows it: templates say "true" for true and 200 for
// "200".
void coerce(Json& value, const api::Schema& schema);

// The ARN that IAM sees: arn:aws:apigateway:REGION::/restapis/ID/..., the URI with its labels filled from the input.
std::string resource_arn(const Declared& operation, std::string_view region, const Json& input);

}  // namespace thaw::apigateway
