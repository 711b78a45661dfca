// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0 {

/// Numbers of a model's answers to one problem.
struct AnswerCounts {
  std::size_t answers = 0;
  std::size_t right = 0;  ///< of them
};

namespace detail {

/// Returns the probability that at least one of k answers is right, drawn from all answers without
/// replacement. Its mean over random answers is the probability for k fresh ones.
/// @param k  at most the number of answers
/// @unit   a share of 1
/// @source Chen et al., Evaluating Large Language Models Trained on Code, arXiv 2107.03374 (2021),
///         equation 1: 1 - C(n - c, k)/C(n, k)
[[nodiscard]] double pass_at_k_of(const AnswerCounts& counts, std::size_t k) noexcept;

}  // namespace detail

/// Mean probability that one of k answers is right. Made by `pass_at_k`.
class PassAtK {
 public:
  /// @throws Error for a k of 0
  explicit PassAtK(std::size_t k, PerItem keep = PerItem::keep);

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }
  /// @unit  a share of 1
  /// @shape [items]
  /// @source the metric's own definition
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// @throws Error for fewer than k answers, and for more right ones than answers
  template <class Problem>
  void add(const AnswerCounts& counts, const Problem&) {
    add_counts(counts);
  }

  /// @unit   a share of 1
  /// @error  Student's interval of the mean over problems; Wilson's if each has 0 or 1
  /// @throws Error for no items
  /// @source see pass_at_k
  [[nodiscard]] Quality result() const;

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const PassAtK& next) {
    rows_.pool(next.rows_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(rows_);
  }

 private:
  void add_counts(const AnswerCounts& counts);

  std::size_t k_;
  ItemRows<1> rows_;
};

/// Pass at k of outputs that are the answers themselves. Made by `pass_at_k`.
template <class Check>
class CheckedPassAtK : public PassAtK {
 public:
  CheckedPassAtK(std::size_t k, Check is_right, PerItem keep = PerItem::keep)
      : PassAtK(k, keep), is_right_(std::move(is_right)) {}

  /// @shape  answers: [answers]
  /// @throws Error for fewer than k answers, and what the check throws
  template <ContiguousRange Answers, class Problem>
  requires std::is_invocable_r_v<
      bool, const Check&, decltype(*std::data(std::declval<const Answers&>())), const Problem&>
  void add(const Answers& answers, const Problem& problem) {
    AnswerCounts counts;
    for (std::size_t i = 0; i < std::size(answers); ++i) {
      ++counts.answers;
      counts.right += is_right_(std::data(answers)[i], problem) ? 1 : 0;
    }
    PassAtK::add(counts, problem);
  }

 private:
  Check is_right_;
};

/// Mean over problems of the probability that at least one of k answers is right, estimated from n
/// answers to each of which c are right. The trivial predictor has no right answer.
/// @param problems  one for each input, in their order, of any type; borrowed, so a temporary is
///                  refused
/// @param k         answers that a user would look at, at most as many as the model gives
/// @param keep      whether each problem's probability goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  problems: [items]; outputs: AnswerCounts
/// @error  Student's interval of the mean over problems; Wilson's if each has 0 or 1
/// @throws Error for no problems and a k of 0; while running: for fewer than k answers to a problem
/// @source Chen et al., Evaluating Large Language Models Trained on Code, arXiv 2107.03374 (2021),
///         2.1
template <class Problems>
[[nodiscard]] auto pass_at_k(Problems&& problems, std::size_t k, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Problems>(problems), PassAtK(k, keep));
}

/// Pass at k of outputs that are lists of answers, each of which a check finds right or wrong.
/// @param is_right  called as is_right(answer, problem), outside of all measurements; copied
/// @copydetails pass_at_k
template <class Problems, class Check>
requires std::is_class_v<Check>
[[nodiscard]] auto pass_at_k(Problems&& problems, std::size_t k, Check is_right,
                             PerItem keep = PerItem::keep) {
  return bind_references(std::forward<Problems>(problems),
                         CheckedPassAtK<Check>(k, std::move(is_right), keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/code_generation-inl.hpp"
#endif
