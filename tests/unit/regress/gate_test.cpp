// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/regress/gate.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "complaint.hpp"
#include "perjoule/stats/distributions.hpp"
#include "perjoule/stats/proportion_interval.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;

namespace {

/// Ten processes that scatter by about 1 %, all different: f (1 + .001 k), k = -9, -7, ... 9.
std::vector<double> around(double f) {
  std::vector<double> values;
  for (int k = -9; k <= 9; k += 2) values.push_back(f * (1.0 + 0.001 * k));
  return values;
}

Observations number(const std::string& metric, const std::vector<double>& values) {
  Observations of;
  of.benchmark = "mlp";
  of.metric = metric;
  of.unit = metric == "energy" ? "J" : "s";
  of.machine = "a machine";
  of.values = values;
  return of;
}

Observations counted(const std::vector<double>& values) {
  Observations of = number("instructions", values);
  of.unit = "";
  of.is_counted = true;
  return of;
}

/// Accuracy of answers that are right (1) or wrong (0).
Observations accuracy_of(const std::vector<double>& answers) {
  Observations of = number("accuracy", {});
  std::size_t right = 0;
  for (const double answer : answers) right += answer == 1.0 ? 1 : 0;
  Quality quality;
  quality.metric = "accuracy";
  quality.items = answers.size();
  quality.columns = 1;
  const double value = static_cast<double>(right) / static_cast<double>(answers.size());
  quality.value = {value, 0.01, infinite_dof, 0.0, Provenance::measured};
  quality.value_interval = wilson_interval(right, answers.size());
  of.unit = "%";
  of.better = Direction::higher;
  of.values = {value};
  of.qualities = {{quality, answers}};
  return of;
}

/// Two models: items that both got right, only the old one, only the new one, neither.
std::pair<Observations, Observations> models(std::size_t both, std::size_t only_old,
                                             std::size_t only_new, std::size_t neither) {
  std::vector<double> before;
  std::vector<double> after;
  const auto add = [&](std::size_t count, double old_answer, double new_answer) {
    before.insert(before.end(), count, old_answer);
    after.insert(after.end(), count, new_answer);
  };
  add(both, 1.0, 1.0);
  add(only_old, 1.0, 0.0);
  add(only_new, 0.0, 1.0);
  add(neither, 0.0, 0.0);
  return {accuracy_of(before), accuracy_of(after)};
}

MetricComparison compare_one(const Observations& before, const Observations& after,
                             const GateOptions& options = {}) {
  return compare_observations({before}, {after}, options).benchmarks.at(0).metrics.at(0);
}

}  // namespace

TEST_CASE("slower processes are a regression, faster ones an improvement", "[regress]") {
  const MetricComparison slower =
      compare_one(number("time", around(1.0)), number("time", around(1.05)));
  CHECK(slower.verdict == MetricVerdict::regressed);
  CHECK(slower.change == Approx(1.05).epsilon(1e-3));
  CHECK(slower.p_worse < 0.001);
  const MetricComparison faster =
      compare_one(number("time", around(1.05)), number("time", around(1.0)));
  CHECK(faster.verdict == MetricVerdict::improved);
  // Of what is better when larger, the same change is the opposite.
  Observations rate = number("rate", around(1.0));
  rate.better = Direction::higher;
  Observations more = number("rate", around(1.05));
  more.better = Direction::higher;
  CHECK(compare_one(rate, more).verdict == MetricVerdict::improved);
  CHECK(compare_one(more, rate).verdict == MetricVerdict::regressed);
}

TEST_CASE("a change that is shown but too small to care for is none", "[regress]") {
  std::vector<double> before;
  std::vector<double> after;
  for (int k = 0; k < 10; ++k) {
    before.push_back(1.0 + 1e-5 * k);
    after.push_back(1.004 + 1e-5 * k);
  }
  CHECK(compare_one(number("time", before), number("time", after)).verdict ==
        MetricVerdict::equivalent);
  CHECK(compare_one(number("time", before), number("time", after), {.min_effect = 0.003}).verdict ==
        MetricVerdict::regressed);
}

TEST_CASE("one process a side shows nothing, and it is said how many do", "[regress]") {
  const MetricComparison found = compare_one(number("time", {1.0}), number("time", {2.0}));
  CHECK(found.verdict == MetricVerdict::inconclusive);
  CHECK(found.needed == 5);  // 1 of 252 ways is below .01, 1 of 70 is not
  CHECK_FALSE(found.interval.is_known());
  CHECK(found.reason.find("1 old and 1 new processes") != std::string::npos);
  // Two numbers share the chance of a false alarm: .005 still takes five (1 of 252 is .004), five
  // numbers take six (1 of 924).
  std::vector<Observations> before;
  std::vector<Observations> after;
  for (const char* metric : {"a", "b", "c", "d", "e"}) {
    before.push_back(number(metric, {1.0}));
    after.push_back(number(metric, {1.0}));
  }
  CHECK(compare_observations(before, after).benchmarks[0].metrics[0].needed == 6);
}

TEST_CASE("a rule says by how much a number may get worse", "[regress]") {
  GateOptions options;
  options.rules = {parse_fail_rule("time>3%")};
  const Observations before = number("time", around(1.0));
  CHECK(compare_one(before, number("time", around(1.10)), options).verdict ==
        MetricVerdict::regressed);
  CHECK(compare_one(before, number("time", around(1.02)), options).verdict ==
        MetricVerdict::equivalent);
  options.rules = {parse_fail_rule("time>0.05")};  // seconds
  CHECK(compare_one(before, number("time", around(1.10)), options).verdict ==
        MetricVerdict::regressed);
  CHECK(compare_one(before, number("time", around(1.03)), options).verdict ==
        MetricVerdict::equivalent);
}

TEST_CASE("rules are read as they are written", "[regress]") {
  const FailRule time = parse_fail_rule("time>3%");
  CHECK(time.metric == "time");
  CHECK(time.better == Direction::lower);
  CHECK(time.margin == Approx(0.03));
  CHECK(time.is_share);
  const FailRule points = parse_fail_rule("accuracy<-0.5pt");
  CHECK(points.better == Direction::higher);
  CHECK(points.margin == Approx(0.005));
  CHECK_FALSE(points.is_share);
  const FailRule bare = parse_fail_rule("a>b>0.1");
  CHECK(bare.metric == "a>b");
  CHECK(bare.margin == Approx(0.1));
  CHECK_FALSE(bare.is_share);
  for (const char* wrong : {"", "time", "time>", ">3%", "time>-3%", "time<3%", "time>3 %", "time>x",
                            "time>inf", "accuracy<-0.5%%"}) {
    INFO(wrong);
    CHECK(complaint([&] { (void)parse_fail_rule(wrong); }).find("cannot read a rule") !=
          std::string::npos);
  }
}

TEST_CASE("what is counted and the same in each process is compared exactly", "[regress]") {
  const MetricComparison more = compare_one(counted({1000, 1000}), counted({1050, 1050}));
  CHECK(more.verdict == MetricVerdict::regressed);
  CHECK(more.is_deterministic);
  CHECK(more.change == Approx(1.05));
  CHECK(more.interval.method == IntervalMethod::exact);
  CHECK(compare_one(counted({1000, 1000}), counted({1005, 1005})).verdict ==
        MetricVerdict::equivalent);
  GateOptions options;
  options.rules = {parse_fail_rule("instructions>0%")};
  CHECK(compare_one(counted({1000, 1000}), counted({1001, 1001}), options).verdict ==
        MetricVerdict::regressed);
  CHECK(compare_one(counted({0, 0}), counted({1, 1})).verdict == MetricVerdict::regressed);
  CHECK(compare_one(counted({0, 0}), counted({0, 0})).verdict == MetricVerdict::equivalent);
  // One process does not tell whether it is always the same, nor do two that differ.
  CHECK(compare_one(counted({1000}), counted({1050})).verdict == MetricVerdict::inconclusive);
  CHECK_FALSE(compare_one(counted({1000, 1001}), counted({1050, 1050})).is_deterministic);
}

TEST_CASE("two machines are compared in what they count alone", "[regress]") {
  Observations elsewhere = number("time", around(1.0));
  elsewhere.machine = "another machine";
  const MetricComparison refused = compare_one(number("time", around(1.0)), elsewhere);
  CHECK(refused.verdict == MetricVerdict::invalid);
  CHECK(refused.reason.find("another machine") != std::string::npos);
  CHECK(compare_one(number("time", around(1.0)), elsewhere, {.across_machines = true}).verdict !=
        MetricVerdict::invalid);
  Observations counts = counted({1000, 1000});
  counts.machine = "another machine";
  CHECK(compare_one(counted({1000, 1000}), counts).verdict == MetricVerdict::equivalent);
}

TEST_CASE("two workloads, scopes, units or provenances are not compared", "[regress]") {
  const Observations before = number("energy", around(1.0));
  const auto refused = [&](auto change) {
    Observations after = before;
    change(after);
    return compare_one(before, after).verdict == MetricVerdict::invalid;
  };
  CHECK(refused([](Observations& of) { of.workload = "other"; }));
  CHECK(refused([](Observations& of) { of.scope = Scope::package; }));
  CHECK(refused([](Observations& of) { of.unit = "kJ"; }));
  CHECK(refused([](Observations& of) { of.provenance = Provenance::modelled; }));
  CHECK_FALSE(refused([](Observations&) {}));
}

TEST_CASE("modelled energy shows nothing", "[regress]") {
  Observations before = number("energy", around(1.0));
  Observations after = number("energy", around(2.0));
  before.provenance = after.provenance = Provenance::modelled;
  CHECK(compare_one(before, after).verdict == MetricVerdict::inconclusive);
}

TEST_CASE("a number that got lost fails, unless it may", "[regress]") {
  const Observations time = number("time", around(1.0));
  const Observations energy = number("energy", around(1.0));
  const GateResult found = compare_observations({time, energy}, {time});
  CHECK(found.verdict == GateVerdict::missing);
  CHECK(found.benchmarks[0].metrics[1].verdict == MetricVerdict::missing);
  CHECK(compare_observations({time, energy}, {time}, {.allow_missing = true}).verdict !=
        GateVerdict::missing);
}

TEST_CASE("which of two unknown counters is better, only a rule can tell", "[regress]") {
  Observations before = counted({1, 1});
  Observations after = counted({2, 2});
  before.better = after.better = Direction::unknown;
  CHECK(compare_one(before, after).verdict == MetricVerdict::inconclusive);
  CHECK(compare_one(before, before).verdict == MetricVerdict::equivalent);
  GateOptions options;
  options.rules = {parse_fail_rule("instructions<-1%")};
  CHECK(compare_one(before, after, options).verdict == MetricVerdict::improved);
}

TEST_CASE("a loss of quality is found item by item", "[regress]") {
  // 26 more of 1,319 answers are wrong, with 53 that changed: 39.5 to 13.5.
  const auto [before, after] = models(1000, 40, 13, 266);
  const MetricComparison found = compare_one(before, after);
  CHECK(found.verdict == MetricVerdict::regressed);
  CHECK(found.change == Approx(-27.0 / 1319.0));
  // Binomial(53, 1/2) of at most 13, the middle one half: scipy.stats.binom gives 1.36e-4 - .5
  // 9.69e-5 = 8.76e-5.
  CHECK(found.p_worse == Approx(8.8e-5).epsilon(0.3));
  CHECK(compare_one(after, before).verdict == MetricVerdict::improved);
}

TEST_CASE("efficiency that quality paid for is a trade", "[regress]") {
  // -10 % of energy, and -1 point of accuracy of 10,000 items: 300 got worse, 200 better.
  const auto [before, after] = models(9000, 300, 200, 500);
  const Observations much = number("energy", around(1.0));
  const Observations less = number("energy", around(0.9));
  CHECK(compare_observations({much, before}, {less, after}).verdict == GateVerdict::traded);
  CHECK(compare_observations({much, before}, {much, after}).verdict == GateVerdict::regressed);
  CHECK(compare_observations({much, before}, {less, before}).verdict == GateVerdict::improved);
  // Quality that improved, too, is no trade, but one that got lost while energy rose is a loss.
  CHECK(compare_observations({much, after}, {less, before}).verdict == GateVerdict::improved);
  CHECK(compare_observations({less, before}, {much, after}).verdict == GateVerdict::regressed);
}

TEST_CASE("quality that is shown neither way is unproven where efficiency improved", "[regress]") {
  // 6 of 100 got worse, and 4 better.
  const auto [before, after] = models(80, 6, 4, 10);
  const Observations much = number("energy", around(1.0));
  const Observations less = number("energy", around(0.9));
  const GateResult found = compare_observations({much, before}, {less, after});
  CHECK(found.verdict == GateVerdict::quality_unproven);
  const MetricComparison& of = found.benchmarks[0].metrics[1];
  CHECK(of.verdict == MetricVerdict::inconclusive);
  // (z.95 + z.8)^2 x the variance of one item over a point squared. Tango's interval of 4 and 6 of
  // 100 is [-.09168, .04831], so that the variance is 100 x (.13999/3.91993)^2 = .12753.
  CHECK(of.needed == Approx(7885).epsilon(0.03));
  CHECK(compare_observations({much, before}, {much, after}).verdict != GateVerdict::regressed);
}

TEST_CASE("quality of another metric or test set is not compared", "[regress]") {
  const auto [before, after] = models(80, 6, 4, 10);
  Observations other = after;
  other.qualities[0].quality.signature = "top-k:5";
  CHECK(compare_one(before, other).verdict == MetricVerdict::invalid);
  other = after;
  other.workload = "another test set";
  CHECK(compare_observations({before}, {other}).verdict == GateVerdict::incomparable);
}

TEST_CASE("without items, qualities whose intervals do not touch differ", "[regress]") {
  auto [before, after] = models(900, 100, 0, 0);
  before.qualities[0].rows.clear();
  after.qualities[0].rows.clear();
  CHECK(compare_one(before, after).verdict == MetricVerdict::regressed);
  CHECK(compare_one(after, before).verdict == MetricVerdict::improved);
  CHECK(compare_one(after, after).verdict == MetricVerdict::inconclusive);  // 90 ± 2 %
}

TEST_CASE("quality that did not change is hardly ever called a trade", "[regress][long]") {
  Random random(6);
  const Observations much = number("energy", around(1.0));
  const Observations less = number("energy", around(0.9));
  for (const std::size_t items : {20U, 50U, 200U, 1319U}) {
    constexpr int trials = 1000;
    int traded = 0;
    for (int i = 0; i < trials; ++i) {
      std::vector<double> before(items);
      std::vector<double> after(items);
      for (std::size_t k = 0; k < items; ++k) {
        const double u = random.uniform();
        before[k] = u < 0.8 ? 1.0 : 0.0;
        after[k] = u < 0.75 || u >= 0.95 ? 1.0 : 0.0;  // 5 % change in either direction
      }
      const GateResult found =
          compare_observations({much, accuracy_of(before)}, {less, accuracy_of(after)});
      traded += found.verdict == GateVerdict::traded ? 1 : 0;
    }
    INFO(items);
    CHECK(traded <= 10 + 9);
  }
}

TEST_CASE("two points of 1,319 items are found", "[regress][long]") {
  Random random(7);
  constexpr int trials = 400;
  int found = 0;
  for (int i = 0; i < trials; ++i) {
    std::vector<double> before(1319);
    std::vector<double> after(1319);
    for (std::size_t k = 0; k < before.size(); ++k) {
      const double u = random.uniform();
      before[k] = u < 0.8 ? 1.0 : 0.0;
      after[k] = u < 0.77 || u >= 0.99 ? 1.0 : 0.0;  // 3 % got worse, 1 % better
    }
    found +=
        compare_one(accuracy_of(before), accuracy_of(after)).verdict == MetricVerdict::regressed;
  }
  CHECK(found >= trials * (0.95 - 3.0 * std::sqrt(0.95 * 0.05 / trials)));
}

TEST_CASE("among many numbers that did not change, any alarm is rare", "[regress][long]") {
  Random random(8);
  constexpr int trials = 100;
  int alarms = 0;
  for (int i = 0; i < trials; ++i) {
    std::vector<Observations> before;
    std::vector<Observations> after;
    for (int k = 0; k < 50; ++k) {
      Observations of = number("time", {});
      of.benchmark = std::to_string(k);
      before.push_back(of);
      after.push_back(of);
      for (int p = 0; p < 10; ++p) {
        before.back().values.push_back(1.0 + 0.01 * draw_student_t(random, infinite_dof));
        after.back().values.push_back(1.0 + 0.01 * draw_student_t(random, infinite_dof));
      }
    }
    alarms += compare_observations(before, after).verdict == GateVerdict::regressed ? 1 : 0;
  }
  CHECK(alarms <= 4);  // .01 each, and three standard errors
}

TEST_CASE("equal numbers without scatter are equal", "[regress]") {
  const std::vector<double> zeros(7, 0.0);
  CHECK(compare_one(number("time", zeros), number("time", zeros)).verdict ==
        MetricVerdict::equivalent);
  const std::vector<double> ones(7, 1.0);
  const MetricComparison found =
      compare_one(number("time", ones), number("time", ones), {.min_effect = 0.0});
  CHECK(found.verdict == MetricVerdict::equivalent);
  CHECK(found.p_worse == 1.0);
  CHECK(found.p_better == 1.0);
}

TEST_CASE("a margin that is just reached is kept", "[regress]") {
  GateOptions options;
  options.rules = {parse_fail_rule("instructions>5%")};
  CHECK(compare_one(counted({1000, 1000}), counted({1050, 1050}), options).verdict ==
        MetricVerdict::equivalent);
  CHECK(compare_one(counted({1000, 1000}), counted({1051, 1051}), options).verdict ==
        MetricVerdict::regressed);
}

TEST_CASE("rules that cannot be followed are refused", "[regress]") {
  const Observations time = number("time", around(1.0));
  const auto refused = [&](std::vector<FailRule> rules) {
    GateOptions options;
    options.rules = std::move(rules);
    return complaint([&] { (void)compare_observations({time}, {time}, options); });
  };
  CHECK(refused({parse_fail_rule("energy>1%")}).find("name one of time") != std::string::npos);
  CHECK(refused({parse_fail_rule("time<-1%")}).find("better when it is smaller") !=
        std::string::npos);
  CHECK(refused({parse_fail_rule("time>1pt")}).find("pt is for shares") != std::string::npos);
  CHECK(refused({parse_fail_rule("time>1%"), parse_fail_rule("time>2%")}).find("two rules") !=
        std::string::npos);
  CHECK(refused({parse_fail_rule("time>1%")}).empty());
}

TEST_CASE("two sides that have nothing in common are refused", "[regress]") {
  Observations other = number("time", around(1.0));
  other.benchmark = "cnn";
  CHECK(complaint([&] {
          (void)compare_observations({number("time", around(1.0))}, {other},
                                     {.allow_missing = true});
        }).find("nothing in common") != std::string::npos);
}

TEST_CASE("what cannot be judged leaves the others their verdict", "[regress]") {
  const Observations time = number("time", around(1.0));
  Observations energy = number("energy", around(1.0));
  energy.provenance = Provenance::modelled;
  const Observations faster = number("time", around(0.9));
  CHECK(compare_observations({time, energy}, {faster, energy}).verdict == GateVerdict::improved);
  std::vector<double> steady;
  for (int k = 0; k < 10; ++k) steady.push_back(1.0 + 1e-4 * k);
  CHECK(compare_observations({number("time", steady), energy}, {number("time", steady), energy})
            .verdict == GateVerdict::unchanged);
}

TEST_CASE("of a file one process tells all", "[regress]") {
  Observations before = counted({1000});
  before.is_of_files = true;
  Observations after = before;
  after.values = {250};
  CHECK(compare_one(before, after).verdict == MetricVerdict::improved);
  CHECK(compare_one(after, before).verdict == MetricVerdict::regressed);
}

TEST_CASE("a workload that differs is named by its field", "[regress]") {
  Observations before = number("time", around(1.0));
  before.task = {{"dataset", "digits"}, {"inputs", "602"}};
  before.workload = workload_key(before.task);
  Observations after = before;
  after.task[1].second = "603";
  after.workload = workload_key(after.task);
  CHECK(compare_one(before, after).reason == "the workload's inputs differs: 602 and 603");
}

TEST_CASE("a margin far below the scatter of items has no number that would show it", "[regress]") {
  auto [before, after] = models(80, 6, 4, 10);
  GateOptions options;
  options.rules = {parse_fail_rule("accuracy<-0.0000001pt")};
  const MetricComparison found = compare_one(before, after, options);
  CHECK(found.verdict == MetricVerdict::inconclusive);
  CHECK(found.needed == 0);
}

TEST_CASE("a gate that could never fail is a mistake", "[regress]") {
  const Observations time = number("time", around(1.0));
  CHECK_FALSE(
      abort_message([&] { (void)compare_observations({time}, {time}, {.alpha = 0.0}); }).empty());
}
