// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/text_tokens.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The small letter of a capital one of the Latin (with the accents of living languages), Greek and
/// Cyrillic scripts. A letter that needs its context or two code points gets the plain one: capital
/// sigma is never the final one, and I with a dot is i.
/// @source Unicode 14, lower case mappings as Python 3.11 has them
[[nodiscard]] char32_t lower_case(char32_t c) noexcept;

/// Whether a character belongs to a word, as `\w` of Python's re has it: letters and digits. Of
/// what lies beyond ASCII, the signs of Latin text and the common blocks of signs do not.
[[nodiscard]] bool is_word_character(char32_t c) noexcept;

void append_utf8(std::string& text, char32_t c);

/// How long the article is that begins at a place and ends with a word: 0 where there is none.
[[nodiscard]] std::size_t article_length_at(View<char32_t> points, std::size_t at) noexcept;

}  // namespace detail

/// An answer as SQuAD compares it: in small letters, without punctuation of ASCII, without the
/// articles a, an and the, its words one blank apart. "The  Eiffel-Tower!" is "eiffeltower".
///
/// Python, in which the reference is written, knows the small letters and the signs of all scripts;
/// here they are those of text in Latin, Greek and Cyrillic letters.
///
/// @param text  valid UTF-8
/// @shape  the result: characters in UTF-8
/// @source Rajpurkar et al., EMNLP 2016, 2383: normalize_answer of the evaluation script v1.1
[[nodiscard]] std::string normalize_answer(std::string_view text);

namespace detail {

[[nodiscard]] std::string normalized_answer(std::string_view text, std::string_view whose,
                                            std::size_t item);

/// The F-score of the words of two normal answers, each word as often as it stands there.
/// @unit   a share of 1
/// @source f1_score of SQuAD's evaluation script v1.1: 0 where both are empty
[[nodiscard]] double answer_f1(std::string_view output, std::string_view reference);

/// The right answers of each item, normalised, each one once.
class ReferenceAnswers {
 public:
  /// Adds those of the next item.
  /// @throws Error for none, and for a text that is not UTF-8
  void add(View<std::string_view> references, std::size_t item);

  /// The numbers of an item's right answers.
  [[nodiscard]] View<std::uint32_t> of(std::size_t item) const noexcept {
    const std::size_t first = item == 0 ? 0 : ends_[item - 1];
    return {numbers_.data() + first, ends_[item] - first};
  }
  [[nodiscard]] std::string_view operator[](std::uint32_t number) const noexcept {
    return answers_[number];
  }
  /// @returns the number of the answer that is right for most items, the first of equal ones
  [[nodiscard]] std::uint32_t most_frequent() const noexcept;
  [[nodiscard]] std::size_t items_with(std::uint32_t number) const noexcept {
    return items_with_[number];
  }
  /// The best F-score that a normal answer has with a right one of an item.
  /// @unit   a share of 1
  /// @source metric_max_over_ground_truths of SQuAD's evaluation script v1.1
  [[nodiscard]] double best_f1(std::string_view answer, std::size_t item) const;
  [[nodiscard]] std::string counts() const { return counts_.shown(); }

 private:
  Vocabulary answers_;
  std::vector<std::size_t> items_with_;  ///< for each answer, the items that it is right for
  std::vector<std::uint32_t> numbers_;
  std::vector<std::size_t> ends_;
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
  [[nodiscard]] Quality result() const;

  /// 1 for a right answer, 0 for a wrong one.
  /// @unit   a share of 1
  /// @shape  [items]
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  void add_texts(std::string_view output, const std::vector<std::string_view>& references);

  detail::ReferenceAnswers answers_;
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
  [[nodiscard]] Quality result() const;

  /// @unit   a share of 1
  /// @shape  [items]
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

 private:
  void add_texts(std::string_view output, const std::vector<std::string_view>& references);

  detail::ReferenceAnswers answers_;
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
  return bind_references(references, ExactMatch(keep));
}

/// Token F1 as `measure` takes it.
/// @copydetails exact_match
/// @unit   a share of 1
/// @throws Error for no references; while running: as for exact_match
/// @source see TokenF1
template <class References>
requires ReferencesOutliveTheCall<References> && ReferencesAreContiguous<References>
[[nodiscard]] auto token_f1(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(references, TokenF1(keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/question_answering-inl.hpp"
#endif
