// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Computes perjoule's metrics of lists, such as rankings, masks and several labels, and of pairs of
// numbers, for cases that a second implementation judges as well. Each line of the input is a case,
// `METRIC OPTIONS... ITEMS` and its items; each line of the output is an answer (answer.hpp).
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <perjoule/all.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "answer.hpp"
#include "case_parts.hpp"

namespace {

using perjoule::detail::RetrievalKind;

/// The items are an output and a reference, each a list.
template <class Output, class Reference, class Metric>
std::string of_lists(Metric metric, Case& one) {
  for (auto items = one.take<std::size_t>(); items != 0; --items) {
    const auto output = one.several<Output>();
    metric.add(output, one.several<Reference>());
  }
  return answer_of(metric);
}

/// The items are an output and a reference, each a number.
template <class Metric>
std::string of_pairs(Metric metric, Case& one) {
  for (auto items = one.take<std::size_t>(); items != 0; --items) {
    const auto output = one.take<double>();
    metric.add(output, one.take<double>());
  }
  return answer_of(metric);
}

/// The items are documents with their scores, or the numbers of documents.
std::string of_retrieval(RetrievalKind kind, Case& one) {
  perjoule::RetrievalOptions options;
  const bool are_scores = one.take<std::string>() == "scores";
  options.k = one.take<std::size_t>();
  const perjoule::Retrieval metric(kind, options);
  return are_scores ? of_lists<double, double>(metric, one)
                    : of_lists<std::int64_t, std::int64_t>(metric, one);
}

std::string of_class_ranking(perjoule::detail::ClassRankingKind kind, Case& one) {
  perjoule::ClassRanking metric(kind);
  for (auto items = one.take<std::size_t>(); items != 0; --items) {
    const auto scores = one.several<double>();
    metric.add(scores, one.take<std::int64_t>());
  }
  return answer_of(metric);
}

std::string of_labels(Case& one) {
  perjoule::MultiLabelOptions options;
  const auto average = one.take<std::string>();
  for (const auto known : {perjoule::LabelAverage::micro, perjoule::LabelAverage::macro,
                           perjoule::LabelAverage::samples}) {
    if (average == name(known)) options.average = known;
  }
  return of_lists<int, int>(perjoule::MultiLabelF1(options), one);
}

std::string of_masks(perjoule::detail::OverlapKind kind, Case& one) {
  const auto classes = one.take<std::size_t>();
  perjoule::SegmentationOptions options;
  const auto ignored = one.take<std::int64_t>();
  const auto background = one.take<std::int64_t>();
  if (ignored >= 0) options.ignored = ignored;
  if (background >= 0) options.background = background;
  return of_lists<int, int>(perjoule::Segmentation(kind, classes, options), one);
}

std::string of_rouge(Case& one) {
  const auto order = one.take<std::size_t>();
  perjoule::RougeOptions options;
  options.measure = static_cast<perjoule::RougeMeasure>(one.take<int>());
  perjoule::Rouge metric(order, options);
  for (auto items = one.take<std::size_t>(); items != 0; --items) {
    const std::string output = one.text();
    metric.add(output, one.texts());
  }
  return answer_of(metric);
}

/// The items are detections, each a score, a class and a box, and boxes, each a class and a box.
std::string of_boxes(Case& one) {
  perjoule::DetectionOptions options;
  options.thresholds = static_cast<perjoule::OverlapThresholds>(one.take<int>());
  perjoule::MeanAveragePrecision metric(one.take<std::size_t>(), options);
  const auto take_box = [&] {
    perjoule::Box box;
    for (double* const side : {&box.x, &box.y, &box.width, &box.height}) *side = one.take<double>();
    return box;
  };
  for (auto items = one.take<std::size_t>(); items != 0; --items) {
    std::vector<perjoule::Detection> found(one.take<std::size_t>());
    for (perjoule::Detection& each : found) {
      each.score = one.take<double>();
      each.label = one.take<std::size_t>();
      each.box = take_box();
    }
    std::vector<perjoule::LabelledBox> boxes(one.take<std::size_t>());
    for (perjoule::LabelledBox& each : boxes) {
      each.label = one.take<std::size_t>();
      each.box = take_box();
    }
    metric.add(found, boxes);
  }
  return answer_of(metric);
}

std::string of_answers(Case& one) {
  perjoule::PassAtK metric(one.take<std::size_t>());
  for (auto items = one.take<std::size_t>(); items != 0; --items) {
    perjoule::AnswerCounts counts;
    counts.answers = one.take<std::size_t>();
    counts.right = one.take<std::size_t>();
    metric.add(counts, 0);
  }
  return answer_of(metric);
}

std::string answer(Case& one) {
  using namespace perjoule;
  using detail::ClassRankingKind;
  using detail::CorrelationKind;
  using detail::FidelityKind;
  using detail::OverlapKind;
  const auto metric = one.take<std::string>();
  if (metric == "recall") return of_retrieval(RetrievalKind::recall, one);
  if (metric == "ndcg") return of_retrieval(RetrievalKind::ndcg, one);
  if (metric == "mrr") return of_retrieval(RetrievalKind::reciprocal_rank, one);
  if (metric == "pearson") return of_pairs(Correlation(CorrelationKind::pearson), one);
  if (metric == "spearman") return of_pairs(Correlation(CorrelationKind::spearman), one);
  if (metric == "ovr") return of_class_ranking(ClassRankingKind::one_vs_rest, one);
  if (metric == "ovo") return of_class_ranking(ClassRankingKind::one_vs_one, one);
  if (metric == "multilabel") return of_labels(one);
  if (metric == "smape") return of_pairs(ForecastLoss(), one);
  if (metric == "pinball") return of_pairs(ForecastLoss(one.take<double>(), ""), one);
  if (metric == "iou") return of_masks(OverlapKind::iou, one);
  if (metric == "dice") return of_masks(OverlapKind::dice, one);
  if (metric == "rouge") return of_rouge(one);
  if (metric == "map") return of_boxes(one);
  if (metric == "pass") return of_answers(one);
  const auto of_fidelity = [&](FidelityKind kind) {
    return of_lists<double, double>(Fidelity(kind), one);
  };
  if (metric == "divergence") return of_fidelity(FidelityKind::divergence);
  if (metric == "same-top") return of_fidelity(FidelityKind::same_top);
  if (metric == "mean-change") return of_fidelity(FidelityKind::mean_change);
  if (metric == "largest-change") return of_fidelity(FidelityKind::largest_change);
  throw std::runtime_error("no metric is called " + metric);
}

}  // namespace

int main() {
  std::ios::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) {
    Case one(line);
    std::cout << answer_or_error([&] { return answer(one); }) << '\n';
  }
}
