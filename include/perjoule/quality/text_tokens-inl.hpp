// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/text_tokens.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void check_utf8(std::string_view text, std::string_view whose, std::size_t item) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80U) {
      ++at;
      continue;
    }
    const CodePoint next = first_code_point(text.substr(at));
    if (next.bytes == 0) {
      fail("a text is not valid UTF-8",
           text::format("the {} of item {}, at byte {}", whose, item, at),
           "decode it with the character set that it was written in");
    }
    at += next.bytes;
  }
}

PERJOULE_INLINE std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = first_code_point(text.substr(at));
    if (is_space(next.value)) {
      if (begin < at) words.push_back(text.substr(begin, at - begin));
      begin = at + next.bytes;
    }
    at += next.bytes;
  }
  if (begin < text.size()) words.push_back(text.substr(begin));
  return words;
}

PERJOULE_INLINE std::vector<char32_t> code_points_of(std::string_view text) {
  std::vector<char32_t> points;
  points.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint next = first_code_point(text.substr(at));
    points.push_back(next.value);
    at += next.bytes;
  }
  return points;
}

PERJOULE_INLINE std::string_view stripped(std::string_view text) {
  const std::vector<std::string_view> words = words_of(text);
  if (words.empty()) return {};
  const char* const end = words.back().data() + words.back().size();
  return {words.front().data(), static_cast<std::size_t>(end - words.front().data())};
}

PERJOULE_INLINE void ReferenceCount::add(std::size_t references, std::size_t item) {
  if (references == 0) {
    fail("there is no reference", text::format("item {}", item),
         "leave the item out, or give it a reference");
  }
  if (item == 0) most_ = least_ = references;
  most_ = std::max(most_, references);
  least_ = std::min(least_, references);
}

PERJOULE_INLINE void ReferenceCount::pool(const ReferenceCount& next) noexcept {
  if (next.most_ == 0) return;
  least_ = most_ == 0 ? next.least_ : std::min(least_, next.least_);
  most_ = std::max(most_, next.most_);
}

PERJOULE_INLINE std::string ReferenceCount::shown() const {
  return least_ == most_ ? std::to_string(most_) : "var";
}

PERJOULE_INLINE std::uint32_t Vocabulary::add(std::string_view word) {
  std::string text(word);
  const auto known = ids_.find(text);
  if (known != ids_.end()) return known->second;
  words_.push_back(text);  // first: a number without a word would be a fault
  const auto number = static_cast<std::uint32_t>(words_.size() - 1);
  ids_.emplace(std::move(text), number);
  return number;
}

PERJOULE_INLINE std::vector<std::uint32_t> token_ids(View<std::string_view> words,
                                                     Vocabulary& vocabulary) {
  std::vector<std::uint32_t> numbers(words.size());
  for (std::size_t i = 0; i < words.size(); ++i) numbers[i] = vocabulary.add(words[i]);
  return numbers;
}

PERJOULE_INLINE NGrams::NGrams(View<std::uint32_t> tokens, std::size_t highest_order)
    : highest_order_(highest_order) {
  std::size_t most = 0;
  for (std::size_t n = 1; n <= highest_order; ++n) most += n_gram_count(tokens.size(), n);
  std::size_t slots = 16;
  for (shift_ = 60; slots < 2 * most; --shift_) slots *= 2;
  slots_ = std::vector<std::uint32_t>(slots);
  grams_ = std::vector<Gram>(most + 1);  // the first one is the empty n-gram
  used_ = 1;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    std::uint32_t gram = 0;
    for (std::size_t n = 0; n < highest_order && i + n < tokens.size(); ++n) {
      const std::uint64_t key = key_of(gram, tokens[i + n]);
      std::uint32_t& slot = slots_[find(key)];
      if (slot == 0) {
        grams_[used_].key = key;
        slot = used_++;
      }
      gram = slot;
      ++grams_[gram].own;
    }
  }
}

PERJOULE_INLINE void NGrams::match(View<std::uint32_t> other, double* matches) {
  ++texts_;
  for (std::size_t i = 0; i < other.size(); ++i) {
    std::uint32_t found = 0;
    for (std::size_t n = 0; n < highest_order_ && i + n < other.size(); ++n) {
      found = slots_[find(key_of(found, other[i + n]))];
      if (found == 0) break;
      Gram& gram = grams_[found];
      if (gram.text != texts_) {
        gram.text = texts_;
        gram.in_text = 0;
      }
      ++gram.in_text;
      if (gram.in_text > gram.matched && gram.matched < gram.own) {
        ++gram.matched;
        matches[n] += 1.0;
      }
    }
  }
}

PERJOULE_INLINE void NGrams::reset_matches() noexcept {
  for (Gram& gram : grams_) gram.matched = 0;
}

}  // namespace perjoule::inline v0::detail
