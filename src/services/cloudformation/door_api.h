// The API that providers call, over the Door, in a principal's name.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "api/door.h"
#include "services/cloudformation/resource_type.h"
#include "services/cloudformation/store.h"

namespace thaw::cloudformation {

// Makes a canonical value fit a shape: "30" becomes 30, 30 becomes "30", an object becomes a JSON text where the shape
// wants a string. Errors "InvalidRequest" naming the member that the shape does not have, so that nothing is dropped
// silently.
Result<Json> fit_to_shape(Json value, const api::Schema& schema, const std::string& path = "#");

Json principal_to_json(const api::Principal& principal);
api::Principal principal_from_json(const Json& value);

// What a custom resource's answers come through; CloudFormation implements it.
class AnswerBox {
 public:
  virtual ~AnswerBox() = default;
  virtual Task<Result<Json>> ask(const Home& home, api::As as, ResourceRequest request, std::string kind,
                                 std::shared_ptr<bool> cancelled) = 0;
};

class DoorApi final : public Api {
 public:
  DoorApi(api::Door& door, AnswerBox& answers, api::As as, std::shared_ptr<bool> cancelled)
      : door_(door), answers_(answers), as_(std::move(as)), cancelled_(std::move(cancelled)) {}

  Task<Result<Json>> call(std::string service, std::string operation, Json input) override;
  Task<void> pause(int64_t millis) override;
  bool cancelled() const override { return *cancelled_; }
  Task<Result<Json>> custom(ResourceRequest request, std::string kind) override;

 private:
  const api::Schema* input_schema(const std::string& service, const std::string& operation) const;

  api::Door& door_;
  AnswerBox& answers_;
  api::As as_;
  std::shared_ptr<bool> cancelled_;
};

}  // namespace thaw::cloudformation
