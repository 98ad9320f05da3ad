#include "base/text.h"

#include <gtest/gtest.h>

#include <set>

namespace thaw {
namespace {

TEST(Base64, RoundTripsEveryLength) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes) << i;
    bytes.push_back(static_cast<char>(i * 37));
  }
  EXPECT_EQ(base64_encode("f"), "Zg==");
  EXPECT_EQ(base64_encode("foobar"), "Zm9vYmFy");
}

TEST(Base64, RefusesBadText) {
  for (const char* bad : {"Z", "Zg", "Zg=", "Z===", "====", "Zg==Zg==", "Zm9v\n", "Zm-v", "=AAA"})
    EXPECT_FALSE(base64_decode(bad)) << bad;
  EXPECT_EQ(base64_decode(""), "");
}

TEST(Hex, RoundTripsAndRefuses) {
  EXPECT_EQ(hex_encode(std::string_view("\0\xff\x10", 3)), "00ff10");
  EXPECT_EQ(hex_decode("00Ff10"), std::string("\0\xff\x10", 3));
  EXPECT_FALSE(hex_decode("0"));
  EXPECT_FALSE(hex_decode("0g"));
}

TEST(Uri, EncodesAsAwsSigns) {
  EXPECT_EQ(uri_encode("a b/c~d*é"), "a%20b%2Fc~d%2A%C3%A9");
  EXPECT_EQ(uri_encode("a/b c", true), "a/b%20c");
  EXPECT_EQ(uri_decode("a%20b+c%2f"), "a b+c/");
  EXPECT_EQ(uri_decode("a+b", true), "a b");
  EXPECT_FALSE(uri_decode("a%2"));
  EXPECT_FALSE(uri_decode("a%zz"));
  EXPECT_FALSE(uri_decode("%"));
}

TEST(Text, SmallThings) {
  EXPECT_EQ(to_lower("AbZ[É"), "abz[É");
  EXPECT_EQ(trim(" \t a b\r\n"), "a b");
  EXPECT_EQ(trim("  "), "");
  EXPECT_EQ(split("a,,b", ','), (std::vector<std::string_view>{"a", "", "b"}));
  EXPECT_EQ(split("", ',').size(), 1u);
  EXPECT_EQ(join({"a", "b"}, ", "), "a, b");
  EXPECT_TRUE(equal_ignoring_case("Content-Type", "content-type"));
  EXPECT_FALSE(equal_ignoring_case("a", "ab"));
  EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
  EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
}

TEST(Utf8, AcceptsAllAndOnlyWellFormed) {
  for (const char* good : {"", "a", "é", "€", "😀", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF"})
    EXPECT_TRUE(is_valid_utf8(good)) << hex_encode(good);
  for (const char* bad : {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                          "\xF5\x80\x80\x80", "\xE2\x82", "\xFF", "a\xC3", "\xF0\x80\x80\x80"})
    EXPECT_FALSE(is_valid_utf8(bad)) << hex_encode(bad);
}

TEST(Times, FormatsAndParses) {
  Time time(std::chrono::milliseconds(1'795'519'112'123));
  EXPECT_EQ(iso8601_millis(time), "2026-11-24T11:18:32.123Z");
  EXPECT_EQ(iso8601(time), "2026-11-24T11:18:32.123Z");
  Time whole = std::chrono::floor<std::chrono::seconds>(time);
  EXPECT_EQ(iso8601(whole), "2026-11-24T11:18:32Z");
  EXPECT_EQ(http_date(whole), "Tue, 24 Nov 2026 11:18:32 GMT");
  EXPECT_EQ(sigv4_date(whole), "20261124T111832Z");
  EXPECT_EQ(parse_iso8601("2026-11-24T11:18:32.123456Z"), time);
  EXPECT_EQ(parse_iso8601("2026-11-24T12:18:32.1+01:00"), whole + std::chrono::milliseconds(100));
  EXPECT_EQ(parse_iso8601("2026-11-24T06:18:32-0500"), whole);
  EXPECT_EQ(parse_http_date("Tue, 24 Nov 2026 11:18:32 GMT"), whole);
  EXPECT_EQ(parse_http_date("Tue, 24 Nov 2026 11:18:32.123 GMT"), time);
  EXPECT_EQ(parse_sigv4_date("20261124T111832Z"), whole);
  EXPECT_EQ(iso8601(Time(std::chrono::milliseconds(-1))), "1969-12-31T23:59:59.999Z");
}

TEST(Times, RefusesWhatIsNoTime) {
  for (const char* bad :
       {"", "2026", "2026-11-24", "2026-13-24T11:18:32Z", "2026-02-29T11:18:32Z", "2026-11-24T24:00:00Z",
        "2026-11-24T11:18:32", "2026-11-24T11:18:32.Z", "2026-11-24T11:18:32Zx", "2026-11-24T11:18:32+25:00"})
    EXPECT_FALSE(parse_iso8601(bad)) << bad;
  for (const char* bad :
       {"", "Tue", "Xxx, 24 Nov 2026 11:18:32 GMT", "Tue, 24 Nop 2026 11:18:32 GMT", "Tue, 24 Nov 2026 11:18:32 CET"})
    EXPECT_FALSE(parse_http_date(bad)) << bad;
  for (const char* bad : {"", "20261124", "20261124T111860Z", "20261124T111832"})
    EXPECT_FALSE(parse_sigv4_date(bad)) << bad;
}

TEST(Random, HasTheShapeAskedFor) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random_uuid());
  EXPECT_EQ(seen.size(), 200u);
  std::string uuid = random_uuid();
  EXPECT_EQ(uuid.size(), 36u);
  EXPECT_EQ(uuid[14], '4');
  EXPECT_NE(std::string("89ab").find(uuid[19]), std::string::npos);
  EXPECT_EQ(random_hex(7).size(), 7u);
  EXPECT_EQ(random_bytes(0), "");
  EXPECT_EQ(random_alphanumeric(500).find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), std::string::npos);
  EXPECT_EQ(random_lower_alphanumeric(16).size(), 16u);
}

TEST(Hashes, KnownAnswers) {
  EXPECT_EQ(hex_encode(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex_encode(sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(hex_encode(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex_encode(md5("abc")), "900150983cd24fb0d6963f7d28e17f72");
  // RFC 4231, cases 2 and 6.
  EXPECT_EQ(hex_encode(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(hex_encode(hmac_sha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Checksums, KnownAnswersAndContinuation) {
  EXPECT_EQ(crc32("123456789"), 0xCBF43926u);
  EXPECT_EQ(crc32c("123456789"), 0xE3069283u);
  EXPECT_EQ(crc64nvme("123456789"), 0xAE8B14860A799888u);
  std::string text(1000, 'x');
  for (size_t i = 0; i < text.size(); ++i) text[i] = static_cast<char>(i * 31);
  for (size_t cut : {0, 1, 7, 8, 9, 500, 999}) {
    std::string_view a = std::string_view(text).substr(0, cut), b = std::string_view(text).substr(cut);
    EXPECT_EQ(crc32(b, crc32(a)), crc32(text));
    EXPECT_EQ(crc32c(b, crc32c(a)), crc32c(text));
    EXPECT_EQ(crc64nvme(b, crc64nvme(a)), crc64nvme(text));
  }
}

}  // namespace
}  // namespace thaw
