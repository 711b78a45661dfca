// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/quality/answers.hpp"
#include "perjoule/quality/n_grams.hpp"
#include "perjoule/quality/normalize_answer.hpp"
#include "perjoule/quality/share.hpp"
#include "perjoule/quality/skill.hpp"
#include "perjoule/quality/sum_up.hpp"
#include "perjoule/quality/utf8.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Buffer<char> checked_answer(std::string_view text, const char* whose,
                                            std::size_t item) {
  check_utf8(text, whose, item);
  return normalize_answer(text);
}

PERJOULE_INLINE double answer_f1(std::string_view output, std::string_view reference) {
  Vocabulary vocabulary;
  const Buffer<std::uint32_t> said = numbers_of(words_of(output), vocabulary);
  const Buffer<std::uint32_t> wanted = numbers_of(words_of(reference), vocabulary);
  double same = 0.0;
  NGrams(said, 1).match(wanted, &same);
  return same <= 0.0 ? 0.0 : 2.0 * same / static_cast<double>(said.size() + wanted.size());
}

PERJOULE_INLINE void RightAnswers::add(View<std::string_view> references, std::size_t item) {
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

PERJOULE_INLINE std::uint32_t RightAnswers::most_frequent() const noexcept {
  std::uint32_t best = 0;
  for (std::uint32_t i = 1; i < items_with_.size(); ++i) {
    if (items_with_[i] > items_with_[best]) best = i;
  }
  return best;
}

PERJOULE_INLINE double RightAnswers::best_f1(std::string_view answer, std::size_t item) const {
  double best = 0.0;
  for (const std::uint32_t number : of(item)) {
    const double f1 = answer_f1(answer, answers_[number]);
    if (f1 > best) best = f1;
  }
  return best;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality ExactMatch::result() const {
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
  detail::sum_up_share(quality, right,
                       "one answer is right for all items, which leaves nothing to be skilled at");
  return quality;
}

PERJOULE_INLINE void ExactMatch::add_texts(std::string_view output,
                                           const Buffer<std::string_view>& references) {
  const Buffer<char> normal = detail::checked_answer(output, "output", items());
  answers_.add(references, items());
  bool right = false;
  for (const std::uint32_t number : answers_.of(items())) {
    right = right || answers_[number] == std::string_view(normal.data(), normal.size());
  }
  rows_.add({right ? 1.0 : 0.0});
}

PERJOULE_INLINE Quality TokenF1::result() const {
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

PERJOULE_INLINE void TokenF1::add_texts(std::string_view output,
                                        const Buffer<std::string_view>& references) {
  const Buffer<char> normal = detail::checked_answer(output, "output", items());
  answers_.add(references, items());
  rows_.add({answers_.best_f1({normal.data(), normal.size()}, items())});
}

}  // namespace perjoule::inline v0
