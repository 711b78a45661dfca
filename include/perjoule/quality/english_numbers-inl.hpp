// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/quality/english_numbers.hpp"
#include "perjoule/quality/question_answering.hpp"
#include "perjoule/quality/text_tokens.hpp"
#include "perjoule/quality/unicode_words.hpp"

namespace perjoule::inline v0::detail {

inline constexpr std::string_view words_of_ones[] = {
    "one",     "two",     "three",     "four",     "five",    "six",      "seven",
    "eight",   "nine",    "ten",       "eleven",   "twelve",  "thirteen", "fourteen",
    "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
inline constexpr std::string_view words_of_tens[] = {"twenty", "thirty",  "forty",  "fifty",
                                                     "sixty",  "seventy", "eighty", "ninety"};
inline constexpr std::string_view words_of_thousands[] = {
    "thousand",   "million",    "billion",   "trillion",  "quadrillion", "quintillion",
    "sextillion", "septillion", "octillion", "nonillion", "decillion"};

struct NumberWordEntry {
  std::string_view text;
  NumberTerm term;
};

inline constexpr std::string_view pound_sign = "\xC2\xA3";
inline constexpr std::string_view euro_sign = "\xE2\x82\xAC";
inline constexpr std::string_view cent_sign = "\xC2\xA2";

inline constexpr NumberWordEntry other_number_words[] = {
    {"o", {NumberWord::zero}},
    {"oh", {NumberWord::zero}},
    {"zero", {NumberWord::zero}},
    {"zeroth", {NumberWord::one_suffixed, 0, "th"}},
    {"first", {NumberWord::one_suffixed, 1, "st"}},
    {"second", {NumberWord::one_suffixed, 2, "nd"}},
    {"third", {NumberWord::one_suffixed, 3, "rd"}},
    {"fifth", {NumberWord::one_suffixed, 5, "th"}},
    {"sixes", {NumberWord::one_suffixed, 6, "s"}},
    {"eighth", {NumberWord::one_suffixed, 8, "th"}},
    {"twelfth", {NumberWord::one_suffixed, 12, "th"}},
    {"minus", {NumberWord::sign, 0, "-"}},
    {"negative", {NumberWord::sign, 0, "-"}},
    {"plus", {NumberWord::sign, 0, "+"}},
    {"positive", {NumberWord::sign, 0, "+"}},
    {"pound", {NumberWord::currency, 0, pound_sign}},
    {"pounds", {NumberWord::currency, 0, pound_sign}},
    {"euro", {NumberWord::currency, 0, euro_sign}},
    {"euros", {NumberWord::currency, 0, euro_sign}},
    {"dollar", {NumberWord::currency, 0, "$"}},
    {"dollars", {NumberWord::currency, 0, "$"}},
    {"cent", {NumberWord::currency, 0, cent_sign}},
    {"cents", {NumberWord::currency, 0, cent_sign}},
    {"per", {NumberWord::per}},
    {"percent", {NumberWord::percent}},
    {"and", {NumberWord::also}},
    {"double", {NumberWord::times, 2}},
    {"triple", {NumberWord::times, 3}},
    {"point", {NumberWord::point}}};

/// Returns the place of a word in a list, from 1; 0 if it is not there.
template <std::size_t size>
[[nodiscard]] unsigned place_of(std::string_view word, const std::string_view (&words)[size]) {
  const auto* const found = std::find(std::begin(words), std::end(words), word);
  return found == std::end(words) ? 0 : static_cast<unsigned>(found - std::begin(words)) + 1;
}

/// Returns the power of ten of a word: 2 of "hundred"; 0 of any other word.
PERJOULE_INLINE unsigned power_of(std::string_view word) {
  return word == "hundred" ? 2 : 3 * place_of(word, words_of_thousands);
}

PERJOULE_INLINE NumberTerm number_term(std::string_view word) {
  for (const NumberWordEntry& entry : other_number_words) {
    if (entry.text == word) return entry.term;
  }
  if (const unsigned one = place_of(word, words_of_ones)) return {NumberWord::one, one};
  if (const unsigned ten = place_of(word, words_of_tens)) return {NumberWord::ten, 10 + 10 * ten};
  if (const unsigned power = power_of(word)) return {NumberWord::multiplier, power};
  const bool is_plural = word.ends_with('s');
  if (!is_plural && !word.ends_with("th")) return {};
  const std::string_view suffix = is_plural ? "s" : "th";
  const std::string_view stem = word.substr(0, word.size() - suffix.size());
  if (const unsigned power = power_of(stem))
    return {NumberWord::multiplier_suffixed, power, suffix};
  if (stem.ends_with("ie")) {
    const std::string singular = std::string(stem.substr(0, stem.size() - 2)) + "y";
    const unsigned ten = place_of(singular, words_of_tens);
    return ten == 0 ? NumberTerm() : NumberTerm{NumberWord::ten_suffixed, 10 + 10 * ten, suffix};
  }
  const unsigned one = place_of(stem, words_of_ones);
  // Whisper's rule of "th" makes "nineth", so that "ninth" is no number there, and none here.
  const bool is_irregular = is_plural ? one == 6 : one < 4 || one == 5 || one == 8 || one == 12;
  return one == 0 || is_irregular ? NumberTerm()
                                  : NumberTerm{NumberWord::one_suffixed, one, suffix};
}

/// Returns a word whose decimal digits, of any script, are those of ASCII.
PERJOULE_INLINE std::string with_ascii_digits(std::string_view word) {
  std::string digits;
  for (const char32_t c : code_points_of(word)) {
    const int digit = decimal_digit(c);
    append_utf8(digits, digit < 0 ? c : U'0' + static_cast<char32_t>(digit));
  }
  return digits;
}

/// Returns digits without zeros before them: "0" if there is nothing else.
PERJOULE_INLINE std::string without_leading_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? "0" : std::string(digits.substr(first));
}

/// Returns whether a word is a number in digits: "5", "3.14".
PERJOULE_INLINE bool is_decimal_number(std::string_view word) {
  constexpr std::string_view digits = "0123456789";
  const std::string ascii = with_ascii_digits(word);
  const std::size_t point = ascii.find_first_not_of(digits);
  if (point == std::string::npos) return !ascii.empty();
  return point != 0 && ascii[point] == '.' && point + 1 < ascii.size() &&
         ascii.find_first_not_of(digits, point + 1) == std::string::npos;
}

/// Returns a decimal number times a power of ten, if that is whole: 2500 for "2.5" and 3. A number
/// may lack digits before or behind its point, but not both.
PERJOULE_INLINE std::optional<std::string> whole_multiple(std::string_view number, unsigned power) {
  const std::string ascii = with_ascii_digits(number);
  const std::size_t point = std::min(ascii.find('.'), ascii.size());
  std::string digits = ascii.substr(0, point);
  std::string fraction = point < ascii.size() ? ascii.substr(point + 1) : std::string();
  if (digits.empty() && fraction.empty()) return std::nullopt;
  while (fraction.ends_with('0')) fraction.pop_back();
  if (fraction.size() > power) return std::nullopt;
  digits += fraction;
  if (digits.find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  digits.append(power - fraction.size(), '0');
  return without_leading_zeros(digits);
}

PERJOULE_INLINE std::string sum_of(std::string a, std::string_view b) {
  if (a.size() < b.size()) a.insert(0, b.size() - a.size(), '0');
  int carry = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    char& digit = a[a.size() - i];
    const int sum = (digit - '0') + (i <= b.size() ? b[b.size() - i] - '0' : 0) + carry;
    digit = static_cast<char>('0' + sum % 10);
    carry = sum / 10;
  }
  return carry == 0 ? a : "1" + a;
}

/// Returns the thousands of a number, and its last three digits times a power of ten: 2300 for
/// "2003" and 2.
PERJOULE_INLINE std::string with_multiplied_end(std::string_view number, unsigned power) {
  const std::size_t begin = number.size() > 3 ? number.size() - 3 : 0;
  const std::string thousands = begin == 0 ? "0" : std::string(number.substr(0, begin)) + "000";
  const std::string end = std::string(number.substr(begin)) + std::string(power, '0');
  return sum_of(thousands, without_leading_zeros(end));
}

/// Returns whether a number is a multiple of ten to the number of digits given.
PERJOULE_INLINE bool ends_in_zeros(std::string_view number, std::size_t zeros) {
  if (number == "0") return true;
  return number.size() >= zeros &&
         number.substr(number.size() - zeros).find_first_not_of('0') == std::string_view::npos;
}

PERJOULE_INLINE NumberWriter::NumberWriter(std::vector<std::string> words)
    : words_(std::move(words)) {
  for (const std::string& word : words_) terms_.push_back(number_term(word));
}

PERJOULE_INLINE std::string NumberWriter::written() {
  for (std::size_t i = 0; i < words_.size(); ++i) {
    if (std::exchange(skips_next_, false)) continue;
    read(i);
  }
  if (value_) emit_value();
  return out_;
}

PERJOULE_INLINE void NumberWriter::read(std::size_t at) {
  const std::string& word = words_[at];
  const NumberTerm& now = terms_[at];
  const NumberTerm& before = term(at - 1);
  switch (now.word) {
    case NumberWord::none:
      return read_digits(word);
    case NumberWord::zero:
      text_digits() += '0';
      return;
    case NumberWord::one:
    case NumberWord::ten:
      return take(now.number, before);
    case NumberWord::one_suffixed:
    case NumberWord::ten_suffixed:
      take(now.number, before);
      value_->digits += now.mark;
      return emit_value();
    case NumberWord::multiplier:
      return read_multiplier(now.number);
    case NumberWord::multiplier_suffixed:
      return read_suffixed_multiplier(now.number, now.mark);
    case NumberWord::sign:
      if (value_) emit_value();
      if (!is_number_at(at + 1) && term(at + 1).word == NumberWord::none) return emit(word);
      prefix_ = now.mark;
      return;
    case NumberWord::currency:
      if (!value_) return emit(word);
      prefix_ = now.mark;
      return emit_value();
    case NumberWord::per:
    case NumberWord::percent:
      return read_percent(at);
    case NumberWord::also:
    case NumberWord::times:
    case NumberWord::point:
      return read_special(at);
  }
}

PERJOULE_INLINE void NumberWriter::read_digits(std::string_view word) {
  std::string_view sign;
  for (const std::string_view one : {"-", "+", "$"}) {
    if (word.starts_with(one)) sign = word.substr(0, one.size());
  }
  for (const std::string_view one : {pound_sign, euro_sign, cent_sign}) {
    if (word.starts_with(one)) sign = word.substr(0, one.size());
  }
  const std::string_view number = word.substr(sign.size());
  if (!is_decimal_number(number)) {
    if (value_) emit_value();
    return emit(word);
  }
  if (value_ && value_->is_text && value_->digits.ends_with('.')) {
    value_->digits += word;  // of decimals, or of an address
    return;
  }
  if (value_) emit_value();
  if (!sign.empty()) prefix_ = sign;
  const std::optional<std::string> whole = whole_multiple(number, 0);
  value_ = Value{whole ? *whole : std::string(number), !whole};
}

PERJOULE_INLINE void NumberWriter::take(unsigned number, const NumberTerm& before) {
  const std::string added = std::to_string(number);
  if (!value_) {
    value_ = Value{added, false};
    return;
  }
  std::string& digits = value_->digits;
  const bool is_one = number < 20;
  // Ones may follow ones, "one two", but a ten never joins one: "one twenty" is 120 as well.
  const bool follows = value_->is_text || (is_one && before.word == NumberWord::one);
  if (!follows && ends_in_zeros(digits, number < 10 ? 1 : 2)) {
    digits = sum_of(std::move(digits), added);
    return;
  }
  if (follows && number < 10 && before.word == NumberWord::ten) digits.pop_back();
  digits += added;
  value_->is_text = true;
}

PERJOULE_INLINE void NumberWriter::read_multiplier(unsigned power) {
  const std::string multiplier = "1" + std::string(power, '0');
  if (!value_) {
    value_ = Value{multiplier, false};
  } else if (value_->is_text || value_->digits == "0") {
    if (const std::optional<std::string> product = whole_multiple(value_->digits, power)) {
      value_ = Value{*product, false};
    } else {
      emit_value();
      value_ = Value{multiplier, false};
    }
  } else {
    value_ = Value{with_multiplied_end(value_->digits, power), false};
  }
}

PERJOULE_INLINE void NumberWriter::read_suffixed_multiplier(unsigned power,
                                                            std::string_view suffix) {
  const std::string end(suffix);
  const std::string multiplier = "1" + std::string(power, '0') + end;
  if (!value_) return emit(multiplier);
  if (!value_->is_text) return emit(with_multiplied_end(value_->digits, power) + end);
  if (const std::optional<std::string> product = whole_multiple(value_->digits, power)) {
    return emit(*product + end);
  }
  emit_value();
  emit(multiplier);
}

PERJOULE_INLINE void NumberWriter::read_percent(std::size_t at) {
  if (!value_) return emit(words_[at]);
  if (terms_[at].word == NumberWord::percent) return emit(value_->digits + "%");
  skips_next_ = at + 1 < words_.size() && words_[at + 1] == "cent";
  if (skips_next_) return emit(value_->digits + "%");
  emit_value();
  emit(words_[at]);
}

PERJOULE_INLINE void NumberWriter::read_special(std::size_t at) {
  const NumberTerm& now = terms_[at];
  const NumberTerm& next = term(at + 1);
  const bool before_digits = is_number_at(at + 1);
  const bool is_alone = next.word == NumberWord::none && !before_digits;
  if (!is_alone && now.word == NumberWord::point) {
    const bool is_decimal = before_digits || next.word == NumberWord::zero ||
                            next.word == NumberWord::one || next.word == NumberWord::ten;
    // Another word of numbers behind it, such as "hundred", loses the point, as in Whisper.
    if (is_decimal) text_digits() += '.';
    return;
  }
  if (!is_alone && now.word == NumberWord::also && term(at - 1).word == NumberWord::multiplier) {
    return;  // "one hundred and five"
  }
  if (now.word == NumberWord::times &&
      (next.word == NumberWord::one || next.word == NumberWord::zero)) {
    for (unsigned i = 0; i < now.number; ++i) text_digits() += std::to_string(next.number);
    skips_next_ = true;
    return;
  }
  if (value_) emit_value();
  emit(words_[at]);
}

PERJOULE_INLINE std::string& NumberWriter::text_digits() {
  if (!value_ || (!value_->is_text && value_->digits == "0")) value_ = Value{};
  value_->is_text = true;
  return value_->digits;
}

PERJOULE_INLINE const NumberTerm& NumberWriter::term(std::size_t at) const {
  static constexpr NumberTerm none;
  return at < terms_.size() ? terms_[at] : none;
}

PERJOULE_INLINE bool NumberWriter::is_number_at(std::size_t at) const {
  return at < words_.size() && is_decimal_number(words_[at]);
}

PERJOULE_INLINE void NumberWriter::emit(std::string_view word) {
  if (!out_.empty()) out_ += ' ';
  out_ += prefix_;
  out_ += word;
  prefix_.clear();
  value_.reset();
}

PERJOULE_INLINE void NumberWriter::emit_value() { emit(value_->digits); }

}  // namespace perjoule::inline v0::detail
