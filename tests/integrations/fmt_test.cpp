// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/integrations/fmt.hpp"

#include <string>

#include "catch.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/perjoule.hpp"

using namespace perjoule;

namespace {

/// A format that is not known before the program runs is checked at run time.
template <class T>
std::string as(const char* format, const T& value) {
  return fmt::format(fmt::runtime(format), value);
}

}  // namespace

TEST_CASE("fmt prints an estimate as a cell with its unit", "[fmt]") {
  const Entry fp32 = golden::fp32();
  CHECK(fmt::format("{}", fp32.energy) == "13.00 ± 0.20 mJ/item");
  CHECK(fmt::format("{} in {}", fp32.energy, fp32.wall_time) ==
        "13.00 ± 0.20 mJ/item in 200.0 ± 2.0 µs/item");
  CHECK(fmt::format("{}", fp32.footprint.stored) == "400 kB");
  CHECK(fmt::format("{}", fp32.quality[0].skill) == "0.5 ± 0.7");
  CHECK(fmt::format("{}", fp32.scores[0]) == "38 [-31, 70] item/J");
}

TEST_CASE("fmt prints where an estimate comes from, but for those that are measured", "[fmt]") {
  const Entry int8 = golden::int8();
  CHECK(fmt::format("{}", int8.energy) == "2.0 [0.7, 6.0] mJ/item (modelled)");
  CHECK(fmt::format("{}", int8.active_energy) == "n/a");
}

TEST_CASE("fmt prints quantities and intervals with a prefix", "[fmt]") {
  CHECK(fmt::format("{}, {}", 2.5_mJ, 3_ms) == "2.5 mJ, 3 ms");
  const Interval<Joules> interval{1.98_mJ, 2.08_mJ, 0.95, IntervalMethod::student_t};
  CHECK(fmt::format("{}", interval) == "[1.98, 2.08] mJ");
  CHECK(fmt::format("{}", Interval<double>{}) == "unbounded");
}

TEST_CASE("fmt prints changes with their verdict", "[fmt]") {
  const Change change{golden::known(0.9, 0.005),
                      {0.89, 0.91, 0.95, IntervalMethod::signed_rank},
                      Verdict::better,
                      100,
                      0};
  CHECK(fmt::format("{}", change) == "0.900 ± 0.010 times as much (better)");
  CHECK(fmt::format("{}", Change{}) == "n/a");
  CHECK(fmt::format("{}", QualityChange{}) == "n/a");
}

TEST_CASE("fmt prints the names of enumerations, and texts", "[fmt]") {
  CHECK(fmt::format("{} {} {} {}", Verdict::worse, Provenance::modelled, Outcome::few_windows,
                    ClaimOutcome::holds) == "worse modelled few_windows holds");
  CHECK(fmt::format("{} {}", Scope::package, IntervalMethod::wilson) == "package wilson");
  CHECK(fmt::format("{}", golden::fp32().plan.name) == "fp32");
}

TEST_CASE("a width and an alignment make a column of what a reader sees", "[fmt]") {
  const auto cpu = exact(SecondsPerItem(200e-6));
  CHECK(fmt::format("|{:14}|", cpu) == "|200 µs/item   |");  // 11 characters, one of two bytes
  CHECK(fmt::format("|{:<14}|", cpu) == "|200 µs/item   |");
  CHECK(fmt::format("|{:>14}|", cpu) == "|   200 µs/item|");
  CHECK(fmt::format("|{:^14}|", cpu) == "| 200 µs/item  |");
  CHECK(fmt::format("|{:3}|", cpu) == "|200 µs/item|");
  CHECK(fmt::format("|{:>8}|{:<8}|", Verdict::worse, std::string("x")) == "|   worse|x       |");
}

TEST_CASE("digits are those of the uncertainty, and asking for others is refused", "[fmt]") {
  for (const char* const format : {"{:.3}", "{:v}", "{:12.3}", "{:>>3}", "{:5f}", "{:1000000}"}) {
    CHECK_THROWS_AS(as(format, 2.5_mJ), fmt::format_error);
  }
  CHECK(as("{:>8}", 2.5_mJ) == "  2.5 mJ");
}
