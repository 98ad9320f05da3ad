#include "services/lambda/tuning.h"

#include <gtest/gtest.h>

namespace thaw::lambda {
namespace {

TuningRow row(int mb, double ms, double usd, std::string failure = "") {
  TuningRow out;
  out.memory_mb = mb;
  out.warm_ms = ms;
  out.warm_usd = usd;
  out.failure = std::move(failure);
  return out;
}

TEST(Tuning, ReportLines) {
  auto cold = parse_report(
      "hello\nREPORT RequestId: 1\tDuration: 12.34 ms\tBilled Duration: 113 ms\tMemory Size: 128 MB\t"
      "Max Memory Used: 30 MB\tInit Duration: 100.01 ms\t\n");
  ASSERT_TRUE(cold);
  EXPECT_DOUBLE_EQ(cold->duration_ms, 12.34);
  EXPECT_EQ(cold->billed_ms, 113);
  EXPECT_EQ(cold->max_memory_used_mb, 30);
  EXPECT_DOUBLE_EQ(*cold->init_ms, 100.01);
  auto warm = parse_report("REPORT RequestId: 1\tDuration: 1.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\t");
  ASSERT_TRUE(warm);
  EXPECT_FALSE(warm->init_ms);
  for (const char* wrong : {"", "REPORT RequestId: 1", "REPORT RequestId: 1\tDuration: x ms\tBilled Duration: 1 ms"})
    EXPECT_FALSE(parse_report(wrong)) << wrong;
}

TEST(Tuning, MemorySizes) {
  EXPECT_EQ(*parse_memory_sizes("512,128,512"), (std::vector<int>{128, 512}));
  for (const char* wrong : {"", "127", "10241", "128,", "a", "1e3", "128;256"})
    EXPECT_FALSE(parse_memory_sizes(wrong)) << wrong;
}

TEST(Tuning, ARowIsWhatRunsCost) {
  TuningRuns runs{.memory_mb = 1024,
                  .cold = {{100, 300, 50, 200.0}},
                  .warm = {{99.5, 100, 60, {}}, {99.5, 100, 40, {}}},
                  .failure = {}};
  TuningRow out = tuning_row(runs, "x86_64", 512);
  EXPECT_DOUBLE_EQ(out.warm_ms, 99.5);
  EXPECT_DOUBLE_EQ(out.cold_ms, 300);
  EXPECT_EQ(out.max_memory_used_mb, 60);
  EXPECT_NEAR(out.warm_usd, 0.0000002 + 0.1 * 0.0000166667, 1e-12);
  EXPECT_NEAR(out.cold_usd, 0.0000002 + 0.3 * 0.0000166667, 1e-12);
  EXPECT_NEAR(tuning_row(runs, "arm64", 1536).warm_usd, 0.0000002 + 0.1 * (0.0000133334 + 0.0000000309), 1e-12);
}

TEST(Tuning, OneDisturbedRunDoesNotDecide) {
  TuningRuns runs{.memory_mb = 128, .cold = {}, .warm = {}, .failure = {}};
  for (int i = 0; i < 9; ++i) runs.warm.push_back({10, 10, 0, {}});
  runs.warm.push_back({1000, 1000, 0, {}});
  TuningRow out = tuning_row(runs, "x86_64", 512);
  EXPECT_DOUBLE_EQ(out.warm_ms, 10);
  EXPECT_DOUBLE_EQ(out.warm_ms_max, 1000);
}

TEST(Tuning, Strategies) {
  std::vector<TuningRow> rows{row(128, 1000, 2.0), row(512, 250, 2.01), row(1769, 100, 3.0), row(3008, 98, 5.0)};
  EXPECT_EQ(recommend(rows, Strategy::cost), 1u);   // as cheap as 128 MB, and faster
  EXPECT_EQ(recommend(rows, Strategy::speed), 2u);  // as fast as 3008 MB, and cheaper
  EXPECT_EQ(recommend(rows, Strategy::balanced), 2u);
  rows[1].failure = "timed out";
  EXPECT_EQ(recommend(rows, Strategy::cost), 0u);
  for (TuningRow& one : rows) one.failure = "no";
  EXPECT_FALSE(recommend(rows, Strategy::cost));
  EXPECT_FALSE(recommend({}, Strategy::speed));
}

TEST(Tuning, Comparisons) {
  EXPECT_EQ(compare_rows(row(512, 112, 57), row(1024, 100, 100)), "43% cheaper and 12% slower than 1024 MB");
  EXPECT_EQ(compare_rows(row(512, 50, 100), row(128, 100, 100)), "50% faster than 128 MB");
  EXPECT_EQ(compare_rows(row(128, 100, 100), row(128, 100, 100)), "as cheap and as fast as 128 MB");
}

TEST(Tuning, ChartsHoldEveryPoint) {
  std::vector<TuningRow> rows{row(128, 800, 1.8e-6),  row(256, 400, 1.8e-6),  row(512, 200, 1.9e-6),
                              row(1024, 199, 3.4e-6), row(1769, 198, 3.4e-6), row(3008, 1, 1, "out of memory")};
  std::string text = text_chart(rows, 2);
  for (const char* point : {"o 128", "o 256", "* 512", "o 1024", "o 1769"})
    EXPECT_NE(text.find(point), std::string::npos) << point << "\n" << text;
  EXPECT_EQ(text.find("3008"), std::string::npos);
  std::string svg = svg_chart(rows, 2, "f <&>");
  EXPECT_TRUE(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
  EXPECT_NE(svg.find("f &lt;&amp;>"), std::string::npos);
  EXPECT_NE(svg.find(">1769 MB<"), std::string::npos);
  // Nothing, one point and points in one place can be drawn, too.
  text_chart({}, std::nullopt);
  text_chart({row(128, 5, 1e-6)}, 0);
  std::string crowd = text_chart(std::vector<TuningRow>(20, row(128, 5, 1e-6)), 0);
  EXPECT_NE(crowd.find("* 128"), std::string::npos);
}

}  // namespace
}  // namespace thaw::lambda
