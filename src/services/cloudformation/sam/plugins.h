// What happens to the template as a whole before its resources are transformed.
#pragma once

#include "services/cloudformation/sam/context.h"

namespace thaw::sam {

// APIs without a definition get an empty one that events then fill.
void add_default_definitions(Value source);
// Events without an API of their own share ServerlessRestApi or ServerlessHttpApi, which are made here.
void add_implicit_apis(Value source);
// Merges Globals into the resources of their types. Throws InvalidDocument.
void merge_globals(Value source);
// Finds the templates of applications from the Serverless Application Repository.
void locate_applications(Context& context);
// Applies the location to one application before it is transformed.
void place_application(const Context& context, const std::string& id, Value properties);
// Maps of APIs and of what belongs to them keep the hash order (value.h), when the template has an API.
void use_hash_order(Value source);

bool is_globals_type(const Value& type);  // the SAM types that the plugins look at

}  // namespace thaw::sam
