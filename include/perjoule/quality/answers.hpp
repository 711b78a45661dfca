// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/against.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/n_grams.hpp"
#include "perjoule/quality/normalize_answer.hpp"
#include "perjoule/quality/share.hpp"
#include "perjoule/quality/sum_up.hpp"
#include "perjoule/quality/texts.hpp"
#include "perjoule/quality/utf8.hpp"
#include "perjoule/quality/vocabulary.hpp"

namespace perjoule::inline v0 {

namespace detail {

[[nodiscard]] PERJOULE_COLD inline Buffer<char> checked_answer(std::string_view text,
                                                               const char* whose,
                                                               std::size_t item) {
  check_utf8(text, whose, item);
  return normalize_answer(text);
}

/// The F-score of the words of two normal answers, each word as often as it stands there.
/// @unit   a share of 1
/// @source f1_score of SQuAD's evaluation script v1.1: 0 where both are empty
[[nodiscard]] PERJOULE_COLD inline double answer_f1(std::string_view output,
                                                    std::string_view reference) {
  Vocabulary vocabulary;
  const Buffer<std::uint32_t> said = numbers_of(words_of(output), vocabulary);
  const Buffer<std::uint32_t> wanted = numbers_of(words_of(reference), vocabulary);
  double same = 0.0;
  NGrams(said, 1).match(wanted, &same);
  return same <= 0.0 ? 0.0 : 2.0 * same / static_cast<double>(said.size() + wanted.size());
}

/// The right answers of each item, normalised, each one once.
class RightAnswers {
 public:
  /// Adds those of the next item.
  /// @throws Error for none, and for a text that is not UTF-8
  PERJOULE_COLD void add(View<std::string_view> references, std::size_t item) {
    const std::size_t first = numbers_.size();
    counts_.add(references.size(), item);
    for (const std::string_view reference : references) {
      const Buffer<char> normal = checked_answer(reference, "reference", item);
      const std::uint32_t number = answers_.add({normal.data(), normal.size()});
      if (number == items_with_.size()) items_with_.push_back(0);
      bool known = false;
      for (std::size_t i = first; i < numbers_.size(); ++i) known = known || numbers_[i] == number;
      if (known) continue;
      numbers_.push_back(number);
      ++items_with_[number];
    }
    ends_.push_back(numbers_.size());
  }

  /// The numbers of an item's right answers.
  [[nodiscard]] View<std::uint32_t> of(std::size_t item) const noexcept {
    const std::size_t first = item == 0 ? 0 : ends_[item - 1];
    return {numbers_.data() + first, ends_[item] - first};
  }
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept {
    return answers_[number];
  }
  /// @returns the number of the answer that is right for most items, the first of equal ones
  [[nodiscard]] PERJOULE_COLD std::uint32_t most_frequent() const noexcept {
    std::uint32_t best = 0;
    for (std::uint32_t i = 1; i < items_with_.size(); ++i) {
      if (items_with_[i] > items_with_[best]) best = i;
    }
    return best;
  }
  [[nodiscard]] std::size_t items_with(std::uint32_t number) const noexcept {
    return items_with_[number];
  }
  /// The best F-score that a normal answer has with a right one of an item.
  /// @unit   a share of 1
  /// @source metric_max_over_ground_truths of SQuAD's evaluation script v1.1
  [[nodiscard]] PERJOULE_COLD double best_f1(std::string_view answer, std::size_t item) const {
    double best = 0.0;
    for (const std::uint32_t number : of(item)) {
      const double f1 = answer_f1(answer, answers_[number]);
      if (f1 > best) best = f1;
    }
    return best;
  }
  [[nodiscard]] text::Short counts() const noexcept { return counts_.shown(); }

 private:
  Vocabulary answers_;
  Buffer<std::size_t> items_with_;  ///< for each answer, the items that it is right for
  Buffer<std::uint32_t> numbers_;
  Buffer<std::size_t> ends_;
  ReferenceCount counts_;
};

}  // namespace detail

/// The share of answers that equal a right one once both are normalised as in SQuAD, with Wilson's
/// interval, and the skill above always giving the answer that is right most often.
///
/// @unit   a share of 1; SQuAD quotes per cent
/// @source Rajpurkar et al., EMNLP 2016, 2383: exact_match of the evaluation script v1.1
class ExactMatch {
 public:
  explicit ExactMatch(PerItem keep = PerItem::keep) noexcept : rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }

  /// @throws Error for a text that is not UTF-8, and for no right answer
  template <TextReference Reference>
  void add(std::string_view output, const Reference& references) {
    add_texts(output, detail::texts_of(references));
  }

  /// @unit   a share of 1
  /// @error  Wilson's interval
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] PERJOULE_COLD Quality result() const {
    Quality quality;
    quality.metric = "exact-match";
    quality.signature =
        text::format("nrefs:%s|normal:squad-1.1|trivial:most-frequent", answers_.counts().chars)
            .chars;
    quality.formula.columns = "right";
    quality.items = items();
    detail::check_items(quality);
    quality.trivial = static_cast<double>(answers_.items_with(answers_.most_frequent())) /
                      static_cast<double>(quality.items);
    std::size_t right = 0;
    for (const double one : rows_.all()) right += one > 0.0 ? 1 : 0;
    detail::sum_up_share(
        quality, right, "one answer is right for all items, which leaves nothing to be skilled at");
    return quality;
  }

  /// 1 for a right answer, 0 for a wrong one.
  /// @unit   a share of 1
  /// @shape  [items]
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  PERJOULE_COLD void add_texts(std::string_view output,
                               const Buffer<std::string_view>& references) {
    const Buffer<char> normal = detail::checked_answer(output, "output", items());
    answers_.add(references, items());
    bool right = false;
    for (const std::uint32_t number : answers_.of(items())) {
      right = right || answers_[number] == std::string_view(normal.data(), normal.size());
    }
    rows_.add({right ? 1.0 : 0.0});
  }

  detail::RightAnswers answers_;
  ItemRows<1> rows_;
};

/// The mean F-score of the words of an answer and of the right one that it is nearest to, both
/// normalised as in SQuAD.
///
/// The trivial predictor always gives the answer that is right most often. An answer of no words,
/// or of articles alone, scores 0, even where that is right: SQuAD 1.1 has no question without
/// answer.
///
/// @unit   a share of 1; SQuAD quotes per cent
/// @source Rajpurkar et al., EMNLP 2016, 2383: f1 of the evaluation script v1.1
class TokenF1 {
 public:
  explicit TokenF1(PerItem keep = PerItem::keep) noexcept : rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }

  /// @throws Error for a text that is not UTF-8, and for no right answer
  template <TextReference Reference>
  void add(std::string_view output, const Reference& references) {
    add_texts(output, detail::texts_of(references));
  }

  /// @unit   a share of 1
  /// @error  Student's interval of the mean over items
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] PERJOULE_COLD Quality result() const {
    Quality quality;
    quality.metric = "token-F1";
    quality.signature =
        text::format("nrefs:%s|normal:squad-1.1|trivial:most-frequent", answers_.counts().chars)
            .chars;
    quality.formula.columns = "f1";
    quality.items = items();
    detail::check_items(quality);
    const std::string_view constant = answers_[answers_.most_frequent()];
    for (std::size_t i = 0; i < quality.items; ++i) {
      quality.trivial += answers_.best_f1(constant, i);
    }
    quality.trivial /= static_cast<double>(quality.items);
    detail::sum_up(quality, rows_.all(),
                   "one answer is right for all items, which leaves nothing to be skilled at");
    return quality;
  }

  /// @unit   a share of 1
  /// @shape  [items]
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  PERJOULE_COLD void add_texts(std::string_view output,
                               const Buffer<std::string_view>& references) {
    const Buffer<char> normal = detail::checked_answer(output, "output", items());
    answers_.add(references, items());
    rows_.add({answers_.best_f1({normal.data(), normal.size()}, items())});
  }

  detail::RightAnswers answers_;
  ItemRows<1> rows_;
};

/// Exact match as `measure` takes it.
///
/// @param references  for each input, in their order, one answer or several that are equally right;
///                    borrowed, so a temporary is refused
/// @param keep        whether each item's answer goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  references: [items] or [items, answers]
/// @throws Error for no references; while running: for a text that is not UTF-8, and for an item
///         without a right answer
/// @source see ExactMatch
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto exact_match(References&& references, PerItem keep = PerItem::keep) {
  return against(references, ExactMatch(keep));
}

/// Token F1 as `measure` takes it.
/// @copydetails exact_match
/// @unit   a share of 1
/// @throws Error for no references; while running: as for exact_match
/// @source see TokenF1
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto token_f1(References&& references, PerItem keep = PerItem::keep) {
  return against(references, TokenF1(keep));
}

}  // namespace perjoule::inline v0
