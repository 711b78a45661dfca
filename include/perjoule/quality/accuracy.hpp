// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/labels.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/projected_metric.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Counts of each label with a wrong answer and with a right one. Nothing else is counted per item,
/// and it takes one step. Small labels have a fixed place: most test sets number their classes so,
/// and finding a place takes longer than everything else that is done for an item.
class LabelCounts {
 public:
  static constexpr std::uint64_t places = 256;

  /// @pre  0 <= label < places
  void add_small(std::int64_t label, bool right) noexcept {
    // Without it g++ warns about a constant label beyond the array, which never gets here.
    if (static_cast<std::uint64_t>(label) >= places) __builtin_unreachable();
    // Not `right ? 1 : 0`, from which g++ makes a branch that cannot be predicted.
    ++small_[label][static_cast<std::size_t>(right)];
  }
  void add(std::int64_t label, bool right) {
    if (static_cast<std::uint64_t>(label) < places) {
      add_small(label, right);
    } else {
      others_.add(label);
      others_right_ += right ? 1 : 0;
    }
  }

  void pool(const LabelCounts& next);
  template <class Visit>
  void parts(Visit&& visit) {
    for (std::uint64_t(&of_label)[2] : small_) visit(of_label[0], of_label[1]);
    visit(others_, others_right_);
  }

  [[nodiscard]] std::size_t items() const noexcept;
  [[nodiscard]] std::size_t right() const noexcept;
  /// Returns the number of items with one of the `k` most frequent labels.
  [[nodiscard]] std::size_t most_frequent(std::size_t k) const;

 private:
  std::uint64_t small_[places][2] = {};
  LabelIndex others_;
  std::uint64_t others_right_ = 0;
};

}  // namespace detail

/// Top-k accuracy with Wilson's interval, and the skill above chance.
///
/// Chance is the accuracy of a predictor that always names the k most frequent labels of this test
/// set: its skill is 0. It is a property of the task and taken as known. Among equal scores the
/// class with the lower index comes first, as in argmax of NumPy and PyTorch.
///
/// @unit   a share of 1
/// @source scikit-learn accuracy_score and top_k_accuracy_score; interval: Wilson 1927
class Accuracy {
 public:
  /// @param k  number of guesses that count
  explicit Accuracy(std::size_t k = 1, PerItem keep = PerItem::keep)
      : k_(k),
        keep_(keep),
        counted_only_(k == 1 && keep == PerItem::drop ? detail::LabelCounts::places : 0) {
    PERJOULE_EXPECTS(k >= 1);
  }

  /// Summed up over the labels, so that adding an item increments a single number.
  [[nodiscard]] std::size_t items() const noexcept { return labels_.items(); }

  /// @throws Error for k above 1, since a single class has no second guess
  template <ClassLabel Output, ClassLabel Label>
  void add(const Output& output, const Label& label) {
    const auto own = static_cast<std::int64_t>(label);
    const bool right = static_cast<std::int64_t>(output) == own;
    if (static_cast<std::uint64_t>(own) < counted_only_) {
      labels_.add_small(own, right);
    } else {
      add_named(own, right);
    }
  }

  /// @shape  scores: [classes]
  /// @throws Error for a label without a score, and for a score that is not finite
  template <ClassScores Output, ClassLabel Label>
  void add(const Output& scores, const Label& label) {
    const auto* const score = std::data(scores);
    const std::size_t classes = std::size(scores);
    const auto own = static_cast<std::size_t>(label);
    if (own >= classes) detail::label_without_score(items());
    // Without a branch, and always of the same length: a processor can't guess where a score is the
    // largest.
    const auto of_own = score[own];
    unsigned above = 0;
    unsigned reached = 0;
    auto bits = detail::not_finite_bits(of_own);
    for (std::size_t c = 0; c < classes; ++c) {
      above += score[c] > of_own ? 1 : 0;
      reached += score[c] >= of_own ? 1 : 0;
      bits |= detail::not_finite_bits(score[c]);
    }
    if (bits >> (8 * sizeof bits - 1) != 0) (void)detail::best_class(scores, items());  // throws
    std::size_t better = above;
    for (std::size_t c = 0; c < own && reached - above > 1; ++c)
      better += score[c] == of_own ? 1 : 0;
    count(static_cast<std::int64_t>(label), better < k_);
  }

  /// @unit   a share of 1
  /// @error  Wilson's interval, and its half-width over z as standard uncertainty
  /// @throws Error for no items
  /// @source docs/reference/formulas.md#accuracy-and-skill
  [[nodiscard]] Quality result() const;

  /// Returns 1 for each right answer and 0 for each wrong one.
  /// @unit   a share of 1
  /// @shape  [items]
  /// @source scikit-learn accuracy_score and top_k_accuracy_score with normalize=False, by item
  [[nodiscard]] std::vector<double> per_item() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const Accuracy& next) {
    labels_.pool(next.labels_);
    right_.insert(right_.end(), next.right_.begin(), next.right_.end());
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(labels_, right_);
  }

 private:
  void add_named(std::int64_t label, bool right);
  void count(std::int64_t label, bool right);

  std::size_t k_;
  PerItem keep_;
  /// Labels below this number are counted and nothing else. One comparison tests whether k is 1,
  /// whether items are kept, and whether the label has a place; each of these tests would take as
  /// long as the count.
  std::uint64_t counted_only_;
  detail::LabelCounts labels_;
  std::vector<unsigned char> right_;  ///< an eighth of the size of doubles
};

namespace detail {

/// Answers with a class, given the probability of class 1.
struct AnswerFrom {
  double threshold;

  /// @throws Error for a probability that is not finite
  template <std::floating_point Output>
  int operator()(const Output& probability) const {
    if (!is_finite(static_cast<double>(probability))) probability_not_finite();
    return static_cast<double>(probability) >= threshold ? 1 : 0;
  }

  /// Returns how a metric of it is named in a record: "threshold:0.5".
  [[nodiscard]] std::string signature() const;
};

}  // namespace detail

/// Top-k accuracy as a metric for `measure`.
///
/// @param labels  one class for each input, in their order; borrowed, so a temporary is refused
/// @param k       number of guesses that count
/// @param keep    whether each item's answer goes into the record, for paired tests
/// @unit    a share of 1
/// @shape   labels: [items]
/// @throws  Error for empty labels; while running: for a score that is not finite, a label without
///          a score, and k > 1 with a model that names a single class
/// @source  see Accuracy
template <class Labels>
[[nodiscard]] auto accuracy(Labels&& labels, std::size_t k = 1, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Labels>(labels), Accuracy(k, keep));
}

/// Accuracy of a model that returns the probability of class 1: its answer is 1 from the threshold
/// on, and 0 below.
///
/// @param labels     0 or 1 for each input, in their order; borrowed, so a temporary is refused
/// @param threshold  with a point, as in 0.5: a whole number is the number of guesses that count
/// @unit    a share of 1
/// @shape   labels: [items]; outputs: one probability each
/// @throws  Error for empty labels; while running: for a probability that is not finite
/// @source  see Accuracy
template <class Labels, std::floating_point Threshold>
[[nodiscard]] auto accuracy(Labels&& labels, Threshold threshold, PerItem keep = PerItem::keep) {
  const auto least = static_cast<double>(threshold);
  return ProjectedMetric(detail::AnswerFrom{least},
                         accuracy(std::forward<Labels>(labels), std::size_t{1}, keep),
                         detail::AnswerFrom{least}.signature());
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/accuracy-inl.hpp"
#endif
