// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// What a word can do in a number.
enum class NumberWord : std::uint8_t {
  none,
  zero,                 ///< "o", "oh", "zero"
  one,                  ///< "one" to "nineteen"
  one_suffixed,         ///< "fives", "fifth"
  ten,                  ///< "twenty" to "ninety"
  ten_suffixed,         ///< "twenties", "twentieth"
  multiplier,           ///< "hundred" to "decillion"
  multiplier_suffixed,  ///< "hundreds", "hundredth"
  sign,                 ///< "minus", "plus"
  currency,             ///< "dollars", which precedes its number once that is in digits
  per,                  ///< of "per cent"
  percent,
  also,   ///< "and"
  times,  ///< "double", "triple"
  point
};

struct NumberTerm {
  NumberWord word = NumberWord::none;
  unsigned number = 0;         ///< the value; the power of ten of a multiplier; how many times
  std::string_view mark = {};  ///< the suffix of a plural or an ordinal; a sign
};

[[nodiscard]] NumberTerm number_term(std::string_view word);

/// Writes the numbers of a text in digits, word by word. A value is kept as digits, since it may be
/// of any size, and either as a number, to which something may be added, or as a text, to which
/// something may only be appended: "twenty one" is 21, "one two" 12, "point five" .5.
///
/// @source OpenAI's Whisper, normalizers/english.py: EnglishNumberNormalizer.process_words
class NumberWriter {
 public:
  /// @param words  in small letters
  explicit NumberWriter(std::vector<std::string> words);

  /// @returns the words, with a blank between them
  [[nodiscard]] std::string written();

 private:
  struct Value {
    std::string digits;
    bool is_text = false;
  };

  void read(std::size_t at);
  void read_digits(std::string_view word);
  void read_multiplier(unsigned power);
  void read_suffixed_multiplier(unsigned power, std::string_view suffix);
  void read_percent(std::size_t at);
  void read_special(std::size_t at);

  /// Adds a number below 100 to the value, or appends it.
  void take(unsigned number, const NumberTerm& before);
  /// Makes the value a text, and returns its digits to append to. A number 0 has none, as in
  /// Whisper, where it counts for nothing.
  [[nodiscard]] std::string& text_digits();
  [[nodiscard]] const NumberTerm& term(std::size_t at) const;
  [[nodiscard]] bool is_number_at(std::size_t at) const;
  void emit(std::string_view word);
  void emit_value();

  std::vector<std::string> words_;
  std::vector<NumberTerm> terms_;
  std::string prefix_;
  std::optional<Value> value_;
  std::string out_;
  bool skips_next_ = false;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/english_numbers-inl.hpp"
#endif
