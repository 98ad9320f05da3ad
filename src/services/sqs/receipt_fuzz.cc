#include "services/sqs/receipt.h"
#include "services/sqs/service.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  if (auto receipt = thaw::sqs::Receipt::parse(text); receipt && receipt->text() != text) __builtin_trap();
  thaw::sqs::parse_queue_url(text, "us-east-1");
  thaw::sqs::parse_redrive(text);
  thaw::sqs::parse_redrive_allow(text);
  thaw::sqs::MessageState::decode(text);
  return 0;
}
