// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/fidelity.hpp"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/quality_result.hpp"

using namespace perjoule;
using detail::FidelityKind;

namespace {

using Rows = std::vector<std::vector<double>>;

Quality judged(FidelityKind kind, const Rows& outputs, const Rows& references) {
  return evaluate(Fidelity(kind), outputs, references);
}

const Rows references = {{.5, .5}, {.2, .8}, {1.0, 0.0}, {.6, .4}};
const Rows outputs = {{.75, .25}, {.4, .6}, {.9, .1}, {.4, .6}};

}  // namespace

TEST_CASE("the divergence is that of the model from the reference", "[quality][fidelity]") {
  // .5 ln(.5/.75) + .5 ln(.5/.25) = .143841, and turned round .130812.
  CHECK(detail::divergence_of(references[0], outputs[0]) == Approx(0.1438410362).epsilon(1e-9));
  CHECK(detail::divergence_of(outputs[0], references[0]) == Approx(0.1308120359).epsilon(1e-9));
  // .2 ln(.5) + .8 ln(4/3) = .091516; -ln(.9) = .105361; .6 ln(1.5) + .4 ln(2/3) = .081093.
  CHECK(judged(FidelityKind::divergence, outputs, references).value.value ==
        Approx((0.1438410362 + 0.0915162218 + 0.1053605157 + 0.0810930216) / 4.0).epsilon(1e-9));
  CHECK(judged(FidelityKind::divergence, references, references).value.value == 0.0);
}

TEST_CASE("what the model takes for impossible costs 36 nats", "[quality][fidelity]") {
  CHECK(detail::divergence_of(std::vector<double>{1, 0}, std::vector<double>{0, 1}) ==
        Approx(36.04).epsilon(1e-3));
}

TEST_CASE("who gives all items the reference's mean has no skill", "[quality][fidelity]") {
  const Rows mean(4, {.575, .425});
  const Quality quality = judged(FidelityKind::divergence, mean, references);
  CHECK(agrees(quality.trivial, quality.value.value));
  CHECK(std::fabs(quality.skill.value) < 1e-12);
  CHECK(judged(FidelityKind::divergence, references, references).skill.value == 1.0);
  const Rows same(4, {.3, .7});
  CHECK_FALSE(judged(FidelityKind::divergence, outputs, same).skill.is_known());
}

TEST_CASE("the same class is most probable, or not", "[quality][fidelity]") {
  // Of two equal ones the first: right are the first, second and third.
  const Quality quality = judged(FidelityKind::same_top, outputs, references);
  CHECK(agrees(quality.value.value, 0.75));
  CHECK(quality.higher_is_better);
  CHECK(quality.value_interval.method == IntervalMethod::wilson);
  CHECK(agrees(quality.trivial, 0.75));  // the first class, three times of four
}

TEST_CASE("changes of probability are the largest of each item", "[quality][fidelity]") {
  const Quality mean = judged(FidelityKind::mean_change, outputs, references);
  CHECK(agrees(mean.value.value, (.25 + .2 + .1 + .2) / 4.0));
  CHECK(mean.value_interval.method == IntervalMethod::wilson);
  CHECK(mentions(mean.why_no_skill, "not known"));
  const Quality largest = judged(FidelityKind::largest_change, outputs, references);
  CHECK(agrees(largest.value.value, .25));
  CHECK(largest.value_interval.method == IntervalMethod::exact);
  CHECK_FALSE(largest.skill.is_known());
}

TEST_CASE("probabilities are divided by their sum", "[quality][fidelity]") {
  const std::vector<std::vector<float>> single = {{.5F, .5F}, {.2F, .8F}, {1.0F, 0.0F}, {.6F, .4F}};
  auto metric = divergence_from_reference(references);
  for (std::size_t i = 0; i < 4; ++i) metric.add(i, single[i]);
  CHECK(std::fabs(metric.result().value.value) < 1e-12);
}

TEST_CASE("fidelities say what they are", "[quality][fidelity]") {
  auto divergence = divergence_from_reference(references);
  auto top = same_top(references, PerItem::drop);
  auto mean = mean_probability_change(references);
  auto largest = largest_probability_change(references);
  for (std::size_t i = 0; i < 4; ++i) {
    divergence.add(i, outputs[i]);
    top.add(i, outputs[i]);
    mean.add(i, outputs[i]);
    largest.add(i, outputs[i]);
  }
  CHECK(divergence.result().metric == "kl-divergence");
  CHECK(divergence.result().signature == "from:reference|clip:2.2e-16|trivial:mean-probabilities");
  CHECK(divergence.result().unit == "nats");
  CHECK(divergence.result().value.is_known());
  CHECK(mentions(divergence.result().why_no_interval, "fewer than 100"));
  CHECK(divergence.per_item().size() == 4);
  CHECK(top.result().metric == "same-top");
  CHECK(top.result().signature == "ties:first|trivial:most-frequent");
  CHECK(top.per_item().empty());
  CHECK(mean.result().metric == "mean-probability-change");
  CHECK(mean.result().signature == "of-item:largest");
  CHECK(largest.result().metric == "largest-probability-change");
  CHECK(largest.result().signature == "of-item:largest|of:these-items");
}

TEST_CASE("two models' fidelity is compared item by item, but not their largest changes",
          "[quality][fidelity][paired]") {
  const auto difference = [&](FidelityKind kind) {
    const Fidelity first = seen(Fidelity(kind), outputs, references);
    const Fidelity second =
        seen(Fidelity(kind), Rows{{.5, .5}, {.2, .8}, {.9, .1}, {.6, .4}}, references);
    Quality a = first.result();
    Quality b = second.result();
    a.columns = b.columns = 1;
    return paired_difference(a, first.per_item(), b, second.per_item());
  };
  CHECK(agrees(difference(FidelityKind::mean_change).estimate.value, .65 / 4.0));
  CHECK_FALSE(difference(FidelityKind::largest_change).estimate.is_known());
}

TEST_CASE("what is no pair of distributions is an error", "[quality][fidelity]") {
  const auto complaint_of = [](const Rows& of_output, const Rows& of_reference) {
    return complaint([&] { (void)judged(FidelityKind::divergence, of_output, of_reference); });
  };
  CHECK(mentions(complaint_of({{.5, .6}}, {{.5, .5}}), "do not sum up to 1"));
  CHECK(mentions(complaint_of({{.5, .5}}, {{.5, .6}}), "do not sum up to 1"));
  CHECK(mentions(complaint_of({{.5, .5}}, {{.5, .3, .2}}), "different numbers of classes"));
  CHECK(mentions(complaint_of({{.5, .5}, {1.0}}, {{.5, .5}, {1.0}}), "different numbers"));
  CHECK(mentions(complaint_of({{1.5, -.5}}, {{.5, .5}}), "item 0"));
  CHECK(mentions(complaint_of({}, {}), "no items"));
}
