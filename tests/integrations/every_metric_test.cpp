// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <cstddef>
#include <filesystem>
#include <regex>
#include <string>
#include <vector>

#include "catch.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/integrations/read_json.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/recorded_formula.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/stats/random.hpp"
#include "scratch.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;

namespace {

/// Enough for a mean over three classes and for losses that few items have.
constexpr std::size_t items = 120;

template <class T>
using PerItemOf = std::vector<T>;

/// References and a model's outputs of each kind, of which about a quarter is wrong.
struct Samples {
  PerItemOf<int> labels, guesses, binary, binary_guesses;
  PerItemOf<double> numbers, predictions, probabilities, surprises;
  PerItemOf<std::vector<double>> shares, references;  ///< of three classes
  PerItemOf<std::vector<int>> flags, named, tokens;
  PerItemOf<std::string> texts, outputs, nothing;
  PerItemOf<AnswerCounts> answers;
  PerItemOf<std::vector<LabelledBox>> boxes;
  PerItemOf<std::vector<Detection>> found;
  std::vector<double> weights;

  Samples() {
    Random random(11);
    for (std::size_t i = 0; i < items; ++i) {
      const auto label = static_cast<int>(random.below(3));
      const bool wrong = random.below(4) == 0;
      labels.push_back(label);
      guesses.push_back(wrong ? (label + 1) % 3 : label);
      binary.push_back(label == 0 ? 1 : 0);
      binary_guesses.push_back(guesses.back() == 0 ? 1 : 0);
      numbers.push_back(1.0 + random.uniform());
      predictions.push_back(numbers.back() + 0.5 * (random.uniform() - 0.5));
      probabilities.push_back(0.1 + 0.5 * random.uniform() + 0.3 * binary.back());
      surprises.push_back(4.0 + 4.0 * random.uniform());
      const double share = 0.4 + 0.5 * random.uniform();
      shares.push_back({0.5 - 0.5 * share, 0.5 - 0.5 * share, 0.5 - 0.5 * share});
      shares.back()[static_cast<std::size_t>(guesses.back())] = share;
      references.push_back({0.1, 0.1, 0.1});
      references.back()[static_cast<std::size_t>(label)] = 0.8;
      flags.push_back({label == 0, label != 1, label == 2});
      named.push_back({wrong, label != 1, label == 2});
      tokens.push_back({label, label + 1, 7});
      const std::string word = std::to_string(label);
      texts.push_back("it is a " + word + " of many on the list");
      outputs.push_back(wrong ? "it is the " + word + " on a list" : texts.back());
      nothing.emplace_back();
      answers.push_back({5, random.below(4)});
      boxes.push_back({{{0, 0, 10, 10}, 0}, {{20, 0, 8, 10}, 1}});
      found.push_back({{{0, 0, wrong ? 4.0 : 9.0, 10}, 0, random.uniform()},
                       {{20, 0, 6, 10}, 1, random.uniform()}});
      weights.push_back(static_cast<double>(1 + random.below(3)));
    }
  }
};

/// Adds what a metric says of outputs to an entry, with its items.
template <class Metric, class Outputs>
void add(Entry& entry, Metric metric, const Outputs& outputs) {
  entry.quality.push_back(evaluate(metric, outputs));
  const auto rows = metric.per_item();
  entry.per_item.insert(entry.per_item.end(), rows.begin(), rows.end());
}

void add_of_classes(Entry& entry, const Samples& of) {
  add(entry, accuracy(of.labels), of.guesses);
  add(entry, accuracy(of.labels, 2), of.shares);
  add(entry, accuracy(of.binary, 0.5), of.probabilities);
  for (const Average average : {Average::micro, Average::macro, Average::weighted}) {
    add(entry, f_score(of.labels, {.average = average, .beta = 2.0}), of.guesses);
  }
  for (const std::int64_t positive : {0, 1, 2}) {
    const FScoreOptions options = {.average = Average::binary, .positive = positive};
    add(entry, f_score(of.labels, options), of.guesses);
    add(entry, precision(of.labels, options), of.guesses);
    add(entry, recall(of.labels, options), of.guesses);
  }
  add(entry, f_score(of.binary, {.average = Average::binary}), of.binary_guesses);
  add(entry, balanced_accuracy(of.labels), of.guesses);
  add(entry, matthews_correlation(of.labels), of.guesses);
  add(entry, cohen_kappa(of.labels), of.guesses);
  add(entry, auroc(of.binary), of.probabilities);
  add(entry, average_precision(of.binary), of.probabilities);
  add(entry, auroc_one_vs_rest(of.labels), of.shares);
  add(entry, auroc_one_vs_one(of.labels), of.shares);
  add(entry, log_loss(of.binary), of.probabilities);
  add(entry, brier_score(of.binary), of.probabilities);
  add(entry, brier_score(of.labels), of.references);
  add(entry, calibration_error(of.labels, 10), of.shares);
  add(entry, divergence_from_reference(of.references), of.shares);
  add(entry, same_top(of.references), of.shares);
  add(entry, mean_probability_change(of.references), of.shares);
  add(entry, largest_probability_change(of.references), of.shares);
  for (const LabelAverage average :
       {LabelAverage::micro, LabelAverage::macro, LabelAverage::samples}) {
    add(entry, multilabel_f1(of.flags, {.average = average}), of.named);
  }
  add(entry, mean_iou(of.flags, 2), of.named);
  add(entry, dice_score(of.flags, 2, {.background = 0}), of.named);
  for (const OverlapThresholds thresholds :
       {OverlapThresholds::half, OverlapThresholds::three_quarters, OverlapThresholds::all}) {
    add(entry, mean_average_precision(of.boxes, 2, {.thresholds = thresholds, .most = 3}),
        of.found);
  }
}

void add_of_numbers(Entry& entry, const Samples& of) {
  add(entry, root_mean_square_error(of.numbers), of.predictions);
  add(entry, mean_absolute_error(of.numbers, "mm"), of.predictions);
  add(entry, r2_score(of.numbers), of.predictions);
  add(entry, pearson_correlation(of.numbers), of.predictions);
  add(entry, pearson_correlation(of.numbers), of.numbers);  // of 1, which Fisher's z does not reach
  add(entry, spearman_correlation(of.numbers), of.predictions);
  add(entry, symmetric_mape(of.numbers), of.predictions);
  add(entry, pinball_loss(of.numbers, 0.9), of.predictions);
  add(entry, recall_at_k(of.flags, 1), of.shares);
  add(entry, ndcg(of.flags), of.shares);
  add(entry, mean_reciprocal_rank(of.flags, {.k = 2}), of.shares);
}

void add_of_texts(Entry& entry, const Samples& of) {
  add(entry, word_error_rate(of.texts), of.outputs);
  add(entry, word_error_rate(of.nothing), of.outputs);
  add(entry, character_error_rate(of.texts), of.outputs);
  add(entry, exact_match(of.texts), of.outputs);
  add(entry, token_f1(of.texts), of.outputs);
  add(entry, bleu(of.texts), of.outputs);
  add(entry, bleu(of.texts, {.smoothing = BleuSmoothing::add_k(2.0), .effective_order = true}),
      of.outputs);
  add(entry, chrf(of.texts, {.word_order = 2, .beta = 3.0}), of.outputs);
  for (const RougeMeasure measure :
       {RougeMeasure::f1, RougeMeasure::precision, RougeMeasure::recall}) {
    add(entry, rouge_n(of.texts, 2, {.measure = measure}), of.outputs);
    add(entry, rouge_l(of.texts, {.measure = measure}), of.outputs);
  }
  add(entry, perplexity(of.tokens), of.surprises);
  add(entry, bits_per_byte(of.texts), of.surprises);
  add(entry, bits_per_character(of.texts), of.surprises);
  add(entry, pass_at_k(of.texts, 2), of.answers);
}

void add_weighted(Entry& entry, const Samples& of) {
  add(entry, weighted(of.weights, accuracy(of.labels)), of.guesses);
  add(entry, weighted(of.weights, log_loss(of.binary)), of.probabilities);
  add(entry, weighted(of.weights, token_f1(of.texts)), of.outputs);
  add(entry, weighted(of.weights, word_error_rate(of.texts)), of.outputs);
  add(entry, weighted(of.weights, word_error_rate(of.nothing)), of.outputs);
  add(entry, weighted(of.weights, bleu(of.texts)), of.outputs);
  add(entry, weighted(of.weights, mean_iou(of.flags, 2)), of.named);
  const auto squared = [](double output, double reference) {
    return (output - reference) * (output - reference);
  };
  const CustomMetricOptions options = {.name = "mse", .perfect = 0.0, .higher_is_better = false};
  add(entry, weighted(of.weights, mean_of(of.numbers, options, squared)), of.predictions);
}

Entry every_metric() {
  Entry entry = golden::bare_entry("every metric");
  entry.meter = golden::rapl();
  entry.inputs = items;
  const Samples samples;
  add_of_classes(entry, samples);
  add_of_numbers(entry, samples);
  add_of_texts(entry, samples);
  add_weighted(entry, samples);
  return entry;
}

void check_alike(const Estimate<double>& again, const Interval<double>& interval,
                 const Estimate<double>& before, const Interval<double>& interval_before) {
  REQUIRE(again.is_known() == before.is_known());
  CHECK(interval.method == interval_before.method);
  if (!before.is_known()) return;
  CHECK(again.value == Approx(before.value));
  CHECK(again.random == Approx(before.random));
  CHECK(again.dof == Approx(before.dof));
  CHECK(interval.low == Approx(interval_before.low).margin(1e-12));
  CHECK(interval.high == Approx(interval_before.high).margin(1e-12));
}

}  // namespace

TEST_CASE("every metric is computed again from its record", "[read][quality]") {
  const Entry written = every_metric();
  const std::string record = to_json({written});
  keep_record("every_metric", record);
  const Entry read = parse_json(record, "a.json").at(0);
  REQUIRE(read.quality.size() == written.quality.size());
  for (std::size_t i = 0; i < read.quality.size(); ++i) {
    const Quality& before = written.quality[i];
    INFO(before.metric << ' ' << before.signature);
    REQUIRE(before.value_interval.is_known());
    const View<double> rows = per_item_of(read, i);
    // That of the metric of one class is one of them.
    bool is_among = false;
    for (const ItemFormula& formula : detail::recorded_formulas(read.quality[i], rows)) {
      if (!detail::gives_value(formula, before, rows)) continue;
      is_among = true;
      CHECK(formula.columns == before.formula.columns);
      CHECK(formula.uses_sums == before.formula.uses_sums);
      Quality again = read.quality[i];
      again.formula = formula;
      again.value = {};
      again.value_interval = {};
      again.skill = {};
      again.skill_interval = {};
      detail::finish_quality(again, rows, before.why_no_skill);
      CHECK(again.why_no_interval == before.why_no_interval);
      check_alike(again.value, again.value_interval, before.value, before.value_interval);
      check_alike(again.skill, again.skill_interval, before.skill, before.skill_interval);
    }
    CHECK(is_among);
    const ItemFormula& restored = read.quality[i].formula;
    CHECK((restored.difference == nullptr) == (before.formula.difference == nullptr));
    CHECK(restored.least_items == before.formula.least_items);
  }
}

TEST_CASE("every function that makes a metric is tried above", "[read][quality]") {
  const std::string root = PERJOULE_SOURCE_DIR;
  const std::string here = scratch::content_of(root + "/tests/integrations/every_metric_test.cpp");
  const std::regex maker(R"(\n\[\[nodiscard\]\] (?:auto|\w*Metric<.*>) (\w+)\()");
  std::size_t makers = 0;
  for (const auto& file : std::filesystem::directory_iterator(root + "/include/perjoule/quality")) {
    const std::string header = scratch::content_of(file.path());
    for (std::sregex_iterator found(header.begin(), header.end(), maker), end; found != end;
         ++found) {
      const std::string name = (*found)[1];
      if (name == "of" || name == "bind_references") continue;  // are no metrics by themselves
      INFO(name);
      CHECK(here.find(' ' + name + '(') != std::string::npos);
      ++makers;
    }
  }
  CHECK(makers > 40);
}
