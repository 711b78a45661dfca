// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/answer_kind.hpp"
#include "perjoule/quality/bind_references.hpp"
#include "perjoule/quality/item_rows.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/text_tokens.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Returns the small letter of a capital letter in the Latin (with the accents of living
/// languages), Greek and Cyrillic scripts. A letter that needs its context or two code points gets
/// the plain one: capital sigma never becomes the final one, and I with a dot becomes i.
/// @source Unicode 14, lower case mappings as Python 3.11 has them
[[nodiscard]] char32_t lower_case(char32_t c) noexcept;

/// Returns whether a character belongs to a word, as with `\w` in Python's re: letters, digits and
/// the underscore. Beyond ASCII, all characters do, except for the signs of Latin text and the
/// common blocks of signs.
[[nodiscard]] bool is_word_character(char32_t c) noexcept;

void append_utf8(std::string& text, char32_t c);

/// Returns the length of the article at a position, as a whole word; 0 if there is none.
[[nodiscard]] std::size_t article_length_at(View<char32_t> points, std::size_t at) noexcept;

}  // namespace detail

/// Returns an answer as SQuAD compares it: in small letters, without ASCII punctuation, without the
/// articles a, an and the, and with one blank between words. "The  Eiffel-Tower!" becomes
/// "eiffeltower".
///
/// The reference implementation in Python knows the small letters and the signs of all scripts;
/// here they are those of text in Latin, Greek and Cyrillic letters.
///
/// @param text  valid UTF-8
/// @shape  the result: characters in UTF-8
/// @source Rajpurkar et al., EMNLP 2016, 2383: normalize_answer of the evaluation script v1.1
[[nodiscard]] std::string normalize_answer(std::string_view text);

namespace detail {

/// Returns an answer so that equal ones are equal strings: as normalize_answer() does for words,
/// without white space at the ends for a text, and the number or the letter of a choice.
/// @param whose  "output" or "reference"
/// @returns nothing if there is no number, or if it is not a letter
/// @throws Error for a text that is not UTF-8, which names the item
[[nodiscard]] std::optional<std::string> normalized_answer(std::string_view text, AnswerKind kind,
                                                           std::string_view whose,
                                                           std::size_t item);

/// Returns a kind of answers with its rules, as a signature says them.
[[nodiscard]] std::string rules_of(AnswerKind kind);

/// Returns the F-score of the words of two normalised answers. Each word counts as often as it
/// occurs.
/// @unit   a share of 1
/// @source f1_score of SQuAD's evaluation script v1.1: 0 where both are empty
[[nodiscard]] double answer_f1(std::string_view output, std::string_view reference);

/// Right answers of each item, normalised and without duplicates.
class ReferenceAnswers {
 public:
  /// Adds the right answers of the next item.
  /// @throws Error for no answer, for a text that is not UTF-8, and for one that is not of this
  ///         kind
  void add(View<std::string_view> references, AnswerKind kind, std::size_t item);

  /// Returns the numbers of an item's right answers.
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
  /// Returns the best F-score of a normalised answer with any right answer of an item.
  /// @unit   a share of 1
  /// @source metric_max_over_ground_truths of SQuAD's evaluation script v1.1
  [[nodiscard]] double best_f1(std::string_view answer, std::size_t item) const;
  [[nodiscard]] std::string counts() const { return counts_.shown(); }

  /// Adds the right answers of the items that follow.
  void pool(const ReferenceAnswers& next);
  template <class Visit>
  void parts(Visit&& visit) {
    visit(answers_, items_with_, numbers_, ends_, counts_);
  }

 private:
  /// Adds a right answer of the item whose answers begin at `first`, unless it has it already.
  void add_answer(std::string_view normal, std::size_t first);

  Vocabulary answers_;
  std::vector<std::size_t> items_with_;  ///< number of items that each answer is right for
  std::vector<std::uint32_t> numbers_;
  std::vector<std::size_t> ends_;
  ReferenceCount counts_;
};

}  // namespace detail

/// Share of answers that equal a right one, with Wilson's interval. Skill is measured against
/// always giving the answer that is right most often.
///
/// What counts as equal depends on the kind of the answers, which stands in the signature: words
/// are normalised as in SQuAD, which takes "3.14" for "314" and "5" for "-5". An output without a
/// number or a letter, where these are wanted, is wrong.
///
/// @unit   a share of 1; SQuAD quotes per cent
/// @source Rajpurkar et al., EMNLP 2016, 2383: exact_match of the evaluation script v1.1; for
///         numbers, see detail::number_of_answer
class ExactMatch {
 public:
  explicit ExactMatch(PerItem keep = PerItem::keep) noexcept
      : ExactMatch(AnswerKind::words, keep) {}
  explicit ExactMatch(AnswerKind kind, PerItem keep = PerItem::keep) noexcept
      : kind_(kind), rows_(keep) {}

  [[nodiscard]] std::size_t items() const noexcept { return rows_.items(); }

  /// @throws Error for a text that is not UTF-8, for no right answer, and for a right answer that
  ///         is not of this kind: without a number, or not a letter
  template <TextReference Reference>
  void add(std::string_view output, const Reference& references) {
    add_texts(output, detail::texts_of(references));
  }

  /// @unit   a share of 1
  /// @error  Wilson's interval
  /// @throws Error for no items
  /// @source the metric's own definition
  [[nodiscard]] Quality result() const;

  /// Returns 1 for each right answer and 0 for each wrong one.
  /// @unit   a share of 1
  /// @shape  [items]
  /// @source as the class
  [[nodiscard]] View<double> per_item() const noexcept { return rows_.kept(); }

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const ExactMatch& next) {
    answers_.pool(next.answers_);
    rows_.pool(next.rows_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(answers_, rows_);
  }

 private:
  void add_texts(std::string_view output, const std::vector<std::string_view>& references);

  AnswerKind kind_;
  detail::ReferenceAnswers answers_;
  ItemRows<1> rows_;
};

/// Mean F-score of the words of an answer and of the nearest right answer, both normalised as in
/// SQuAD.
///
/// The trivial predictor always gives the answer that is right most often. An answer without words,
/// or with articles alone, scores 0 even if it is right: SQuAD 1.1 has no question without an
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

  /// Adds what the metric of the items that follow has gathered: of shards in their order, all is
  /// then as of the whole, to the bit.
  void pool(const TokenF1& next) {
    answers_.pool(next.answers_);
    rows_.pool(next.rows_);
  }
  template <class Visit>
  void parts(Visit&& visit) {
    visit(answers_, rows_);
  }

 private:
  void add_texts(std::string_view output, const std::vector<std::string_view>& references);

  detail::ReferenceAnswers answers_;
  ItemRows<1> rows_;
};

/// Exact match of words as a metric for `measure`, by SQuAD's rules.
///
/// @param references  one answer for each input, in their order, or several that are equally right;
///                    borrowed, so a temporary is refused
/// @param keep        whether each item's answer goes into the record, for paired tests
/// @unit   a share of 1
/// @shape  references: [items] or [items, answers]
/// @throws Error for no references; while running: for a text that is not UTF-8, and for an item
///         without a right answer
/// @source see ExactMatch
template <class References>
[[nodiscard]] auto exact_match(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references), ExactMatch(keep));
}

/// Exact match of texts, numbers or letters of a choice as a metric for `measure`.
///
///     perjoule::exact_match(answers, perjoule::AnswerKind::number)
///
/// @copydetails exact_match
/// @param kind  what the answers are; it stands in the signature
/// @unit   a share of 1
/// @throws Error as for exact_match; while running: for a right answer that is not of this kind
/// @source see ExactMatch
template <class References>
[[nodiscard]] auto exact_match(References&& references, AnswerKind kind,
                               PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references), ExactMatch(kind, keep));
}

/// Token F1 as a metric for `measure`.
/// @copydetails exact_match
/// @unit   a share of 1
/// @throws Error for no references; while running: as for exact_match
/// @source see TokenF1
template <class References>
[[nodiscard]] auto token_f1(References&& references, PerItem keep = PerItem::keep) {
  return bind_references(std::forward<References>(references), TokenF1(keep));
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/question_answering-inl.hpp"
#endif
