#include "api/chunked.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace thaw::api {
namespace {

constexpr const char* kSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

// The example of "Signature Calculations ... Transferring Payload in Multiple Chunks": 66,560 times 'a'.
ChunkedOptions published(PayloadKind kind, std::string seed) {
  SigningKeys keys;
  SignedRequest claim;
  claim.kind = SignatureKind::v4_header;
  claim.timestamp = "20130524T000000Z";
  claim.date = "20130524";
  claim.region = "us-east-1";
  claim.service = "s3";
  claim.signature = std::move(seed);
  claim.payload = kind;
  return chunked_options(claim, keys, kSecret, 66560);
}

std::string published_body() {
  return "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" +
         std::string(65536, 'a') + "\r\n" +
         "400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" +
         std::string(1024, 'a') + "\r\n" +
         "0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n";
}
constexpr const char* kSeed = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9";

struct Decoded {
  std::string code = "ok";
  std::string body;
  std::vector<std::pair<std::string, std::string>> trailers;
};

Decoded decode(ChunkedOptions options, std::string_view body, size_t piece = std::string::npos) {
  ChunkedDecoder decoder(std::move(options));
  Decoded out;
  Result<> result;
  for (size_t at = 0; at < body.size() && result; at += std::min(piece, body.size())) {
    result = decoder.feed(body.substr(at, piece), out.body);
  }
  if (result) result = decoder.finish();
  if (!result) out.code = result.error().code;
  out.trailers = decoder.trailers();
  return out;
}

TEST(Chunked, DecodesTheExampleThatS3Publishes) {
  for (size_t piece : {std::string::npos, size_t{1}, size_t{7}, size_t{4096}}) {
    Decoded out = decode(published(PayloadKind::streaming_signed, kSeed), published_body(), piece);
    EXPECT_EQ(out.code, "ok");
    EXPECT_EQ(out.body, std::string(66560, 'a'));
  }
}

TEST(Chunked, RefusesChangedBytesAndSignatures) {
  std::string body = published_body();
  body[100] = 'b';
  EXPECT_EQ(decode(published(PayloadKind::streaming_signed, kSeed), body).code, "SignatureDoesNotMatch");
  EXPECT_EQ(decode(published(PayloadKind::streaming_signed, "00"), published_body()).code, "SignatureDoesNotMatch");
  EXPECT_EQ(decode(published(PayloadKind::streaming_signed, kSeed), "5\r\nhello\r\n0\r\n\r\n").code,
            "SignatureDoesNotMatch");
}

TEST(Chunked, EveryShorterBodyIsIncomplete) {
  std::string body = published_body();
  for (size_t length : {size_t{0}, size_t{3}, size_t{90}, size_t{65000}, body.size() - 90, body.size() - 40}) {
    EXPECT_EQ(decode(published(PayloadKind::streaming_signed, kSeed), body.substr(0, length)).code, "IncompleteBody");
  }
}

ChunkedOptions unsigned_trailer(std::optional<uint64_t> length) {
  ChunkedOptions options;
  options.decoded_length = length;
  return options;
}

TEST(Chunked, HandsOutTrailersOfUnsignedBodies) {
  std::string_view body = "5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32: DUoRhQ== \r\n\r\n";
  for (size_t piece : {std::string::npos, size_t{1}, size_t{3}}) {
    Decoded out = decode(unsigned_trailer(11), body, piece);
    EXPECT_EQ(out.code, "ok");
    EXPECT_EQ(out.body, "hello world");
    ASSERT_EQ(out.trailers.size(), 1u);
    EXPECT_EQ(out.trailers[0].first, "x-amz-checksum-crc32");
    EXPECT_EQ(out.trailers[0].second, "DUoRhQ==");
  }
}

TEST(Chunked, ChecksTheDeclaredLength) {
  EXPECT_EQ(decode(unsigned_trailer(4), "5\r\nhello\r\n0\r\n\r\n").code, "IncompleteBody");
  EXPECT_EQ(decode(unsigned_trailer(6), "5\r\nhello\r\n0\r\n\r\n").code, "IncompleteBody");
  EXPECT_EQ(decode(unsigned_trailer(5), "5\r\nhello\r\n0\r\n\r\n").code, "ok");
  EXPECT_EQ(decode(unsigned_trailer(0), "0\r\n\r\n").code, "ok");
}

TEST(Chunked, MalformedBodiesAreErrors) {
  EXPECT_EQ(decode(unsigned_trailer({}), "x\r\n").code, "InvalidRequest");
  EXPECT_EQ(decode(unsigned_trailer({}), "fffffffffffffffff\r\n").code, "InvalidRequest");
  EXPECT_EQ(decode(unsigned_trailer({}), "-1\r\n").code, "InvalidRequest");
  EXPECT_EQ(decode(unsigned_trailer({}), "5\r\nhelloX\r\n").code, "InvalidRequest");
  EXPECT_EQ(decode(unsigned_trailer({}), "0\r\n\r\nmore").code, "InvalidRequest");
  EXPECT_EQ(decode(unsigned_trailer({}), std::string(5000, '0')).code, "InvalidRequest");
  EXPECT_EQ(decode(unsigned_trailer({}), "0\r\nno colon\r\n\r\n").code, "MalformedTrailerError");
  EXPECT_EQ(decode(unsigned_trailer({}), "0\r\n: x\r\n\r\n").code, "MalformedTrailerError");
}

TEST(Chunked, ChecksTheSignatureOfTrailers) {
  // Signed here by the rules of the page: the seed, two chunks, the trailer.
  ChunkedOptions options = published(PayloadKind::streaming_signed_trailer, kSeed);
  options.decoded_length = 5;
  auto sign_chunk = [&](std::string_view previous, std::string_view data) {
    return hex_of(options.key->mac("AWS4-HMAC-SHA256-PAYLOAD\n" + options.timestamp + '\n' + options.scope + '\n' +
                                   std::string(previous) + '\n' + hex_of(Sha256::of("")) + '\n' +
                                   hex_of(Sha256::of(data))));
  };
  std::string first = sign_chunk(kSeed, "hello");
  std::string last = sign_chunk(first, "");
  std::string trailer =
      hex_of(options.key->mac("AWS4-HMAC-SHA256-TRAILER\n" + options.timestamp + '\n' + options.scope + '\n' + last +
                              '\n' + hex_of(Sha256::of("x-amz-checksum-crc32c:sOO8/Q==\n"))));
  std::string body = "5;chunk-signature=" + first + "\r\nhello\r\n0;chunk-signature=" + last +
                     "\r\nx-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:" + trailer + "\r\n\r\n";
  EXPECT_EQ(decode(options, body).code, "ok");
  EXPECT_EQ(decode(options, body).trailers.size(), 1u);
  std::string changed = body;
  changed[changed.find("sOO8")] = 'X';
  EXPECT_EQ(decode(options, changed).code, "SignatureDoesNotMatch");
  std::string without = body.substr(0, body.find("x-amz-trailer")) + "\r\n";
  EXPECT_EQ(decode(options, without).code, "MalformedTrailerError");
}

}  // namespace
}  // namespace thaw::api
