// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/quality/english_numbers.hpp"
#include "perjoule/quality/plain_letters.hpp"
#include "perjoule/quality/question_answering.hpp"
#include "perjoule/quality/text_tokens.hpp"
#include "perjoule/quality/unicode.hpp"
#include "perjoule/quality/unicode_words.hpp"
#include "perjoule/quality/whisper_english.hpp"

namespace perjoule::inline v0::detail {

/// A contraction or an abbreviation, at the end of a word.
struct WrittenOut {
  std::u32string_view text;
  std::u32string_view as;
  bool is_whole_word = true;
};

// In their order: an earlier one leaves nothing to a later one, as with "won't" and "n't".
inline constexpr WrittenOut written_out[] = {{U"won't", U"will not"},
                                             {U"can't", U"can not"},
                                             {U"let's", U"let us"},
                                             {U"ain't", U"aint"},
                                             {U"y'all", U"you all"},
                                             {U"wanna", U"want to"},
                                             {U"gotta", U"got to"},
                                             {U"gonna", U"going to"},
                                             {U"i'ma", U"i am going to"},
                                             {U"imma", U"i am going to"},
                                             {U"woulda", U"would have"},
                                             {U"coulda", U"could have"},
                                             {U"shoulda", U"should have"},
                                             {U"ma'am", U"madam"},
                                             {U"mr", U"mister "},
                                             {U"mrs", U"missus "},
                                             {U"st", U"saint "},
                                             {U"dr", U"doctor "},
                                             {U"prof", U"professor "},
                                             {U"capt", U"captain "},
                                             {U"gov", U"governor "},
                                             {U"ald", U"alderman "},
                                             {U"gen", U"general "},
                                             {U"sen", U"senator "},
                                             {U"rep", U"representative "},
                                             {U"pres", U"president "},
                                             {U"rev", U"reverend "},
                                             {U"hon", U"honorable "},
                                             {U"asst", U"assistant "},
                                             {U"assoc", U"associate "},
                                             {U"lt", U"lieutenant "},
                                             {U"col", U"colonel "},
                                             {U"jr", U"junior "},
                                             {U"sr", U"senior "},
                                             {U"esq", U"esquire "},
                                             {U"'d been", U" had been", false},
                                             {U"'s been", U" has been", false},
                                             {U"'d gone", U" had gone", false},
                                             {U"'s gone", U" has gone", false},
                                             {U"'d done", U" had done", false},
                                             {U"'s got", U" has got", false},
                                             {U"n't", U" not", false},
                                             {U"'re", U" are", false},
                                             {U"'s", U" is", false},
                                             {U"'d", U" would", false},
                                             {U"'ll", U" will", false},
                                             {U"'t", U" not", false},
                                             {U"'ve", U" have", false},
                                             {U"'m", U" am", false}};
inline constexpr WrittenOut fillers[] = {{U"hmm", U""}, {U"mm", U""}, {U"mhm", U""},
                                         {U"mmm", U""}, {U"uh", U""}, {U"um", U""}};
inline constexpr std::u32string_view numeric_signs = U".%$\u00A2\u20AC\u00A3";
inline constexpr std::u32string_view currencies_in_parts = U"\u20AC\u00A3$";

PERJOULE_INLINE bool is_digit_of_ascii(char32_t c) noexcept { return c >= '0' && c <= '9'; }
PERJOULE_INLINE bool is_letter_of_english(char32_t c) noexcept { return c >= 'a' && c <= 'z'; }

/// Returns whether a word begins or ends at a place, as with `\b` in Python's re.
PERJOULE_INLINE bool is_word_edge(std::u32string_view text, std::size_t at) noexcept {
  return (at > 0 && is_unicode_word(text[at - 1])) !=
         (at < text.size() && is_unicode_word(text[at]));
}

PERJOULE_INLINE std::size_t end_of_blanks(std::u32string_view text, std::size_t at) noexcept {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

/// Returns a text whose parts are replaced from its beginning to its end, as with re.sub().
/// @param replace  (place, text so far): appends what replaces the characters at a place, and
///                 returns their number; 0 if nothing is replaced there
template <class Replace>
[[nodiscard]] std::u32string with_replaced(std::u32string_view text, Replace replace) {
  std::u32string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = replace(at, result);
    if (length == 0) result.push_back(text[at]);
    at += length == 0 ? 1 : length;
  }
  return result;
}

/// Replaces a contraction, or a word, wherever it stands.
PERJOULE_INLINE std::u32string with_written_out(std::u32string text, const WrittenOut& one) {
  if (text.find(one.text) == std::u32string::npos) return text;
  return with_replaced(text, [&](std::size_t at, std::u32string& result) -> std::size_t {
    const std::size_t end = at + one.text.size();
    if (text.compare(at, one.text.size(), one.text) != 0 || !is_word_edge(text, end) ||
        (one.is_whole_word && !is_word_edge(text, at))) {
      return 0;
    }
    result += one.as;
    return one.text.size();
  });
}

/// Removes what stands between brackets. A bracket may close one of the other shape, as in Whisper.
PERJOULE_INLINE std::u32string without_brackets(std::u32string_view text,
                                                std::u32string_view opening,
                                                std::u32string_view closing,
                                                std::size_t least_inside) {
  const std::size_t last = text.find_last_of(closing);
  if (last == std::u32string_view::npos) return std::u32string(text);
  return with_replaced(text, [&](std::size_t at, std::u32string&) -> std::size_t {
    if (at > last || opening.find(text[at]) == std::u32string_view::npos) return 0;
    const std::size_t end = text.find_first_of(closing, at + 1);
    return end == std::u32string_view::npos || end - at - 1 < least_inside ? 0 : end + 1 - at;
  });
}

PERJOULE_INLINE std::u32string without_blanks_before_apostrophes(std::u32string_view text) {
  return with_replaced(text, [&](std::size_t at, std::u32string& result) -> std::size_t {
    // Blanks are looked through from the first one only, so that many take no longer than few.
    if (at > 0 && is_space(text[at - 1])) return 0;
    const std::size_t end = end_of_blanks(text, at);
    if (end == at || end == text.size() || text[end] != '\'') return 0;
    result.push_back('\'');
    return end + 1 - at;
  });
}

/// Removes commas between digits, and full stops that no digit follows. Of "1,2,3" the second comma
/// remains, as in Whisper, since the digit before it is used up.
PERJOULE_INLINE std::u32string without_punctuation_of_numbers(std::u32string_view text) {
  const auto is_digit = [&](std::u32string_view in, std::size_t at) {
    return at < in.size() && decimal_digit(in[at]) >= 0;
  };
  const std::u32string once =
      with_replaced(text, [&](std::size_t at, std::u32string& result) -> std::size_t {
        if (!is_digit(text, at) || !is_digit(text, at + 2) || text[at + 1] != ',') return 0;
        result.push_back(text[at]);
        result.push_back(text[at + 2]);
        return 3;
      });
  return with_replaced(once, [&](std::size_t at, std::u32string& result) -> std::size_t {
    if (once[at] != '.') return 0;
    const bool is_last = at + 1 == once.size();
    if (!is_last && is_digit_of_ascii(once[at + 1])) return 0;
    result.push_back(' ');
    if (is_last) return 1;
    result.push_back(once[at + 1]);
    return 2;
  });
}

PERJOULE_INLINE std::u32string without_signs_and_marks(std::u32string_view text) {
  std::u32string plain;
  for (const char32_t c : text) append_plain(plain, c, numeric_signs);
  return plain;
}

PERJOULE_INLINE std::u32string to_code_points(std::string_view text) {
  const std::vector<char32_t> points = code_points_of(text);
  return {points.begin(), points.end()};
}

PERJOULE_INLINE std::string to_utf8(std::u32string_view text) {
  std::string bytes;
  for (const char32_t c : text) append_utf8(bytes, c);
  return bytes;
}

/// Returns the length of "and a half" at a place; 0 if it is not there.
PERJOULE_INLINE std::size_t half_length_at(std::u32string_view text, std::size_t at) {
  if (!is_word_edge(text, at)) return 0;
  std::size_t end = at;
  for (const std::u32string_view word : {U"and", U"a", U"half"}) {
    const std::size_t begin = end_of_blanks(text, end);
    if (end != at && begin == end) return 0;
    if (text.substr(begin, word.size()) != word) return 0;
    end = begin + word.size();
  }
  return is_word_edge(text, end) ? end - at : 0;
}

/// Writes "two and a half" as "two point five".
PERJOULE_INLINE std::u32string with_halves(std::u32string_view text) {
  std::u32string result;
  const auto append = [&](std::u32string_view part) {
    if (!result.empty()) result.push_back(' ');
    result += part;
  };
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = half_length_at(text, at);
    if (length == 0) {
      ++at;
      continue;
    }
    const std::string before = to_utf8(text.substr(begin, at - begin));
    const std::vector<std::string_view> words = words_of(before);
    if (!words.empty()) {  // otherwise the half is lost, as in Whisper
      const NumberWord last = number_term(words.back()).word;
      const bool is_number = last == NumberWord::zero || last == NumberWord::one ||
                             last == NumberWord::ten || last == NumberWord::multiplier;
      append(text.substr(begin, at - begin));
      append(is_number ? U"point five" : U"and a half");
    }
    at += length;
    begin = at;
  }
  const std::u32string_view rest = text.substr(begin);
  if (end_of_blanks(rest, 0) != rest.size()) append(rest);
  return result;
}

/// Parts letters from digits, but not "1st" or "1960s", also with blanks before the end.
PERJOULE_INLINE std::u32string with_digits_apart(std::u32string_view text) {
  std::u32string apart;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_border =
        i > 0 && ((is_letter_of_english(text[i - 1]) && is_digit_of_ascii(text[i])) ||
                  (is_digit_of_ascii(text[i - 1]) && is_letter_of_english(text[i])));
    if (is_border) apart.push_back(' ');
    apart.push_back(text[i]);
  }
  return with_replaced(apart, [&](std::size_t at, std::u32string& result) -> std::size_t {
    if (!is_digit_of_ascii(apart[at])) return 0;
    const std::size_t begin = end_of_blanks(apart, at + 1);
    if (begin == at + 1) return 0;
    for (const std::u32string_view suffix : {U"st", U"nd", U"rd", U"th", U"s"}) {
      const std::size_t end = begin + suffix.size();
      if (apart.compare(begin, suffix.size(), suffix) != 0 || !is_word_edge(apart, end)) continue;
      result.push_back(apart[at]);
      result += suffix;
      return end - at;
    }
    return 0;
  });
}

/// Returns the number of digits at a place, one or two, with which a word ends; otherwise 0.
PERJOULE_INLINE std::size_t last_digits_at(std::u32string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && end < at + 2 && is_digit_of_ascii(text[end])) ++end;
  return end != at && is_word_edge(text, end) ? end - at : 0;
}

/// Writes "$2 and ¢7" as "$2.07".
PERJOULE_INLINE std::u32string with_cents(std::u32string_view text) {
  return with_replaced(text, [&](std::size_t at, std::u32string& result) -> std::size_t {
    if (currencies_in_parts.find(text[at]) == std::u32string_view::npos) return 0;
    std::size_t end = at + 1;
    while (end < text.size() && is_digit_of_ascii(text[end])) ++end;
    if (end == at + 1) return 0;
    std::size_t cents = end;
    for (const std::u32string_view between : {U" and \u00A2", U" \u00A2"}) {
      if (text.substr(end, between.size()) == between) cents = end + between.size();
    }
    const std::size_t length = cents == end ? 0 : last_digits_at(text, cents);
    if (length == 0) return 0;
    result += text.substr(at, end - at);
    result += length == 1 ? U".0" : U".";
    result += text.substr(cents, length);
    return cents + length - at;
  });
}

/// Writes "$0.05" as "¢5". Any character may stand for the point, as in Whisper.
PERJOULE_INLINE std::u32string with_cents_alone(std::u32string_view text) {
  return with_replaced(text, [&](std::size_t at, std::u32string& result) -> std::size_t {
    if (currencies_in_parts.find(text[at]) == std::u32string_view::npos) return 0;
    if (at + 2 >= text.size() || text[at + 1] != '0') return 0;
    const std::size_t length = last_digits_at(text, at + 3);
    if (length == 0) return 0;
    const bool has_zero = length == 2 && text[at + 3] == '0';
    result.push_back(U'\u00A2');
    result += text.substr(at + (has_zero ? 4 : 3), has_zero ? 1 : length);
    return 3 + length;
  });
}

/// Writes "1" and "1s" as "one" and "ones".
PERJOULE_INLINE std::u32string with_ones(std::u32string text) {
  for (const WrittenOut& one : {WrittenOut{U"1", U"one"}, WrittenOut{U"1s", U"ones"}}) {
    text = with_written_out(std::move(text), one);
  }
  return text;
}

PERJOULE_INLINE std::u32string with_english_numbers(std::u32string_view text) {
  const std::string apart = to_utf8(with_digits_apart(with_halves(text)));
  const std::vector<std::string_view> words = words_of(apart);
  NumberWriter numbers(std::vector<std::string>(words.begin(), words.end()));
  return with_ones(with_cents_alone(with_cents(to_code_points(numbers.written()))));
}

/// Removes signs of numbers that have none beside them, and joins white space.
PERJOULE_INLINE std::u32string without_lone_signs(std::u32string_view text) {
  const std::u32string before =
      with_replaced(text, [&](std::size_t at, std::u32string& result) -> std::size_t {
        if (text[at] == '%' || numeric_signs.find(text[at]) == std::u32string_view::npos) return 0;
        if (at + 1 == text.size() || is_digit_of_ascii(text[at + 1])) return 0;
        result.push_back(' ');
        result.push_back(text[at + 1]);
        return 2;
      });
  const std::u32string after =
      with_replaced(before, [&](std::size_t at, std::u32string& result) -> std::size_t {
        if (is_digit_of_ascii(before[at]) || at + 1 == before.size() || before[at + 1] != '%') {
          return 0;
        }
        result.push_back(before[at]);
        result.push_back(' ');
        return 2;
      });
  return with_replaced(after, [&](std::size_t at, std::u32string& result) -> std::size_t {
    const std::size_t end = end_of_blanks(after, at);
    if (end != at) result.push_back(' ');
    return end - at;
  });
}

PERJOULE_INLINE std::string whisper_english(std::string_view text) {
  std::u32string now = to_code_points(unicode_lower_case(text));
  now = without_brackets(now, U"<[", U">]", 0);
  now = without_brackets(now, U"(", U")", 1);
  for (const WrittenOut& one : fillers) now = with_written_out(std::move(now), one);
  now = without_blanks_before_apostrophes(now);
  for (const WrittenOut& one : written_out) now = with_written_out(std::move(now), one);
  now = without_signs_and_marks(without_punctuation_of_numbers(now));
  return to_utf8(without_lone_signs(with_english_numbers(now)));
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE TextNormalizer whisper_english_without_spelling() {
  return {"whisper-english-without-spelling", detail::whisper_english};
}

}  // namespace perjoule::inline v0
