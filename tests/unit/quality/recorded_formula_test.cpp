// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/recorded_formula.hpp"

#include <cstddef>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/quality/binary_ranking.hpp"
#include "perjoule/quality/class_ranking.hpp"
#include "perjoule/quality/classification.hpp"
#include "perjoule/quality/correlation.hpp"
#include "perjoule/quality/detection.hpp"
#include "perjoule/quality/error_rate.hpp"
#include "perjoule/quality/fidelity.hpp"
#include "perjoule/quality/multilabel.hpp"
#include "perjoule/quality/probability_metrics.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/quality/regression.hpp"
#include "perjoule/quality/segmentation.hpp"
#include "perjoule/quality/translation.hpp"
#include "perjoule/quality/weighted_metric.hpp"

using namespace perjoule;

namespace {

/// A metric's result and its items, as a record has them.
struct Recorded {
  Quality quality;
  std::vector<double> rows;

  /// Forgets what a record does not have, and gives it back.
  [[nodiscard]] Quality restored() const {
    Quality read = quality;
    read.formula.value = nullptr;
    read.formula.value_of_drawn = nullptr;  // then rows are copied
    read.formula.difference = nullptr;
    read.formula.estimate = nullptr;
    read.formula.uses_sums = false;
    detail::restore_formula(read, rows);
    if (read.formula.value == nullptr) return read;
    REQUIRE((read.formula.estimate == nullptr) == (quality.formula.estimate == nullptr));
    if (read.formula.estimate == nullptr) return read;
    const Interval<double> again = read.formula.estimate(rows).interval;
    const Interval<double> before = quality.formula.estimate(rows).interval;
    CHECK(again.method == before.method);
    if (before.is_known()) CHECK(again.low == Approx(before.low));
    return read;
  }
};

template <class Metric, class Outputs>
Recorded recorded(Metric metric, const Outputs& outputs) {
  std::size_t item = 0;
  for (const auto& output : outputs) metric.add(item++, output);
  Recorded found{metric.result(), {}};
  const auto kept = metric.per_item();
  found.rows.assign(kept.begin(), kept.end());
  found.quality.columns = found.rows.size() / found.quality.items;
  return found;
}

/// Two models are as far apart as before they were recorded.
template <class Metric, class Outputs>
void check_restored(const Metric& metric, const Outputs& outputs, const Outputs& others) {
  const Recorded a = recorded(metric, outputs);
  const Recorded b = recorded(metric, others);
  INFO(a.quality.metric << ' ' << a.quality.signature);
  const auto before = paired_difference(a.quality, a.rows, b.quality, b.rows);
  const auto after = paired_difference(a.restored(), a.rows, b.restored(), b.rows);
  REQUIRE(before.interval.is_known());
  CHECK(after.estimate.value == before.estimate.value);
  CHECK(after.interval.low == before.interval.low);
  CHECK(after.interval.high == before.interval.high);
}

const std::vector<int> labels = {0, 1, 1, 0, 2, 1, 0, 2, 1, 0, 1, 2, 0, 1, 1, 0};
const std::vector<int> guesses = {0, 1, 0, 0, 2, 1, 1, 2, 1, 0, 2, 2, 0, 1, 1, 2};
const std::vector<int> other_guesses = {0, 1, 1, 0, 1, 1, 1, 0, 1, 0, 2, 2, 1, 1, 0, 2};
const std::vector<int> binary = {0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0};
const std::vector<int> binary_guesses = {0, 1, 0, 0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 1, 1, 1};
const std::vector<int> other_binary = {1, 1, 1, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0};
const std::vector<double> scores = {.1, .9, .4, .3, .8, .7, .6, .2, .9, .1, .3, .8, .4, .9, .7, .5};
const std::vector<double> other_scores = {.2, .8, .6, .3, .4, .9, .5, .1,
                                          .8, .3, .6, .7, .6, .8, .2, .4};

}  // namespace

TEST_CASE("a metric of a record compares two models as it did before it was written",
          "[quality][record]") {
  check_restored(accuracy(labels), guesses, other_guesses);
  check_restored(f_score(labels), guesses, other_guesses);
  check_restored(f_score(labels, {.average = Average::weighted, .beta = 2.0}), guesses,
                 other_guesses);
  check_restored(f_score(binary, {.average = Average::binary}), binary_guesses, other_binary);
  check_restored(balanced_accuracy(labels), guesses, other_guesses);
  check_restored(matthews_correlation(labels), guesses, other_guesses);
  check_restored(cohen_kappa(labels), guesses, other_guesses);
  check_restored(auroc(binary), scores, other_scores);
  check_restored(average_precision(binary), scores, other_scores);
  check_restored(root_mean_square_error(scores), other_scores, scores);
  check_restored(mean_absolute_error(scores, "mm"), other_scores, scores);
  check_restored(r2_score(scores), other_scores, scores);
  check_restored(pearson_correlation(scores), other_scores,
                 std::vector<double>(scores.rbegin(), scores.rend()));
  check_restored(spearman_correlation(scores), other_scores,
                 std::vector<double>(scores.rbegin(), scores.rend()));
  const std::vector<std::string> references = {"the cat sat on the mat today", "a dog ran far away",
                                               "it is a fine day for walks",
                                               "we read many good books"};
  const std::vector<std::string> texts = {"the cat sat on a mat today", "a dog ran far far away",
                                          "it is a fine day for walks", "we read good books"};
  const std::vector<std::string> others = {"a cat is on the mat today", "a dog ran far away",
                                           "it is a nice day for walks", "we have many good books"};
  check_restored(word_error_rate(references), texts, others);
  check_restored(character_error_rate(references), texts, others);
  check_restored(bleu(references), texts, others);
  check_restored(bleu(references, {.smoothing = BleuSmoothing::add_k(2.0)}), texts, others);
  check_restored(
      bleu(references, {.smoothing = BleuSmoothing::floor(0.5), .effective_order = true}), texts,
      others);
  check_restored(chrf(references), texts, others);
  check_restored(chrf(references, {.word_order = 2, .beta = 3.0}), texts, others);
}

TEST_CASE("a metric of lists compares two models as it did before it was written",
          "[quality][record]") {
  // A model's answers for each item: a score for each class, or 0 and 1 for each label or pixel.
  std::vector<std::vector<double>> of_classes;
  std::vector<std::vector<double>> others_of_classes;
  std::vector<std::vector<int>> flags;
  std::vector<std::vector<int>> guessed;
  std::vector<std::vector<int>> others;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto indicator = [&](const std::vector<int>& of, int c) { return of[i] == c ? 1 : 0; };
    const auto row = [&](const std::vector<int>& of) {
      return std::vector<int>{indicator(of, 0), indicator(of, 1), indicator(of, 2)};
    };
    flags.push_back(row(labels));
    guessed.push_back(row(guesses));
    others.push_back(row(other_guesses));
    of_classes.emplace_back();
    others_of_classes.emplace_back();
    for (std::size_t c = 0; c < 3; ++c) {
      of_classes.back().push_back(guessed.back()[c] + scores[i] / (1.0 + static_cast<double>(c)));
      others_of_classes.back().push_back(others.back()[c] + other_scores[i]);
    }
  }
  check_restored(auroc_one_vs_rest(labels), of_classes, others_of_classes);
  check_restored(auroc_one_vs_one(labels), of_classes, others_of_classes);
  for (const LabelAverage average :
       {LabelAverage::micro, LabelAverage::macro, LabelAverage::samples}) {
    check_restored(multilabel_f1(flags, {.average = average}), guessed, others);
  }
  check_restored(mean_iou(flags, 2), guessed, others);
  check_restored(mean_iou(flags, 2, {.background = 0}), guessed, others);
  check_restored(dice_score(flags, 2), guessed, others);
  // Detectors that find one of two boxes more or less often.
  const std::vector<std::vector<LabelledBox>> boxes(8, {{{0, 0, 10, 10}, 0}, {{20, 0, 8, 10}, 1}});
  std::vector<std::vector<Detection>> found;
  std::vector<std::vector<Detection>> found_by_other;
  for (std::size_t i = 0; i < 8; ++i) {
    found.push_back({{{0, 0, 8, 10}, 0, scores[i]}, {{20, 0, i % 3 == 0 ? 2.0 : 6.0, 10}, 1, .5}});
    found_by_other.push_back({{{i % 2 == 0 ? 50.0 : 0.0, 0, 8, 10}, 0, other_scores[i]}});
  }
  for (const OverlapThresholds thresholds :
       {OverlapThresholds::half, OverlapThresholds::three_quarters, OverlapThresholds::all}) {
    check_restored(mean_average_precision(boxes, 2, {.thresholds = thresholds, .most = 5}), found,
                   found_by_other);
  }
  Recorded foreign = recorded(mean_average_precision(boxes, 2, {.most = 5}), found);
  foreign.rows[2] = 2.0;  // is no class
  CHECK(foreign.restored().formula.value == nullptr);
  // What is true of these items alone has no interval, also when it was read.
  const std::vector<std::vector<double>> references(4, {.5, .5});
  const std::vector<std::vector<double>> outputs = {{.5, .5}, {.4, .6}, {.3, .7}, {.5, .5}};
  const Recorded a = recorded(largest_probability_change(references), outputs);
  const Recorded b = recorded(largest_probability_change(references), references);
  CHECK_FALSE(paired_difference(a.restored(), a.rows, b.restored(), b.rows).estimate.is_known());
}

TEST_CASE("a formula that does not give the recorded value is left out", "[quality][record]") {
  Recorded found = recorded(f_score(labels), guesses);
  CHECK(found.restored().formula.value != nullptr);
  found.quality.value.value += 0.01;
  CHECK(found.restored().formula.value == nullptr);
  found = recorded(f_score(labels), guesses);
  found.rows[0] = 1e300;  // is no class
  CHECK(found.restored().formula.value == nullptr);
  found = recorded(weighted(scores, accuracy(labels)), guesses);
  CHECK(found.restored().formula.value != nullptr);
  found.quality.items = 0;  // as a record may say
  CHECK(found.restored().formula.value != nullptr);
  found.quality.signature += "|weights:given";
  CHECK(found.restored().formula.value == nullptr);
  found = recorded(auroc(binary), scores);
  for (std::size_t i = 1; i < found.rows.size(); i += 2) found.rows[i] = 1.0;
  CHECK(found.restored().formula.difference == nullptr);
  const std::vector<std::vector<double>> of_classes(16, {.1, .2, .3});
  found = recorded(auroc_one_vs_rest(labels), of_classes);
  CHECK(found.restored().formula.difference != nullptr);
  found.rows[4] = 3.0;  // is none of three classes
  CHECK(found.restored().formula.difference == nullptr);
}
