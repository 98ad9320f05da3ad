// What can be wrong with a template. Inside sam/ a wrong part abandons the resource (or the document) that holds it by
// throwing one of these; transform() catches them all, so that none leaves the folder. The words are AWS's.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace thaw::sam {

// One complaint of the final message. `sort_key` orders complaints: a logical id where there is one.
struct Cause {
  std::string sort_key;
  std::string message;
};

struct InvalidResource {
  std::string id;
  std::string message;
  std::string full() const { return "Resource with id [" + id + "] is invalid. " + message; }
};
struct InvalidTemplate {
  std::string message;
  std::string full() const { return "Structure of the SAM template is invalid. " + message; }
};
struct InvalidEvent {
  std::string id;
  std::string message;
  std::string full() const { return "Event with id [" + id + "] is invalid. " + message; }
};
// Ends the transform at once.
struct InvalidDocument {
  std::vector<Cause> causes;
};
// A value of a shape that the transform has no words for: AWS answers "Internal transform failure".
struct Fault {
  std::string message;
};

inline Cause cause_of(const InvalidResource& e) { return {e.id, e.full()}; }
inline Cause cause_of(const InvalidTemplate& e) { return {e.full(), e.full()}; }
inline Cause cause_of(const InvalidEvent& e) { return {e.full(), e.full()}; }

[[noreturn]] inline void invalid_document(std::string message) {
  throw InvalidDocument{{cause_of(InvalidTemplate{std::move(message)})}};
}

}  // namespace thaw::sam
