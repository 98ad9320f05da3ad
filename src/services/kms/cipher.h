// What KMS encrypts with: AES-256 in GCM, the encryption context as additional data. Pure but for the nonce.
//
//   blob = 1, key id (16 bytes), nonce (12), tag (16), ciphertext
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace thaw::kms {

using Context = std::map<std::string, std::string>;

// `material` is 32 bytes, `key_id` a UUID.
std::string encrypt(std::string_view material, std::string_view key_id, std::string_view plaintext,
                    const Context& context);
// The UUID of the key that made a blob; nothing when it is not one of these blobs.
std::optional<std::string> key_of(std::string_view blob);
// Nothing when the blob, the context or the key is not the one it was made with.
std::optional<std::string> decrypt(std::string_view material, std::string_view blob, const Context& context);

}  // namespace thaw::kms
