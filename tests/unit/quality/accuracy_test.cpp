// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/accuracy.hpp"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "complaint.hpp"
#include "evaluate.hpp"

using perjoule::accuracy;
using perjoule::IntervalMethod;
using perjoule::Provenance;
using perjoule::Quality;

namespace {

bool holds(const std::string& whole, const char* part) {
  return whole.find(part) != std::string::npos;
}

/// Read from memory at run time, so that -ffast-math can't decide that it does not exist.
template <class Float, class Bits>
Float from_bits(Bits bits) {
  const volatile Bits stored = bits;
  return std::bit_cast<Float>(Bits{stored});
}

/// The result of a metric for a model that always returns `output`.
template <class Metric, class Output>
Quality of_constant(Metric metric, const Output& output) {
  for (std::size_t i = 0; i < metric.items(); ++i) metric.add(i, output);
  return metric.result();
}

enum class Animal { cat, dog, eel };
enum class Digit : unsigned char { zero, one, two };

}  // namespace

TEST_CASE("labels may be any whole numbers, and are counted alike", "[quality][accuracy]") {
  // 300 twice and -7 once right; 2 and 256 named wrong. 300 is the most frequent: 3 of 6.
  const std::vector<int> labels = {300, -7, 300, 2, 300, 256};
  const int outputs[] = {300, -7, 300, 3, 2, 255};
  auto metric = accuracy(labels);
  for (std::size_t i = 0; i < labels.size(); ++i) metric.add(i, outputs[i]);
  const Quality quality = metric.result();
  CHECK(quality.items == 6);
  CHECK(quality.value.value == 0.5);
  CHECK(quality.trivial == 0.5);
  CHECK(quality.skill.value == 0.0);
}

TEST_CASE("accuracy of named classes is the share of right ones", "[quality][accuracy]") {
  const std::vector<int> labels = {0, 1, 2, 1, 0};
  auto metric = accuracy(labels);
  const int outputs[] = {0, 1, 1, 1, 2};
  for (std::size_t i = 0; i < 5; ++i) metric.add(i, outputs[i]);
  const Quality quality = metric.result();
  CHECK(quality.metric == "accuracy");
  CHECK(quality.items == 5U);
  CHECK(agrees(quality.value.value, 0.6));
  CHECK(quality.value.provenance == Provenance::measured);
  CHECK(quality.value.random > 0.0);
  CHECK(quality.value.common == 0.0);
  CHECK(quality.higher_is_better);
}

TEST_CASE("accuracy of scores takes the class with the largest one", "[quality][accuracy]") {
  const std::vector<int> labels = {2, 0, 1};
  auto metric = accuracy(labels);
  metric.add(0, std::vector<float>{0.1F, 0.2F, 0.7F});
  metric.add(1, std::vector<float>{0.1F, 0.2F, 0.7F});
  metric.add(2, std::vector<float>{-3.0F, -1.0F, -2.0F});
  CHECK(metric.result().value.value == Approx(2.0 / 3.0));
}

TEST_CASE("scores come in any range that lies in memory", "[quality][accuracy]") {
  const std::vector<int> labels = {1, 1, 1, 1};
  auto metric = accuracy(labels);
  const double plain[] = {0.0, 1.0};
  const std::array<double, 2> array = {0.0, 1.0};
  const std::vector<double> vector = {0.0, 1.0};
  metric.add(0, plain);
  metric.add(1, array);
  metric.add(2, vector);
  metric.add(3, std::span<const double>(vector));
  CHECK(metric.result().value.value == 1.0);
}

TEST_CASE("top-k counts an item when its label is among the k best scores", "[quality][accuracy]") {
  // The label's score is the third best of five.
  const std::vector<int> labels = {4};
  const std::vector<double> scores = {0.9, 0.1, 0.8, 0.2, 0.5};
  for (const std::size_t k : {1U, 2U, 3U, 4U, 5U}) {
    auto metric = accuracy(labels, k);
    metric.add(0, scores);
    CAPTURE(k);
    CHECK(metric.result().value.value == (k >= 3 ? 1.0 : 0.0));
  }
}

TEST_CASE("top-k accuracy is that of scikit-learn's example", "[quality][accuracy]") {
  // sklearn.metrics.top_k_accuracy_score: y = [0, 1, 2, 2], k = 2 gives 0.75.
  const std::vector<int> labels = {0, 1, 2, 2};
  auto metric = accuracy(labels, 2);
  metric.add(0, std::array<double, 3>{0.5, 0.2, 0.2});
  metric.add(1, std::array<double, 3>{0.3, 0.4, 0.2});
  metric.add(2, std::array<double, 3>{0.2, 0.4, 0.3});
  metric.add(3, std::array<double, 3>{0.7, 0.2, 0.1});
  const Quality quality = metric.result();
  CHECK(quality.value.value == 0.75);
  CHECK(quality.metric == "top-2-accuracy");
  CHECK(quality.signature == "top-k:2|ties:first|trivial:most-frequent");
}

TEST_CASE("of equal scores the class with the lower index comes first", "[quality][accuracy]") {
  const std::vector<double> equal = {0.5, 0.5, 0.5};
  const std::vector<int> labels = {0, 1, 2};
  const double expected[][3] = {{1.0, 0.0, 0.0}, {1.0, 1.0, 0.0}, {1.0, 1.0, 1.0}};
  for (const std::size_t k : {1U, 2U, 3U}) {
    auto metric = accuracy(labels, k);
    for (std::size_t i = 0; i < 3; ++i) metric.add(i, equal);
    for (std::size_t i = 0; i < 3; ++i) CHECK(metric.per_item()[i] == expected[k - 1][i]);
  }
}

TEST_CASE("labels may be enumerations", "[quality][accuracy]") {
  const std::vector<Animal> labels = {Animal::cat, Animal::eel, Animal::dog};
  auto metric = accuracy(labels);
  metric.add(0, Animal::cat);
  metric.add(1, Animal::dog);
  metric.add(2, std::vector<float>{0.1F, 0.8F, 0.1F});
  CHECK(metric.result().value.value == Approx(2.0 / 3.0));
  CHECK(metric.result().trivial == Approx(1.0 / 3.0));
  const std::vector<Digit> digits = {Digit::two};
  auto small = accuracy(digits);
  small.add(0, 2);
  CHECK(small.result().value.value == 1.0);
}

TEST_CASE("labels may be bytes, as in the files of MNIST", "[quality][accuracy]") {
  const std::vector<unsigned char> labels = {200, 7};
  auto metric = accuracy(labels);
  metric.add(0, 200);
  metric.add(1, static_cast<unsigned char>(8));
  CHECK(metric.per_item()[0] == 1.0);
  CHECK(metric.per_item()[1] == 0.0);
  std::vector<float> scores(201, 0.0F);
  scores[200] = 1.0F;
  auto of_scores = accuracy(labels);
  of_scores.add(0, scores);
  CHECK(of_scores.per_item()[0] == 1.0);
}

TEST_CASE("labels of 64 bits are not cut to 32", "[quality][accuracy]") {
  const std::vector<std::int64_t> labels = {(std::int64_t{1} << 32U) + 5, -3};
  auto metric = accuracy(labels);
  metric.add(0, 5);
  metric.add(1, std::int64_t{-3});
  CHECK(metric.per_item()[0] == 0.0);
  CHECK(metric.per_item()[1] == 1.0);
}

TEST_CASE("two labels that differ in their last bit only are two classes", "[quality][accuracy]") {
  // 2^53 and 2^53 + 1 are one number as doubles. Hashes of words are such labels.
  const std::int64_t large = std::int64_t{1} << 53U;
  const std::vector<std::int64_t> labels = {large, large + 1, large, large + 1};
  auto metric = accuracy(labels);
  for (std::size_t i = 0; i < 4; ++i) metric.add(i, labels[i]);
  const Quality quality = metric.result();
  CHECK(quality.trivial == 0.5);
  CHECK(quality.skill.is_known());
}

TEST_CASE("labels may be a view, which the metric borrows", "[quality][accuracy]") {
  const std::vector<int> owner = {3, 1, 1, 9};
  auto metric = accuracy(std::span(owner).subspan(1, 2));
  CHECK(metric.items() == 2U);
  metric.add(0, 1);
  metric.add(1, 1);
  CHECK(metric.result().value.value == 1.0);
}

TEST_CASE("accuracy of no labels is refused", "[quality][accuracy][error]") {
  const std::vector<int> labels;
  CHECK(complaint([&] { (void)accuracy(labels); }) ==
        "perjoule: a metric of no items: the references are empty; pass those of the test set, one "
        "for each input");
}

TEST_CASE("a score that is not a number is refused under any flag",
          "[quality][accuracy][error][missing]") {
  const std::vector<int> labels = {0, 0};
  auto metric = accuracy(labels);
  metric.add(0, 1);
  const std::vector<double> nan = {0.1, 0.2,
                                   from_bits<double>(std::uint64_t{0x7FF8'0000'0000'0000})};
  CHECK(complaint([&] { metric.add(1, nan); }) ==
        "perjoule: a score is not a finite number: item 1, class 2; look for a division by zero or "
        "an overflow in the model");
  const std::vector<double> own = {from_bits<double>(std::uint64_t{0x7FF8'0000'0000'0000}), 0.2};
  CHECK(holds(complaint([&] { metric.add(1, own); }), "item 1, class 0"));
  const std::vector<double> infinite = {0.1,
                                        from_bits<double>(std::uint64_t{0x7FF0'0000'0000'0000})};
  CHECK(holds(complaint([&] { metric.add(1, infinite); }), "item 1, class 1"));
  const std::vector<float> narrow = {0.1F, from_bits<float>(std::uint32_t{0x7FC0'0000})};
  CHECK(holds(complaint([&] { metric.add(1, narrow); }), "item 1, class 1"));
  CHECK(metric.per_item().size() == 1);
}

TEST_CASE("a label without a score is refused", "[quality][accuracy][error]") {
  const std::vector<int> labels = {1, 2};
  auto metric = accuracy(labels);
  const std::vector<double> scores = {0.1, 0.9};
  CHECK(complaint([&] { metric.add(0, scores); }).empty());
  CHECK(
      complaint([&] { metric.add(1, scores); }) ==
      "perjoule: a label has no score: item 1; return one score for each class, and count classes "
      "from 0");
  CHECK(holds(complaint([&] { metric.add(1, std::vector<double>()); }), "a label has no score"));
  const std::vector<int> negative = {-1};
  auto below = accuracy(negative);
  CHECK(holds(complaint([&] { below.add(0, scores); }), "a label has no score: item 0"));
}

TEST_CASE("more than one guess of a model that names a single class is refused",
          "[quality][accuracy][error]") {
  const std::vector<int> labels = {1};
  auto metric = accuracy(labels, 2);
  CHECK(holds(complaint([&] { metric.add(0, 1); }), "perjoule: top-k accuracy with k above 1: "));
}

TEST_CASE("the interval of an accuracy is Wilson's", "[quality][accuracy]") {
  std::vector<int> labels(100, 1);
  for (std::size_t i = 0; i < 50; ++i) labels[i] = 0;
  auto metric = accuracy(labels);
  for (std::size_t i = 0; i < 100; ++i) metric.add(i, i < 10 ? 1 - labels[i] : labels[i]);
  const Quality quality = metric.result();
  CHECK(quality.value.value == 0.9);
  CHECK(quality.value_interval.method == IntervalMethod::wilson);
  CHECK(quality.value_interval.level == 0.95);
  CHECK(quality.value_interval.low == Approx(0.825634).epsilon(1e-6));
  CHECK(quality.value_interval.high == Approx(0.944771).epsilon(1e-6));
  // The half-width over z: (.944771 - .825634)/2/1.959964
  CHECK(quality.value.random == Approx(0.0303926).epsilon(1e-5));
  CHECK(quality.value.dof == 1e6);
  // Chance is .5 here, so skill is 2 (Q - .5): .8, from .651268 to .889542.
  CHECK(quality.trivial == 0.5);
  CHECK(quality.skill.value == Approx(0.8));
  CHECK(quality.skill.random == Approx(0.0607852).epsilon(1e-5));
  CHECK(quality.skill.provenance == Provenance::measured);
  CHECK(quality.skill_interval.low == Approx(0.651268).epsilon(2e-6));
  CHECK(quality.skill_interval.high == Approx(0.889542).epsilon(2e-6));
  CHECK(quality.skill_interval.method == IntervalMethod::wilson);
}

TEST_CASE("a model without a mistake has an uncertainty all the same", "[quality][accuracy]") {
  const std::vector<int> labels = {0, 1, 0, 1, 0, 1, 0, 1, 0, 1};
  auto metric = accuracy(labels);
  for (std::size_t i = 0; i < 10; ++i) metric.add(i, labels[i]);
  const Quality quality = metric.result();
  CHECK(quality.value.value == 1.0);
  CHECK(quality.value.random == Approx(0.27753 / 2.0 / 1.959964).epsilon(1e-4));
  CHECK(quality.skill.value == 1.0);
  CHECK(quality.value_interval.high == 1.0);
}

TEST_CASE("a model that always names the most frequent class has no skill", "[quality][accuracy]") {
  const std::vector<int> labels = {3, 3, 3, 0, 1, 7, 3, 0, 3, 2};
  auto metric = accuracy(labels);
  for (std::size_t i = 0; i < 10; ++i) metric.add(i, 3);
  const Quality quality = metric.result();
  CHECK(quality.value.value == 0.5);
  CHECK(quality.trivial == 0.5);
  CHECK(quality.skill.value == 0.0);
  CHECK(quality.skill_interval.contains(0.0));
}

TEST_CASE("a model that always names the k most frequent classes has no skill at top k",
          "[quality][accuracy]") {
  // 3 stands four times, 0 three times, 1 twice, 2 once: two guesses get 7 of 10.
  const std::vector<int> labels = {3, 0, 3, 1, 0, 3, 2, 1, 0, 3};
  auto metric = accuracy(labels, 2);
  const std::vector<double> always = {0.3, 0.1, 0.1, 0.5};
  for (std::size_t i = 0; i < 10; ++i) metric.add(i, always);
  const Quality quality = metric.result();
  CHECK(agrees(quality.value.value, 0.7));
  CHECK(quality.trivial == 0.7);
  CHECK(agrees(quality.skill.value, 0.0));
}

TEST_CASE("a model that is worse than chance has a skill below zero", "[quality][accuracy]") {
  const std::vector<int> labels = {0, 0, 0, 1};
  auto metric = accuracy(labels);
  for (std::size_t i = 0; i < 4; ++i) metric.add(i, 1);
  // (.25 - .75)/(1 - .75)
  CHECK(metric.result().skill.value == -2.0);
}

TEST_CASE("where all labels are of one class skill is missing, with the reason",
          "[quality][accuracy][missing]") {
  const std::vector<int> labels = {4, 4, 4};
  auto metric = accuracy(labels);
  for (std::size_t i = 0; i < 3; ++i) metric.add(i, 4);
  const Quality quality = metric.result();
  CHECK(quality.value.value == 1.0);
  CHECK_FALSE(quality.skill.is_known());
  CHECK_FALSE(quality.skill_interval.is_known());
  CHECK(std::string(quality.why_no_skill) ==
        "all labels are of one class, which leaves nothing to be skilled at");
}

TEST_CASE("where skill is known there is no reason for its absence", "[quality][accuracy]") {
  const std::vector<int> labels = {0, 1};
  CHECK(std::string(of_constant(accuracy(labels), 0).why_no_skill).empty());
}

TEST_CASE("where k guesses cover every class skill is missing, for that reason and no other",
          "[quality][accuracy][missing]") {
  const std::vector<int> labels = {0, 1, 2};
  const Quality quality = of_constant(accuracy(labels, 3), std::vector<double>{0.2, 0.3, 0.5});
  CHECK_FALSE(quality.skill.is_known());
  CHECK_FALSE(std::string(quality.why_no_skill).empty());
  CHECK_FALSE(holds(quality.why_no_skill, "all labels are of one class"));
}

TEST_CASE("each item's share stands in the order of the inputs", "[quality][accuracy]") {
  const std::vector<int> labels = {0, 1, 2, 1};
  auto metric = accuracy(labels);
  CHECK(metric.items() == 4U);
  metric.add(0, 0);
  metric.add(1, 1);
  metric.add(2, 1);
  metric.add(3, 1);
  const std::vector<double> found = metric.per_item();
  CHECK(std::vector<double>(found.begin(), found.end()) == std::vector<double>{1.0, 1.0, 0.0, 1.0});
}

TEST_CASE("what each item got can be left out, and the value stays", "[quality][accuracy]") {
  const std::vector<int> labels = {0, 1};
  auto metric = accuracy(labels, 1, perjoule::PerItem::drop);
  metric.add(0, 0);
  metric.add(1, 0);
  CHECK(metric.per_item().size() == 0);
  CHECK(metric.result().value.value == 0.5);
}

TEST_CASE("labels count alike whether they are small, large or below 0, kept or not",
          "[quality][accuracy]") {
  for (const perjoule::PerItem items : {perjoule::PerItem::keep, perjoule::PerItem::drop}) {
    perjoule::Accuracy metric(1, items);
    for (const long long label : {0LL, 255LL, 255LL, 256LL, -1LL, 1LL << 40}) {
      metric.add(label, label);
      metric.add(label + 1, label);
    }
    CHECK(metric.items() == 12);
    CHECK(metric.result().value.value == 0.5);
    CHECK(metric.result().trivial == Approx(4.0 / 12.0));
    CHECK(metric.per_item().size() == (items == perjoule::PerItem::keep ? 12 : 0));

    perjoule::Accuracy two(2, items);
    CHECK(holds(complaint([&] { two.add(1, 1); }), "the model names a single class"));
    CHECK(two.items() == 0);
    CHECK(two.per_item().size() == 0);
  }
}

TEST_CASE("a metric streams outputs beside their labels", "[quality][accuracy]") {
  perjoule::Accuracy metric;
  metric.add(1, 1);
  metric.add(std::vector<double>{0.1, 0.9}, 0);
  metric.add(Animal::dog, 1);
  metric.add(2, Animal::eel);
  CHECK(metric.items() == 4);
  CHECK(metric.result().value.value == 0.75);
  CHECK(metric.result().trivial == 0.5);
}

TEST_CASE("a metric that nothing was added to, or too little, has no result",
          "[quality][accuracy][error]") {
  CHECK(complaint([] { (void)perjoule::Accuracy().result(); }) ==
        "perjoule: a metric of no items: accuracy; add an output and its reference before");
  const std::vector<int> labels = {0, 1};
  auto metric = accuracy(labels);
  metric.add(0, 0);
  CHECK(holds(complaint([&] { (void)metric.result(); }), "1 outputs for 2 references"));
}

TEST_CASE("an item beyond the labels and a k of 0 are bugs of the caller", "[quality][accuracy]") {
  const std::vector<int> labels = {0, 1};
  auto metric = accuracy(labels);
  const std::vector<double> scores = {0.5, 0.5};
  // Only at run time, so that no compiler warns of the intended fault.
  const volatile std::size_t beyond = 2;
  CHECK_FALSE(abort_message([&] { metric.add(beyond, 0); }).empty());
  CHECK_FALSE(abort_message([&] { metric.add(beyond, scores); }).empty());
  const volatile std::size_t out_of_turn = 1;
  CHECK_FALSE(abort_message([&] { metric.add(out_of_turn, 0); }).empty());
  CHECK_FALSE(abort_message([&] { (void)accuracy(labels, 0); }).empty());
}

TEST_CASE("more guesses than there are classes cover all of them, and no more", "[quality]") {
  const std::vector<int> labels = {0, 1, 1, 2, 2, 2};
  const std::vector<double> scores(9, 0.0);
  CHECK(of_constant(accuracy(labels, 3), scores).trivial == 1.0);
  CHECK(of_constant(accuracy(labels, 9), scores).trivial == 1.0);
  CHECK(of_constant(accuracy(labels, 2), scores).trivial == Approx(5.0 / 6.0));
}

TEST_CASE("skill has no part that is common to windows", "[quality][accuracy]") {
  const std::vector<int> labels = {0, 1};
  CHECK(of_constant(accuracy(labels), 0).skill.common == 0.0);
}

TEST_CASE("what a metric found begins with nothing", "[quality]") {
  const Quality none;
  CHECK(none.items == 0);
  CHECK(none.trivial == 0.0);
  CHECK(none.perfect == 1.0);
  CHECK(std::string(none.unit) == "%");
  CHECK(none.higher_is_better);
  CHECK(none.columns == 0);
  CHECK_FALSE(none.value.is_known());
}
