#include "services/kms/cipher.h"

#include <openssl/evp.h>

#include <memory>

#include "base/text.h"

namespace thaw::kms {

namespace {

constexpr size_t kIdAt = 1, kNonceAt = 17, kTagAt = 29, kTextAt = 45;
constexpr size_t kNonceBytes = 12, kTagBytes = 16, kMaterialBytes = 32;

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
int length(std::string_view text) { return static_cast<int>(text.size()); }

// Each name and value with its length, in the order of names: no two contexts have the same form.
std::string additional_data(std::string_view head, const Context& context) {
  std::string out(head);
  auto add = [&](std::string_view text) { out += std::to_string(text.size()).append(":").append(text); };
  for (const auto& [name, value] : context) {
    add(name);
    add(value);
  }
  return out;
}

std::optional<std::string> raw_id(std::string_view uuid) {
  std::string digits;
  for (char c : uuid) {
    if (c != '-') digits += c;
  }
  auto raw = hex_decode(digits);
  if (!raw || raw->size() != 16) return std::nullopt;
  return raw;
}

}  // namespace

std::string encrypt(std::string_view material, std::string_view key_id, std::string_view plaintext,
                    const Context& context) {
  std::string nonce = random_bytes(kNonceBytes);
  std::string head = '\x01' + raw_id(key_id).value_or(std::string(16, '\0'));
  std::string data = additional_data(head, context);
  std::string text(plaintext.size(), '\0');
  std::string tag(kTagBytes, '\0');
  int written = 0;
  CipherContext cipher(EVP_CIPHER_CTX_new());
  bool fine = cipher && material.size() == kMaterialBytes &&
              EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(material),
                                 bytes(std::string_view(nonce))) == 1 &&
              EVP_EncryptUpdate(cipher.get(), nullptr, &written, bytes(std::string_view(data)), length(data)) == 1 &&
              EVP_EncryptUpdate(cipher.get(), bytes(text), &written, bytes(plaintext), length(plaintext)) == 1 &&
              EVP_EncryptFinal_ex(cipher.get(), bytes(tag), &written) == 1 &&
              EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, tag.data()) == 1;
  if (!fine) return {};  // never with 32 bytes of material: the caller answers KMSInternalException
  return head + nonce + tag + text;
}

std::optional<std::string> key_of(std::string_view blob) {
  if (blob.size() < kTextAt || blob[0] != '\x01') return std::nullopt;
  std::string digits = hex_encode(blob.substr(kIdAt, 16));
  return digits.substr(0, 8) + '-' + digits.substr(8, 4) + '-' + digits.substr(12, 4) + '-' + digits.substr(16, 4) +
         '-' + digits.substr(20);
}

std::optional<std::string> decrypt(std::string_view material, std::string_view blob, const Context& context) {
  if (blob.size() < kTextAt || blob[0] != '\x01' || material.size() != kMaterialBytes) return std::nullopt;
  std::string data = additional_data(blob.substr(0, kNonceAt), context);
  std::string tag(blob.substr(kTagAt, kTagBytes));
  std::string_view text = blob.substr(kTextAt);
  std::string out(text.size(), '\0');
  int written = 0;
  CipherContext cipher(EVP_CIPHER_CTX_new());
  unsigned char rest[16];
  bool fine = cipher &&
              EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes(material),
                                 bytes(blob.substr(kNonceAt, kNonceBytes))) == 1 &&
              EVP_DecryptUpdate(cipher.get(), nullptr, &written, bytes(std::string_view(data)), length(data)) == 1 &&
              EVP_DecryptUpdate(cipher.get(), bytes(out), &written, bytes(text), length(text)) == 1 &&
              EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, tag.data()) == 1 &&
              EVP_DecryptFinal_ex(cipher.get(), rest, &written) == 1;
  if (!fine) return std::nullopt;
  return out;
}

}  // namespace thaw::kms
