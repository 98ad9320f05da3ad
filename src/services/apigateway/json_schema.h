// Validation of request bodies by models: JSON Schema draft 4 as API Gateway reads it. Pure.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
//
// Understood: type, enum, properties, required, additionalProperties, patternProperties, min/maxProperties, items,
// additionalItems, min/maxItems, uniqueItems, min/maxLength, pattern, minimum, maximum and their exclusive forms,
// multipleOf, allOf, anyOf, oneOf, not, dependencies (lists), $ref to models and to #/definitions. `format` is not
// checked.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace thaw::apigateway {

// The schema of a model by its name; null when there is none. What it points to outlives the validation.
using FindModel = std::function<const Json*(std::string_view name)>;

// Limits: 100,000 checks and 64 levels; a body that needs more is not valid.
bool is_valid(const Json& value, const Json& schema, const FindModel& find_model);

}  // namespace thaw::apigateway
