// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/report/to_string.hpp"

#include <string>

#include "catch.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/report/summary_text.hpp"

using namespace perjoule;

namespace {

template <class T>
std::string full(const T& number) {
  return text::to_string(number);
}

std::string full(double low, double high, const char* unit) {
  return text::to_string(Interval<double>{low, high, 0.95, IntervalMethod::student_t}, unit);
}

}  // namespace

TEST_CASE("a measured number that stands alone has its unit, with a prefix", "[report][in_full]") {
  const Entry entry = golden::fp32();
  CHECK(full(entry.energy) == "13.00 ± 0.20 mJ/item");    // 1.96 x .1 = .196
  CHECK(full(entry.wall_time) == "200.0 ± 2.0 µs/item");  // 1.96 x 1
  CHECK(full(entry.samples.idle) == "20.00 ± 0.24 W");    // 1.96 x .125 = .245
  CHECK(full(entry.footprint.stored) == "400 kB");
  CHECK(full(entry.footprint.inflation) == "1");
}

TEST_CASE("a number that was not measured says so, and one that is missing is n/a",
          "[report][in_full]") {
  Entry entry = golden::int8();
  CHECK(full(entry.energy) == "2.0 [0.7, 6.0] mJ/item (modelled)");
  entry.energy.provenance = Provenance::estimated;
  CHECK(full(entry.energy) == "2.0 ± 2.2 mJ/item (estimated)");  // 1.96 x 2 x .5605 = 2.197
  CHECK(full(entry.active_energy) == "n/a");
  CHECK(full(Joules(detail::quiet_nan())) == "n/a");
}

TEST_CASE("a number that somebody wrote down is shown to four digits", "[report][in_full]") {
  CHECK(full(2.5_mJ) == "2.5 mJ");
  CHECK(full(3_ms) == "3 ms");
  CHECK(full(2_MiB) == "2.097 MB");  // 2 097 152
  CHECK(full(0_J) == "0 J");
  CHECK(full(-(40_W)) == "-40 W");
}

TEST_CASE("what counts items or nothing has its prefix below the line", "[report][in_full]") {
  Score score = golden::fp32().scores[0];
  CHECK(full(score) == "38 [-31, 70] item/J");
  score.value = exact(2e6);
  score.interval = {2e6, 2e6, 0.95, IntervalMethod::exact};
  CHECK(full(score) == "2 item/µJ");
  CHECK(full(PerByte(690e-6)) == "690 1/MB");
  CHECK(full(Items(5e3)) == "5000 item");
}

TEST_CASE("an interval that stands alone has the digits that its width carries",
          "[report][in_full]") {
  CHECK(full(1.98e-3, 2.08e-3, "J/item") == "[1.98, 2.08] mJ/item");
  CHECK(full(-0.004, 0.0124, "%") == "[-0.4, 1.2] %");
  CHECK(full(-3e-3, 1e-3, "J") == "[-3.0, 1.0] mJ");
  CHECK(full(Interval<Joules>{2_mJ, 2_mJ, 0.95, IntervalMethod::exact}) == "2 mJ");
  CHECK(full(Interval<Joules>{}) == "unbounded");
}

TEST_CASE("a change that stands alone has its verdict", "[report][in_full]") {
  Change change{golden::known(0.9, 0.005),
                {0.89, 0.91, 0.95, IntervalMethod::signed_rank},
                Verdict::better,
                100,
                0};
  CHECK(full(change) == "0.900 ± 0.010 times as much (better)");
  change.ratio.provenance = Provenance::modelled;
  CHECK(full(change) == "0.900 ± 0.010 times as much (modelled, better)");
  CHECK(full(Change{}) == "n/a");
  QualityChange quality{"accuracy", "%", true, 100, golden::known(0.015, 0.002), {}};
  quality.interval = {0.011, 0.019, 0.95, IntervalMethod::student_t};
  quality.verdict = Verdict::better;
  CHECK(full(quality) == "1.5 ± 0.4 % (better)");
  CHECK(full(QualityChange{}) == "n/a");
}
