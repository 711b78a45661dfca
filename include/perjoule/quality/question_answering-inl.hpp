// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/quality/question_answering.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE char32_t lower_case(char32_t c) noexcept {
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  if (within('A', 'Z')) return c + 32;
  if (c < 0xC0U) return c;
  if ((within(0xC0U, 0xDEU) && c != 0xD7U) || (within(0x391U, 0x3ABU) && c != 0x3A2U) ||
      within(0x410U, 0x42FU)) {
    return c + 32;
  }
  if (c == 0x130U) return 'i';
  if (c == 0x178U) return 0xFFU;
  if (c == 0x386U) return 0x3ACU;
  if (within(0x388U, 0x38AU)) return c + 37;
  if (c == 0x38CU) return 0x3CCU;
  if (within(0x38EU, 0x38FU)) return c + 63;
  if (within(0x400U, 0x40FU)) return c + 80;
  if (c == 0x4C0U) return 0x4CFU;
  if (c == 0x1E9EU) return 0xDFU;
  // Elsewhere each capital letter precedes its small letter.
  if (within(0x139U, 0x148U) || within(0x179U, 0x17EU) || within(0x1AFU, 0x1B0U) ||
      within(0x1CDU, 0x1DCU) || within(0x4C1U, 0x4CEU)) {
    return c + c % 2;
  }
  const bool even_ones =
      (within(0x100U, 0x137U) && c != 0x131U) || within(0x14AU, 0x177U) || within(0x1A0U, 0x1A5U) ||
      within(0x1DEU, 0x1EFU) || within(0x1F8U, 0x21FU) || within(0x222U, 0x233U) ||
      within(0x460U, 0x481U) || within(0x48AU, 0x4BFU) || within(0x4D0U, 0x52FU) ||
      within(0x1E00U, 0x1E95U) || within(0x1EA0U, 0x1EFFU);
  return even_ones ? c | 1U : c;
}

PERJOULE_INLINE bool is_word_character(char32_t c) noexcept {
  if (c < 0x80U) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  }
  if (c < 0xC0U) {
    return c == 0xAAU || c == 0xB2U || c == 0xB3U || c == 0xB5U || c == 0xB9U || c == 0xBAU ||
           (c >= 0xBCU && c <= 0xBEU);
  }
  const bool sign = c == 0xD7U || c == 0xF7U || (c >= 0x300U && c <= 0x36FU) ||
                    (c >= 0x2000U && c <= 0x206FU) || (c >= 0x20A0U && c <= 0x20FFU) ||
                    (c >= 0x2190U && c <= 0x245FU) || (c >= 0x2500U && c <= 0x2775U) ||
                    (c >= 0x3000U && c <= 0x3004U) || (c >= 0x3008U && c <= 0x3020U) ||
                    (c >= 0xFF01U && c <= 0xFF0FU) || (c >= 0x1F300U && c <= 0x1FAFFU);
  return !sign;
}

PERJOULE_INLINE void append_utf8(std::string& text, char32_t c) {
  const auto put = [&](char32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (c < 0x80U) return put(c);
  if (c < 0x800U) {
    put(0xC0U | c >> 6U);
  } else {
    if (c < 0x10000U) {
      put(0xE0U | c >> 12U);
    } else {
      put(0xF0U | c >> 18U);
      put(0x80U | (c >> 12U & 0x3FU));
    }
    put(0x80U | (c >> 6U & 0x3FU));
  }
  put(0x80U | (c & 0x3FU));
}

PERJOULE_INLINE std::size_t article_length_at(View<char32_t> points, std::size_t at) noexcept {
  if (at != 0 && is_word_character(points[at - 1])) return 0;
  for (const std::string_view article : {"a", "an", "the"}) {
    const std::size_t end = at + article.size();
    if (end > points.size() || (end < points.size() && is_word_character(points[end]))) continue;
    std::size_t same = 0;
    while (same < article.size() && points[at + same] == static_cast<char32_t>(article[same])) {
      ++same;
    }
    if (same == article.size()) return same;
  }
  return 0;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string normalize_answer(std::string_view text) {
  std::vector<char32_t> points;
  for (const char32_t c : detail::code_points_of(text)) {
    if (c >= 0x80U || !detail::is_punctuation(static_cast<char>(c))) {
      points.push_back(detail::lower_case(c));
    }
  }
  std::string normal;
  bool apart = false;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const std::size_t article = detail::article_length_at(points, i);
    if (article != 0 || detail::is_space(points[i])) {
      apart = true;
      i += article == 0 ? 0 : article - 1;
      continue;
    }
    if (apart && !normal.empty()) normal.push_back(' ');
    apart = false;
    detail::append_utf8(normal, points[i]);
  }
  return normal;
}

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::optional<std::string> normalized_answer(std::string_view text, AnswerKind kind,
                                                             std::string_view whose,
                                                             std::size_t item) {
  check_utf8(text, whose, item);
  switch (kind) {
    case AnswerKind::text:
      return std::string(stripped(text));
    case AnswerKind::number:
      return number_of_answer(text);
    case AnswerKind::choice:
      return choice_of_answer(text);
    case AnswerKind::words:
      break;
  }
  return normalize_answer(text);
}

PERJOULE_INLINE std::string rules_of(AnswerKind kind) {
  const std::string_view rules = kind == AnswerKind::words    ? "squad-1.1"
                                 : kind == AnswerKind::text   ? "strip"
                                 : kind == AnswerKind::number ? "gsm8k-decimal"
                                                              : "letter";
  return text::format("answers:{}|normal:{}", name(kind), rules);
}

PERJOULE_INLINE double answer_f1(std::string_view output, std::string_view reference) {
  std::vector<std::string_view> said = words_of(output);
  std::vector<std::string_view> wanted = words_of(reference);
  std::sort(said.begin(), said.end());
  std::sort(wanted.begin(), wanted.end());
  std::vector<std::string_view> same;  // a word that both have twice counts twice
  std::set_intersection(said.begin(), said.end(), wanted.begin(), wanted.end(),
                        std::back_inserter(same));
  if (same.empty()) return 0.0;
  return 2.0 * static_cast<double>(same.size()) / static_cast<double>(said.size() + wanted.size());
}

PERJOULE_INLINE void ReferenceAnswers::add(View<std::string_view> references, AnswerKind kind,
                                           std::size_t item) {
  std::vector<std::string> answers;
  for (const std::string_view reference : references) {
    std::optional<std::string> answer = normalized_answer(reference, kind, "reference", item);
    if (!answer) {
      fail(kind == AnswerKind::number ? "a right answer is not a number"
                                      : "a right answer is not a letter",
           text::format("the reference of item {}, \"{}\"", item, text::printable(reference)),
           "correct it, or compare answers of another kind, such as AnswerKind::text");
    }
    answers.push_back(std::move(*answer));
  }
  const std::size_t first = numbers_.size();
  counts_.add(references.size(), item);
  for (const std::string& normal : answers) add_answer(normal, first);
  ends_.push_back(numbers_.size());
}

PERJOULE_INLINE void ReferenceAnswers::add_answer(std::string_view normal, std::size_t first) {
  const std::uint32_t number = answers_.add(normal);
  if (number == items_with_.size()) items_with_.push_back(0);
  const auto begin = numbers_.begin() + static_cast<std::ptrdiff_t>(first);
  if (std::find(begin, numbers_.end(), number) != numbers_.end()) return;
  numbers_.push_back(number);
  ++items_with_[number];
}

PERJOULE_INLINE void ReferenceAnswers::pool(const ReferenceAnswers& next) {
  for (std::size_t item = 0; item < next.ends_.size(); ++item) {
    const std::size_t first = numbers_.size();
    for (const std::uint32_t number : next.of(item)) add_answer(next[number], first);
    ends_.push_back(numbers_.size());
  }
  counts_.pool(next.counts_);
}

PERJOULE_INLINE std::uint32_t ReferenceAnswers::most_frequent() const noexcept {
  const auto best = std::max_element(items_with_.begin(), items_with_.end());
  return static_cast<std::uint32_t>(best - items_with_.begin());
}

PERJOULE_INLINE double ReferenceAnswers::best_f1(std::string_view answer, std::size_t item) const {
  double best = 0.0;
  for (const std::uint32_t number : of(item)) {
    best = std::max(best, answer_f1(answer, answers_[number]));
  }
  return best;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality ExactMatch::result() const {
  Quality quality;
  quality.metric = "exact-match";
  quality.signature =
      text::format("nrefs:{}|{}|trivial:most-frequent", answers_.counts(), detail::rules_of(kind_));
  quality.formula.columns = "right";
  quality.items = items();
  detail::check_items(quality);
  quality.trivial = static_cast<double>(answers_.items_with(answers_.most_frequent())) /
                    static_cast<double>(quality.items);
  const View<double> rows = rows_.all();
  const auto right = static_cast<std::size_t>(
      std::count_if(rows.begin(), rows.end(), [](double one) { return one > 0.0; }));
  detail::finish_proportion(
      quality, right, "one answer is right for all items, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE void ExactMatch::add_texts(std::string_view output,
                                           const std::vector<std::string_view>& references) {
  const std::optional<std::string> answer =
      detail::normalized_answer(output, kind_, "output", items());
  answers_.add(references, kind_, items());
  const View<std::uint32_t> numbers = answers_.of(items());
  const bool right =
      answer && std::any_of(numbers.begin(), numbers.end(),
                            [&](std::uint32_t number) { return answers_[number] == *answer; });
  rows_.add({right ? 1.0 : 0.0});
}

PERJOULE_INLINE Quality TokenF1::result() const {
  Quality quality;
  quality.metric = "token-F1";
  quality.signature =
      text::format("nrefs:{}|normal:squad-1.1|trivial:most-frequent", answers_.counts());
  quality.formula.columns = "f1";
  quality.items = items();
  detail::check_items(quality);
  const std::string_view constant = answers_[answers_.most_frequent()];
  for (std::size_t i = 0; i < quality.items; ++i) {
    quality.trivial += answers_.best_f1(constant, i);
  }
  quality.trivial /= static_cast<double>(quality.items);
  detail::finish_quality(
      quality, rows_.all(),
      "one answer is right for all items, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE void TokenF1::add_texts(std::string_view output,
                                        const std::vector<std::string_view>& references) {
  detail::check_utf8(output, "output", items());
  answers_.add(references, AnswerKind::words, items());
  rows_.add({answers_.best_f1(normalize_answer(output), items())});
}

}  // namespace perjoule::inline v0
