// The key that SNS signs messages with, and its certificate, which receivers fetch. Made when first needed, kept in the
// store. https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/loop.h"
#include "base/result.h"
#include "kv/store.h"

namespace thaw::sns {

class Signer {
 public:
  explicit Signer(kv::Store& store);
  ~Signer();

  // Waits until there is a key; makes one (2048 bits, beside the loop) when the store has none.
  Task<Result<void>> ready();
  // Base64 of the RSA signature over `text`, with SHA-1 (version "1") or SHA-256 ("2"). ready() must have succeeded.
  std::string sign(std::string_view text, std::string_view version) const;
  const std::string& certificate() const { return certificate_; }  // PEM
  // "/SimpleNotificationService-HASH.pem"
  std::string path() const;

 private:
  struct Key;
  Task<Result<void>> find_or_make();

  kv::Store& store_;
  std::unique_ptr<Key> key_;
  std::string certificate_;
  bool busy_ = false;
  std::vector<Completion<Unit>> waiting_;
};

// The text that is signed: names and values on lines of their own, in the order of the names.
std::string text_to_sign(std::vector<std::pair<std::string_view, std::string>> fields);

}  // namespace thaw::sns
