// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/regress/process_comparison.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "complaint.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/regress/simulated_processes.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;

namespace {

std::vector<ProcessValue> sides(const std::vector<double>& before,
                                const std::vector<double>& after) {
  std::vector<ProcessValue> processes;
  for (const double x : before) processes.push_back({x, false});
  for (const double x : after) processes.push_back({x, true});
  return processes;
}

/// Counts, in trials without a change and with one of 2 %, how often the new side is called larger.
struct Alarms {
  Alarms(ProcessNoise noise, const std::vector<char>& order, int trials, Random& random) {
    const auto is_alarm = [&](double change) {
      return compare_processes(simulate_processes(noise, order, change, random)).p_larger <= 0.01;
    };
    for (int i = 0; i < trials; ++i) {
      falsely += is_alarm(0.0) ? 1 : 0;
      rightly += is_alarm(0.02) ? 1 : 0;
    }
  }
  int falsely = 0;
  int rightly = 0;
};

}  // namespace

TEST_CASE("a change is the median ratio of all pairs", "[regress]") {
  // 2/1, 2/4, 8/1, 8/4: .5, 2, 2, 8.
  const ProcessComparison found = compare_processes(sides({1.0, 4.0}, {2.0, 8.0}));
  CHECK(found.is_ratio);
  CHECK(found.old_processes == 2);
  CHECK(found.new_processes == 2);
  CHECK(found.change.value == Approx(2.0));
  CHECK_FALSE(found.change.interval.is_known());
  CHECK_FALSE(found.were_in_turns);
}

TEST_CASE("values that are not all positive have a difference", "[regress]") {
  const ProcessComparison found = compare_processes(sides({0.0, 2.0}, {3.0, 3.0}));
  CHECK_FALSE(found.is_ratio);
  CHECK(found.change.value == Approx(2.0));  // 3, 3, 1, 1
}

TEST_CASE("five slower processes against five are shown, four are not", "[regress]") {
  const std::vector<double> before{1.00, 1.01, 1.02, 1.03, 1.04};
  const std::vector<double> after{1.10, 1.11, 1.12, 1.13, 1.14};
  // One of the 252 ways to choose five, and of the 70 to choose four.
  CHECK(compare_processes(sides(before, after)).p_larger == Approx(1.0 / 252.0));
  CHECK(compare_processes(sides(after, before)).p_smaller == Approx(1.0 / 252.0));
  const std::vector<double> four_before(before.begin(), before.begin() + 4);
  const std::vector<double> four_after(after.begin(), after.begin() + 4);
  CHECK(compare_processes(sides(four_before, four_after)).p_larger == Approx(1.0 / 70.0));
}

TEST_CASE("a margin is what a change may be without being a loss", "[regress]") {
  const std::vector<double> before{1.00, 1.01, 1.02, 1.03, 1.04};
  std::vector<double> after;
  for (const double x : before) after.push_back(1.2 * x);
  CHECK(compare_processes(sides(before, after), 0.1).p_larger == Approx(1.0 / 252.0));
  // At a margin of just the change, nothing is left: half of all ways, and the middle ones.
  CHECK(compare_processes(sides(before, after), 0.2).p_larger > 0.5);
  CHECK(compare_processes(sides(after, before), 0.1).p_smaller == Approx(1.0 / 252.0));
  CHECK(compare_processes(sides(after, before), 0.2).p_smaller > 0.1);
}

TEST_CASE("a trend is removed from processes that ran in turns", "[regress]") {
  // Each process is 10 % slower than the one before; the new ones are no slower than that.
  std::vector<ProcessValue> processes;
  const std::vector<char> order = abba_order(10);
  for (std::size_t i = 0; i < order.size(); ++i) {
    processes.push_back({std::exp(0.1 * static_cast<double>(i)), order[i] != 0});
  }
  const ProcessComparison alike = compare_processes(processes);
  CHECK(alike.were_in_turns);
  CHECK(alike.change.value == Approx(1.0).epsilon(1e-9));
  CHECK(alike.p_larger > 0.4);
  // 1 % on top of it is seen through the trend, which is two hundred times as large.
  for (ProcessValue& of : processes) of.value *= of.is_new ? 1.01 : 1.0;
  const ProcessComparison slower = compare_processes(processes);
  CHECK(slower.change.value == Approx(1.01).epsilon(1e-3));
  CHECK(slower.p_larger < 0.001);
}

TEST_CASE("a trend is not removed from sides that ran one after the other", "[regress]") {
  std::vector<double> before;
  std::vector<double> after;
  for (int i = 0; i < 10; ++i) {
    before.push_back(1.0 + 0.01 * i);
    after.push_back(1.1 + 0.01 * i);
  }
  const ProcessComparison found = compare_processes(sides(before, after));
  CHECK_FALSE(found.were_in_turns);
  CHECK(found.p_larger < 0.001);
}

TEST_CASE("sides without processes, and values that are no numbers, are refused", "[regress]") {
  CHECK(complaint([] { (void)compare_processes(sides({1.0}, {})); }).find("no new process") !=
        std::string::npos);
  CHECK(complaint([] { (void)compare_processes(sides({}, {1.0})); }).find("no old process") !=
        std::string::npos);
  CHECK(complaint([] {
          (void)compare_processes(sides({1.0}, {detail::quiet_nan()}));
        }).find("process 1") != std::string::npos);
}

TEST_CASE("noise of six kinds raises few alarms and hides few changes", "[regress][long]") {
  // Bounds of the published table (docs/reference/validation.md), three standard errors wider.
  constexpr int trials = 600;
  Random random(20);
  const std::vector<char> order = abba_order(10);
  double power = 0.0;
  for (const ProcessNoise noise : process_noises) {
    const Alarms found(noise, order, trials, random);
    INFO(name(noise));
    CHECK(found.falsely <= trials * (0.010 + 3.0 * std::sqrt(0.01 * 0.99 / trials)));
    power += static_cast<double>(found.rightly) / trials / 6.0;
  }
  CHECK(power >= 0.85);
}

TEST_CASE("ten processes a night against twenty nights find 2 %", "[regress][long]") {
  constexpr int trials = 300;
  Random random(21);
  std::vector<char> order(200, 0);
  order.insert(order.end(), 10, 1);
  for (const ProcessNoise noise : {ProcessNoise::offset, ProcessNoise::bimodal}) {
    const Alarms found(noise, order, trials, random);
    INFO(name(noise));
    CHECK(found.falsely <= trials * (0.012 + 3.0 * std::sqrt(0.012 / trials)));
    CHECK(found.rightly >= trials * (0.95 - 3.0 * std::sqrt(0.95 * 0.05 / trials)));
  }
}
