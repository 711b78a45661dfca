// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/score/score.hpp"

#include <concepts>
#include <cstddef>
#include <vector>

#include "catch.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/score/efficiency.hpp"
#include "perjoule/stats/propagate.hpp"

using namespace perjoule;

namespace {

Estimate<double> skill_of(double value, double u = 0.01) {
  return {value, u, infinite_dof, 0.0, Provenance::measured};
}
Estimate<JoulesPerItem> energy_of(double value) {
  return {JoulesPerItem(value), JoulesPerItem(0.01 * value), infinite_dof, JoulesPerItem(0.0),
          Provenance::measured};
}

/// The quality of a model that is wrong on each tenth item, on labels of two classes.
Quality quality_on(std::size_t items) {
  std::vector<int> labels(items);
  for (std::size_t i = 0; i < items; ++i) labels[i] = static_cast<int>(i % 2);
  auto metric = accuracy(labels);
  for (std::size_t i = 0; i < items; ++i) {
    metric.add(i, i % 10 == 0 ? 1 - labels[i] : labels[i]);
  }
  return metric.result();
}

}  // namespace

TEST_CASE("quality per joule is skill over the energy of an item", "[score]") {
  // .9/.05 = 18; relative .01/.9 = .0111111 and .01: together .0149485; u = .2690725
  const IntervalEstimate<ItemsPerJoule> score = per_joule(skill_of(0.9), energy_of(0.05));
  CHECK(score.estimate.value.si() == Approx(18.0));
  CHECK(score.estimate.random.si() == Approx(0.2690725).epsilon(1e-6));
  CHECK(score.estimate.provenance == Provenance::measured);
  // 18 x/ exp(1.9599640 x .0149485) = 18 x/ 1.0297322
  CHECK(score.interval.method == IntervalMethod::log_delta);
  CHECK(score.interval.low.si() == Approx(18.0 / 1.0297322).epsilon(1e-6));
  CHECK(score.interval.high.si() == Approx(18.0 * 1.0297322).epsilon(1e-6));
}

TEST_CASE("quality per second is skill over the time of an item", "[score]") {
  const Estimate<SecondsPerItem> time{SecondsPerItem(0.002), SecondsPerItem(1e-5), 10.0,
                                      SecondsPerItem(0.0), Provenance::measured};
  const IntervalEstimate<ItemsPerSecond> score = per_second(skill_of(0.9), time);
  CHECK(score.estimate.value.si() == Approx(450.0));
  // Relative .01/.9 = .0111111 and .00001/.002 = .005: together .0121843
  CHECK(score.estimate.random.si() == Approx(450.0 * 0.0121843).epsilon(1e-5));
}

TEST_CASE("quality per byte has the relative uncertainty of the skill alone", "[score]") {
  const IntervalEstimate<PerByte> score = per_byte(skill_of(0.9), exact(Bytes(1800.0)));
  CHECK(score.estimate.value.si() == Approx(0.0005));
  CHECK(score.estimate.random.si() == Approx(0.01 / 1800.0));
}

TEST_CASE("a model that knows nothing scores zero, however little energy it takes", "[score]") {
  // Accuracy over energy would put this one ahead by a factor of 100 000 (.5/1e-6 against .9/.2).
  const std::vector<int> labels = {3, 3, 0, 3, 1, 3, 2, 3, 7, 5};
  auto metric = accuracy(labels);
  for (std::size_t i = 0; i < labels.size(); ++i) metric.add(i, 3);
  const auto constant = per_joule(metric.result().skill, energy_of(1e-6));
  const auto trained = per_joule(quality_on(10).skill, energy_of(0.2));
  CHECK(constant.estimate.value == ItemsPerJoule(0.0));
  CHECK(constant.interval.contains(ItemsPerJoule(0.0)));
  CHECK(trained.estimate.value > constant.estimate.value);
}

TEST_CASE("a score without energy is missing, and so is one without skill", "[score][missing]") {
  const auto no_energy = per_joule(skill_of(0.9), Estimate<JoulesPerItem>{});
  CHECK_FALSE(no_energy.estimate.is_known());
  CHECK_FALSE(no_energy.interval.is_known());
  const auto no_skill = per_joule(Estimate<double>{}, energy_of(0.05));
  CHECK_FALSE(no_skill.estimate.is_known());
  CHECK_FALSE(no_skill.interval.is_known());
  CHECK_FALSE(per_second(skill_of(0.9), {}).estimate.is_known());
  CHECK_FALSE(per_byte(skill_of(0.9), {}).estimate.is_known());
}

TEST_CASE("a score is no better than its energy: modelled stays modelled", "[score]") {
  Estimate<JoulesPerItem> energy = energy_of(0.05);
  energy.provenance = Provenance::modelled;
  CHECK(per_joule(skill_of(0.9), energy).estimate.provenance == Provenance::modelled);
  energy.provenance = Provenance::simulated;
  CHECK(per_joule(skill_of(0.9), energy).estimate.provenance == Provenance::simulated);
}

TEST_CASE("doubling the test set leaves the score alone", "[score]") {
  // Twice the items take twice the joules: nothing changes per item.
  const auto score_on = [](std::size_t items) {
    const double joules = 0.25 * static_cast<double>(items);
    const Estimate<Joules> whole{Joules(joules), Joules(0.01 * joules), infinite_dof, Joules(0.0),
                                 Provenance::measured};
    return per_joule(quality_on(items).skill, per_item(whole, Items(static_cast<double>(items))));
  };
  // Skill (.9 - .5)/.5 = .8 over .25 J: 3.2 a joule.
  CHECK(score_on(100).estimate.value.si() == Approx(3.2));
  CHECK(score_on(200).estimate.value.si() == Approx(3.2));
  // Only the uncertainty changes.
  CHECK(score_on(200).estimate.random < score_on(100).estimate.random);
}
