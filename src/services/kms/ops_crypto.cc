#include "base/text.h"
#include "services/kms/cipher.h"
#include "services/kms/service.h"

namespace thaw::kms {

namespace {

Result<> check_algorithm(const std::string& algorithm) {
  if (algorithm == "SYMMETRIC_DEFAULT") return {};
  return not_implemented("EncryptionAlgorithm " + algorithm);
}
Error dry_run() {
  return Error{"DryRunOperationException", "The request would have succeeded, but the DryRun option is set.", 412, {}};
}

Result<size_t> data_key_bytes(const DataKeyInput& in) {
  if (in.NumberOfBytes.has_value() == in.KeySpec.has_value()) {
    return fail("ValidationException", "Please specify either number of bytes or key spec.");
  }
  if (in.NumberOfBytes) return static_cast<size_t>(*in.NumberOfBytes);
  return *in.KeySpec == "AES_256" ? 32 : 16;
}

}  // namespace

Task<Result<EncryptOutput>> Kms::encrypt_bytes(api::Request& request, const EncryptInput& in) {
  CO_CHECK_OK(check_algorithm(in.EncryptionAlgorithm));
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId, AwsAliases::made_when_named));
  CO_CHECK_OK(require_usable(key));
  if (in.DryRun) co_return fail(dry_run());
  std::string blob = encrypt(key.material.bytes, key.id, in.Plaintext.bytes, in.EncryptionContext);
  if (blob.empty()) co_return fail("KMSInternalException", "The request failed; try again.", 500);
  co_return EncryptOutput{{std::move(blob)}, key.arn};
}

Task<Result<DecryptOutput>> Kms::decrypt_bytes(api::Request& request, const DecryptInput& in) {
  CO_CHECK_OK(check_algorithm(in.EncryptionAlgorithm));
  if (in.Recipient) co_return kms::not_implemented("Recipient (attested enclaves)");
  auto id = key_of(in.CiphertextBlob.bytes);
  if (!id) co_return fail("InvalidCiphertextException", "");
  if (in.KeyId) {
    CO_TRY(KeyRecord named, co_await find_key(request, *in.KeyId));
    if (named.id != *id) {
      co_return fail("IncorrectKeyException",
                     "The key ID in the request does not identify a CMK that can perform this operation.");
    }
  }
  Result<KeyRecord> key = co_await find_key(request, *id);
  if (!key) {
    co_return fail(
        "AccessDeniedException",
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or "
        "you are not allowed to access.");
  }
  CO_CHECK_OK(require_usable(*key));
  auto plaintext = decrypt(key->material.bytes, in.CiphertextBlob.bytes, in.EncryptionContext);
  if (!plaintext) co_return fail("InvalidCiphertextException", "");
  if (in.DryRun) co_return fail(dry_run());
  co_return DecryptOutput{key->arn, {std::move(*plaintext)}};
}

Task<Result<DataKeyOutput>> Kms::data_key(api::Request& request, const DataKeyInput& in) {
  if (in.Recipient) co_return kms::not_implemented("Recipient (attested enclaves)");
  CO_TRY(size_t count, data_key_bytes(in));
  CO_TRY(KeyRecord key, co_await find_key(request, in.KeyId, AwsAliases::made_when_named));
  CO_CHECK_OK(require_usable(key));
  if (in.DryRun) co_return fail(dry_run());
  std::string plaintext = random_bytes(count);
  std::string blob = encrypt(key.material.bytes, key.id, plaintext, in.EncryptionContext);
  if (blob.empty()) co_return fail("KMSInternalException", "The request failed; try again.", 500);
  co_return DataKeyOutput{{std::move(blob)}, api::Blob{std::move(plaintext)}, key.arn};
}

Task<Result<DataKeyOutput>> Kms::data_key_without_plaintext(api::Request& request, const DataKeyInput& in) {
  CO_TRY(DataKeyOutput out, co_await data_key(request, in));
  out.Plaintext.reset();
  co_return out;
}

Task<Result<RandomOutput>> Kms::random(api::Request&, const RandomInput& in) {
  if (in.CustomKeyStoreId) co_return kms::not_implemented("CustomKeyStoreId");
  if (in.Recipient) co_return kms::not_implemented("Recipient (attested enclaves)");
  if (!in.NumberOfBytes) co_return fail("ValidationException", "NumberOfBytes is required.");
  co_return RandomOutput{{random_bytes(static_cast<size_t>(*in.NumberOfBytes))}};
}

}  // namespace thaw::kms
