// Access keys and session tokens. A session token is sealed, not stored: it carries what the session stands for, and a
// MAC under the platform's seal; the secret key is derived from the access key under the same seal. Pure.
//
//   token  = base64( 1, claims as Json, HMAC-SHA256(seal, "token" 1 claims) )
//   secret = base64 of 30 bytes of HMAC-SHA256(seal, "secret" access key)
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "api/service.h"

namespace thaw::iam {

struct SessionClaims {
  std::string access_key;
  api::Principal principal;
  std::string entity_id;
  Time expires{};
};

std::string seal_session(const std::string& seal, const SessionClaims& claims);
// Nothing when the token was not sealed by `seal`. Says nothing of its expiry.
std::optional<SessionClaims> open_session(const std::string& seal, const std::string& token);
std::string session_secret(const std::string& seal, std::string_view access_key);

// An access key id: "AKIA" or "ASIA" and 16 characters of base32 that hold the account, as AWS's do.
std::string new_access_key(std::string_view prefix, const std::string& account);
std::optional<std::string> account_of_access_key(std::string_view access_key);
// 40 characters of base64's alphabet.
std::string new_secret_key();

}  // namespace thaw::iam
