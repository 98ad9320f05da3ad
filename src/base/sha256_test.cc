#include "base/sha256.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

TEST(Sha256, AnswersTheStandardsExamples) {
  EXPECT_EQ(hex_of(Sha256::of("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_of(Sha256::of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, PiecesEqualTheWhole) {
  std::string text(1000, 'x');
  Sha256 hash;
  for (size_t at = 0; at < text.size(); at += 7) hash.update(std::string_view(text).substr(at, 7));
  EXPECT_EQ(hash.digest(), Sha256::of(text));
  hash.update("more");
  EXPECT_EQ(hash.digest(), Sha256::of(text + "more"));
}

TEST(HmacSha256Key, AnswersRfc4231) {
  EXPECT_EQ(hex_of(HmacSha256Key(std::string(20, '\x0b')).mac("Hi There")),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(hex_of(HmacSha256Key("Jefe").mac("what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(
      hex_of(HmacSha256Key(std::string(131, '\xaa')).mac("Test Using Larger Than Block-Size Key - Hash Key First")),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

}  // namespace
}  // namespace thaw
