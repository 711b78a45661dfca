// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/exact_sum.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

/// Numbers of documents, as a model returns them with the best one first, or the numbers of those
/// that are relevant.
template <class T>
concept DocumentNumbers = ContiguousRange<T> &&
    std::integral<std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>>;

/// Number of no document. Indexes such as those of Faiss put it where they found too few: it takes
/// a place, and is never relevant.
/// @unit none
inline constexpr std::int64_t no_document = -1;

/// How relevant each candidate is: a number of 0 or more.
template <class T>
concept Relevances = ContiguousRange<T> &&
    std::is_arithmetic_v<std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>>;

/// Options of a metric of retrieval.
struct RetrievalOptions {
  std::size_t k = 0;  ///< documents that count, from the best one on; 0: all of them
  /// Documents that the model chooses from, where it returns only the numbers of the best. Without
  /// it such a metric has no skill. Not used where the model returns a score for each candidate.
  std::size_t candidates = 0;
  PerItem keep = PerItem::keep;
};

namespace detail {

enum class RetrievalKind : std::uint8_t { recall, ndcg, reciprocal_rank };

/// Documents of equal score, of which any order is equally right.
struct TiedDocuments {
  std::size_t documents = 0;
  std::size_t relevant = 0;
  double gain = 0.0;  ///< of all of them together
};

/// Returns documents in the order of their scores, the highest first, as groups of equal scores.
/// @shape scores, gains: [candidates]
[[nodiscard]] std::vector<TiedDocuments> tied_by_score(View<double> scores, View<double> gains);

/// @param k         documents that count; 0: all
/// @param relevant  documents that are relevant, of all
/// @unit   a share of 1
[[nodiscard]] double expected_recall(View<TiedDocuments> ranked, std::size_t k, double relevant);

/// @param k  documents that count; 0: all
/// @unit   that of the gains
/// @source Jarvelin and Kekalainen, ACM Transactions on Information Systems 20 (2002) 422, with the
///         logarithm to base 2 of the rank plus 1
[[nodiscard]] double expected_dcg(View<TiedDocuments> ranked, std::size_t k);

/// @param k  documents that count; 0: all
/// @unit   a share of 1
[[nodiscard]] double expected_reciprocal_rank(View<TiedDocuments> ranked, std::size_t k);

}  // namespace detail

/// Recall, nDCG or reciprocal rank. Made by `recall_at_k`, `ndcg` and `mean_reciprocal_rank`.
class Retrieval {
 public:
  /// @throws Error for recall without a k
  Retrieval(detail::RetrievalKind kind, const RetrievalOptions& options);

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  a share of 1
  /// @shape [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @param scores      of the candidates; the higher, the more relevant
  /// @param relevances  of the same candidates: 0 for one that is not relevant
  /// @unit   scores: any; relevances: any
  /// @shape  scores, relevances: [candidates]
  /// @throws Error for lengths that differ, and for a number that is not finite or a relevance
  ///         below 0
  template <ClassScores Output, Relevances Reference>
  void add(const Output& scores, const Reference& relevances) {
    add_scores(numbers_of(scores), numbers_of(relevances));
  }

  /// @param ranked    numbers of documents, the best one first; places may hold no_document
  /// @param relevant  numbers of the relevant documents, in any order; no_document is left out
  /// @shape  ranked: [documents]; relevant: [relevant documents]
  /// @throws Error for a document that occurs twice
  template <DocumentNumbers Output, DocumentNumbers Reference>
  void add(const Output& ranked, const Reference& relevant) {
    add_numbers(labels_of(ranked), labels_of(relevant));
  }

  /// @unit   a share of 1
  /// @error  Student's interval of the mean over items; Wilson's if each item has 0 or 1
  /// @throws Error for no items
  /// @source see recall_at_k, ndcg and mean_reciprocal_rank
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const Retrieval& next) {
    trivial_.pool(next.trivial_);
    perfect_.pool(next.perfect_);
    rows_.pool(next.rows_);
    is_trivial_known_ = is_trivial_known_ && next.is_trivial_known_;
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(trivial_, is_trivial_known_, perfect_, rows_);
  }

 private:
  template <class Range>
  [[nodiscard]] static std::vector<double> numbers_of(const Range& range) {
    std::vector<double> numbers;
    for (std::size_t i = 0; i < std::size(range); ++i) {
      numbers.push_back(static_cast<double>(std::data(range)[i]));
    }
    return numbers;
  }
  template <class Range>
  [[nodiscard]] static std::vector<std::int64_t> labels_of(const Range& range) {
    std::vector<std::int64_t> numbers;
    for (std::size_t i = 0; i < std::size(range); ++i) {
      numbers.push_back(static_cast<std::int64_t>(std::data(range)[i]));
    }
    return numbers;
  }

  void add_scores(View<double> scores, View<double> relevances);
  void add_numbers(View<std::int64_t> ranked, std::vector<std::int64_t> relevant);

  /// @param all  of the candidates as one group, whose order nobody knows; no documents: unknown
  /// @param gains  of the relevant documents
  void add_ranked(View<detail::TiedDocuments> ranked, const detail::TiedDocuments& all,
                  std::vector<double> gains);

  /// @param ideal  DCG of the best order
  [[nodiscard]] double value_of(View<detail::TiedDocuments> ranked, double relevant,
                                double ideal) const;

  detail::RetrievalKind kind_;
  RetrievalOptions options_;
  detail::ExactSum trivial_;  ///< over items
  bool is_trivial_known_ = true;
  detail::ExactSum perfect_;  ///< over items
  ItemRows<1> rows_;
};

/// Share of the relevant documents that are among the k best ones.
///
/// The model returns a score for each candidate, and the reference says how relevant each is; or it
/// returns the numbers of documents with the best one first, and the reference has the numbers of
/// the relevant ones. An order that scores leave open counts as the mean over all orders. An item
/// without a relevant document counts 0. A perfect predictor has less than 1 where more than k
/// documents are relevant. The trivial predictor returns the candidates in any order.
///
/// @param references  relevances or numbers of documents for each input, in their order; borrowed,
///                    so a temporary is refused
/// @param k           documents that count, at least 1
/// @unit   a share of 1
/// @shape  references: [items, candidates] or [items, relevant documents]
/// @error  Student's interval of the mean over items; Wilson's if each item has 0 or 1
/// @throws Error for no references and a k of 0; while running: see Retrieval
/// @source Manning, Raghavan and Schuetze, Introduction to Information Retrieval (2008), 8.3 and
///         8.4; ties: McSherry and Najork, ECIR 2008, 414
template <class References>
[[nodiscard]] auto recall_at_k(References&& references, std::size_t k,
                               RetrievalOptions options = {}) {
  options.k = k;
  return bind_references(std::forward<References>(references),
                         Retrieval(detail::RetrievalKind::recall, options));
}

/// Normalised discounted cumulative gain: the relevances of the documents, each divided by the
/// logarithm of its rank plus 1, as a share of what the best order has. Relevances count as they
/// are, not as powers of 2.
/// @param references  see recall_at_k
/// @unit   a share of 1
/// @shape  references: [items, candidates] or [items, relevant documents]
/// @error  Student's interval of the mean over items; Wilson's if each item has 0 or 1
/// @throws see recall_at_k
/// @source Jarvelin and Kekalainen, ACM Transactions on Information Systems 20 (2002) 422; the
///         discount, ties and items without a relevant document as in scikit-learn 1.2 ndcg_score
template <class References>
[[nodiscard]] auto ndcg(References&& references, const RetrievalOptions& options = {}) {
  return bind_references(std::forward<References>(references),
                         Retrieval(detail::RetrievalKind::ndcg, options));
}

/// Mean over items of 1 over the rank of the first relevant document; 0 where there is none.
/// @param references  see recall_at_k
/// @unit   a share of 1
/// @shape  references: [items, candidates] or [items, relevant documents]
/// @error  Student's interval of the mean over items; Wilson's if each item has 0 or 1
/// @throws see recall_at_k
/// @source Voorhees, The TREC-8 Question Answering Track Report (1999), 2; ties: McSherry and
///         Najork, ECIR 2008, 414
template <class References>
[[nodiscard]] auto mean_reciprocal_rank(References&& references,
                                        const RetrievalOptions& options = {}) {
  return bind_references(std::forward<References>(references),
                         Retrieval(detail::RetrievalKind::reciprocal_rank, options));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/retrieval-inl.hpp"
#endif
