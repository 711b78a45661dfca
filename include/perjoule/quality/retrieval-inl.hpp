// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/quality/retrieval.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::vector<TiedDocuments> tied_by_score(View<double> scores, View<double> gains) {
  std::vector<std::size_t> order(scores.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return scores[a] > scores[b]; });
  std::vector<TiedDocuments> groups;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i == 0 || scores[order[i]] < scores[order[i - 1]]) groups.push_back({});
    const double gain = gains[order[i]];
    ++groups.back().documents;
    groups.back().relevant += gain > 0.0 ? 1 : 0;
    groups.back().gain += gain;
  }
  return groups;
}

/// Returns how many of some documents in a row are among the first k.
PERJOULE_INLINE std::size_t documents_within(std::size_t before, std::size_t documents,
                                             std::size_t k) noexcept {
  if (k == 0) return documents;
  return before >= k ? 0 : std::min(documents, k - before);
}

PERJOULE_INLINE double expected_recall(View<TiedDocuments> ranked, std::size_t k, double relevant) {
  if (relevant <= 0.0) return 0.0;
  double found = 0.0;
  std::size_t before = 0;
  for (const TiedDocuments& group : ranked) {
    const std::size_t within = documents_within(before, group.documents, k);
    // A product first, so that a group that counts as a whole counts exactly.
    found += static_cast<double>(group.relevant) * static_cast<double>(within) /
             static_cast<double>(group.documents);
    before += group.documents;
  }
  return found / relevant;
}

PERJOULE_INLINE double expected_dcg(View<TiedDocuments> ranked, std::size_t k) {
  double sum = 0.0;
  std::size_t before = 0;
  for (const TiedDocuments& group : ranked) {
    const std::size_t within = documents_within(before, group.documents, k);
    double discounts = 0.0;
    for (std::size_t i = 1; i <= within; ++i) {
      discounts += 1.0 / std::log2(static_cast<double>(before + i + 1));
    }
    sum += group.gain / static_cast<double>(group.documents) * discounts;
    before += group.documents;
  }
  return sum;
}

PERJOULE_INLINE double expected_reciprocal_rank(View<TiedDocuments> ranked, std::size_t k) {
  std::size_t before = 0;
  for (const TiedDocuments& group : ranked) {
    if (group.relevant == 0) {
      before += group.documents;
      continue;
    }
    // The first relevant one of n documents, r of them relevant, is the i-th with probability
    // C(n - i, r - 1)/C(n, r).
    const std::size_t within = documents_within(before, group.documents, k);
    const auto n = static_cast<double>(group.documents);
    const auto r = static_cast<double>(group.relevant);
    double sum = 0.0;
    double probability = r / n;
    for (std::size_t i = 1; i <= within; ++i) {
      sum += probability / static_cast<double>(before + i);
      const double rest = n - static_cast<double>(i);
      if (rest < r) break;
      probability *= (rest - r + 1.0) / rest;
    }
    return sum;
  }
  return 0.0;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Retrieval::Retrieval(detail::RetrievalKind kind, const RetrievalOptions& options)
    : kind_(kind), options_(options), rows_(options.keep) {
  if (kind != detail::RetrievalKind::recall || options.k != 0) return;
  detail::fail("recall needs a number of documents that count", "k is 0",
               "write recall_at_k(references, 10)");
}

PERJOULE_INLINE void Retrieval::add_scores(View<double> scores, View<double> relevances) {
  if (scores.size() != relevances.size()) {
    detail::fail("a score is needed for each candidate",
                 text::format("item {}: {} scores and {} relevances", items(), scores.size(),
                              relevances.size()),
                 "return one score for each relevance, in the same order");
  }
  detail::TiedDocuments all;
  all.documents = scores.size();
  std::vector<double> gains;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    if (!is_finite(scores[i])) {
      detail::fail("a score is not a finite number",
                   text::format("item {}, candidate {}", items(), i),
                   "look for a division by zero or an overflow in the model");
    }
    if (!is_finite(relevances[i]) || relevances[i] < 0.0) {
      detail::fail("a relevance is no number of 0 or more",
                   text::format("item {}, candidate {}", items(), i),
                   "write 0 for a candidate that is not relevant");
    }
    all.relevant += relevances[i] > 0.0 ? 1 : 0;
    all.gain += relevances[i];
    gains.push_back(relevances[i]);
  }
  add_ranked(detail::tied_by_score(scores, relevances), all, std::move(gains));
}

PERJOULE_INLINE void Retrieval::add_numbers(View<std::int64_t> ranked,
                                            std::vector<std::int64_t> relevant) {
  // Sorts them and leaves out what is no document.
  const auto documents_of = [&](std::vector<std::int64_t> numbers, const char* whose) {
    numbers.erase(std::remove(numbers.begin(), numbers.end(), no_document), numbers.end());
    std::sort(numbers.begin(), numbers.end());
    const auto twice = std::adjacent_find(numbers.begin(), numbers.end());
    if (twice != numbers.end()) {
      detail::fail("a document occurs twice",
                   text::format("{} of item {}: number {}", whose, items(), *twice),
                   "name each document once");
    }
    return numbers;
  };
  const std::size_t found = documents_of({ranked.begin(), ranked.end()}, "the output").size();
  relevant = documents_of(std::move(relevant), "the reference");
  std::vector<detail::TiedDocuments> groups;
  for (const std::int64_t number : ranked) {
    const bool is_relevant = std::binary_search(relevant.begin(), relevant.end(), number);
    groups.push_back({1, is_relevant ? std::size_t{1} : 0, is_relevant ? 1.0 : 0.0});
  }
  const std::size_t candidates = options_.candidates;
  if (candidates != 0 && candidates < std::max(found, relevant.size())) {
    detail::fail("there are more documents than candidates",
                 text::format("item {}: {} ranked and {} relevant, and {} candidates", items(),
                              found, relevant.size(), candidates),
                 "let .candidates be the number of documents that the model chooses from");
  }
  const auto gain = static_cast<double>(relevant.size());
  add_ranked(groups, {candidates, relevant.size(), gain},
             std::vector<double>(relevant.size(), 1.0));
}

PERJOULE_INLINE void Retrieval::add_ranked(View<detail::TiedDocuments> ranked,
                                           const detail::TiedDocuments& all,
                                           std::vector<double> gains) {
  std::sort(gains.begin(), gains.end(), std::greater<>());
  std::vector<detail::TiedDocuments> best;
  for (const double gain : gains) best.push_back({1, gain > 0.0 ? std::size_t{1} : 0, gain});
  const double ideal = detail::expected_dcg(best, options_.k);
  const auto relevant = static_cast<double>(all.relevant);
  // Among no candidates that are known, a relevant document may stand anywhere.
  is_trivial_known_ = is_trivial_known_ && (all.documents != 0 || all.relevant == 0);
  if (all.documents != 0) trivial_.add(value_of({&all, 1}, relevant, ideal));
  perfect_.add(value_of(best, relevant, ideal));
  rows_.add({value_of(ranked, relevant, ideal)});
}

PERJOULE_INLINE double Retrieval::value_of(View<detail::TiedDocuments> ranked, double relevant,
                                           double ideal) const {
  switch (kind_) {
    case detail::RetrievalKind::recall:
      return detail::expected_recall(ranked, options_.k, relevant);
    case detail::RetrievalKind::ndcg:
      return ideal > 0.0 ? detail::expected_dcg(ranked, options_.k) / ideal : 0.0;
    case detail::RetrievalKind::reciprocal_rank:
      break;
  }
  return detail::expected_reciprocal_rank(ranked, options_.k);
}

PERJOULE_INLINE Quality Retrieval::result() const {
  static constexpr const char* names[] = {"recall", "nDCG", "MRR"};
  Quality quality;
  const std::string name = names[static_cast<std::size_t>(kind_)];
  quality.metric = options_.k == 0 ? name : text::format("{}@{}", name, options_.k);
  quality.signature =
      text::format("{}ties:mean|none-relevant:0|trivial:any-order",
                   kind_ == detail::RetrievalKind::ndcg ? "gain:linear|discount:log2|" : "");
  quality.formula.columns = "value";
  quality.items = items();
  detail::check_items(quality);
  quality.trivial = is_trivial_known_ ? trivial_.value() / static_cast<double>(quality.items)
                                      : detail::quiet_nan();
  quality.perfect = perfect_.value() / static_cast<double>(quality.items);
  detail::finish_quality(quality, rows_.all(),
                         "any order is as good as the best one, which leaves nothing to be "
                         "skilled at");
  return quality;
}

}  // namespace perjoule::inline v0
