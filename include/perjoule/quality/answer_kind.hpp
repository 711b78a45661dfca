// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// What an answer is, and so when two of them are equal.
enum class AnswerKind : std::uint8_t {
  words,   ///< equal once normalised as in SQuAD: "3.14" and "314" are, and "5" and "-5"
  text,    ///< equal but for white space at the ends, as with Python's str.strip()
  number,  ///< the same value, whatever stands around it: "$1,234.50." and "so #### 1234.5" are
  choice   ///< the same letter of a choice: "B", "(b)", "B." and "B)" are
};

/// Returns the name of a kind of answers, as in a signature: "number".
[[nodiscard]] constexpr std::string_view name(AnswerKind kind) noexcept {
  switch (kind) {
    case AnswerKind::text:
      return "text";
    case AnswerKind::number:
      return "number";
    case AnswerKind::choice:
      return "choice";
    case AnswerKind::words:
      break;
  }
  return "words";
}

namespace detail {

/// Returns the number that a text answers with, the same string for equal values: the one behind
/// the first `####` that has one, as in GSM8K, otherwise the last one of the text.
///
/// It is read as lm-evaluation-harness does for GSM8K: a run of digits, commas, points and $, with
/// a minus directly before it, where commas, $ and the points at its end count for nothing. Other
/// than there, a run needs a digit; U+2212 is a minus, too; a minus may stand before one of
/// the signs of euro, pound and yen; and an exponent belongs to the number: "1e3" is 1000, not 3.
///
/// @param text  valid UTF-8
/// @returns nothing where there is no number, or one with two points, such as "1.2.3"
/// @source Cobbe et al. 2021, arXiv 2110.14168, grade-school-math: extract_answer;
///         lm-evaluation-harness, tasks/gsm8k: flexible-extract and regexes_to_ignore
[[nodiscard]] std::optional<std::string> number_of_answer(std::string_view text);

/// Returns the letter of a choice as a capital: "B" of "B", "b", "(B)", "B)", also with a full stop
/// or a colon at the end, and with white space around it.
/// @param text  valid UTF-8
/// @returns nothing for any other text, such as "B or C" or one with a letter beyond ASCII
[[nodiscard]] std::optional<std::string> choice_of_answer(std::string_view text);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/answer_kind-inl.hpp"
#endif
