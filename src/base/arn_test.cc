#include "base/arn.h"

#include <gtest/gtest.h>

namespace thaw {
namespace {

TEST(Arn, RoundTrips) {
  for (const char* text :
       {"arn:aws:lambda:us-east-1:123456789012:function:orders:live", "arn:aws:s3:::bucket/key:with:colons",
        "arn:aws:iam::123456789012:role/service-role/x", "arn:aws-cn:sqs:cn-north-1:123456789012:q"}) {
    auto arn = Arn::parse(text);
    ASSERT_TRUE(arn) << text;
    EXPECT_EQ(arn->str(), text);
  }
  auto arn = Arn::parse("arn:aws:lambda:us-east-1:123456789012:function:orders:live");
  EXPECT_EQ(arn->service, "lambda");
  EXPECT_EQ(arn->resource, "function:orders:live");
}

TEST(Arn, RefusesWhatIsNone) {
  for (const char* bad :
       {"", "arn", "arn:", "arn:aws:s3", "arn:aws:s3:::", "arn::s3:::b", "arn:aws::::b", "xarn:aws:s3:::b"})
    EXPECT_FALSE(Arn::parse(bad)) << bad;
}

TEST(Arn, Makes) {
  auto region = Region::parse("eu-central-1");
  auto account = AccountId::parse("000000000000");
  ASSERT_TRUE(region && account);
  EXPECT_EQ(Arn::make("sqs", *region, *account, "q").str(), "arn:aws:sqs:eu-central-1:000000000000:q");
  EXPECT_EQ(Arn::make_global("iam", *account, "user/u").str(), "arn:aws:iam::000000000000:user/u");
}

TEST(Names, AreValid) {
  EXPECT_FALSE(AccountId::parse("12345678901"));
  EXPECT_FALSE(AccountId::parse("12345678901a"));
  EXPECT_FALSE(Region::parse("US-EAST-1"));
  EXPECT_FALSE(Region::parse("us"));
}

}  // namespace
}  // namespace thaw
