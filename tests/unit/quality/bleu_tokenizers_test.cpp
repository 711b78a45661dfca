// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/bleu_tokenizers.hpp"

#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/text_tokens.hpp"
#include "perjoule/quality/translation.hpp"
#include "perjoule/quality/unicode.hpp"

using namespace perjoule;

namespace {

/// Joins the tokens of a text with one blank between them.
std::string tokens(std::string (*tokenize)(std::string_view), std::string_view text) {
  const std::string spaced = tokenize(text);
  std::string joined;
  for (const std::string_view word : detail::words_of(spaced)) {
    if (!joined.empty()) joined += ' ';
    joined += word;
  }
  return joined;
}
std::string zh(std::string_view text) { return tokens(tokenize_zh, text); }
std::string intl(std::string_view text) { return tokens(tokenize_intl, text); }

Quality judged(const BleuOptions& options, std::string_view output, std::string_view reference) {
  Bleu metric(options);
  for (int i = 0; i < 3; ++i) metric.add(output, reference);
  return metric.result();
}

}  // namespace

TEST_CASE("Chinese characters are tokens of their own", "[quality][bleu][tokenize]") {
  CHECK(zh("\u4E00\u4E8C\u4E09abc 12\u4E2A") == "\u4E00 \u4E8C \u4E09 abc 12 \u4E2A");
  CHECK(zh("\u662F\uFF0C\u3002") == "\u662F \uFF0C \u3002");
  CHECK(zh("BLEU, 3.5-4") == "BLEU , 3.5 - 4");
  // The end of a text is nothing that is not a digit: the full stop stays.
  CHECK(zh("in 1999.") == "in 1999.");
  CHECK(zh("so.") == "so .");
}

TEST_CASE("Chinese is what sacrebleu takes for it", "[quality][bleu][tokenize]") {
  // Two ranges have four digits for five: quotation marks are Chinese, and these ideographs not.
  CHECK(zh("\u201Cso\u201D") == "\u201C so \u201D");
  CHECK(zh("\U00020000\U00020001") == "\U00020000\U00020001");
  CHECK(detail::is_chinese_character(0x2001));
  CHECK_FALSE(detail::is_chinese_character(0x2000));
  CHECK(detail::is_chinese_character(0x2A6D));
  CHECK_FALSE(detail::is_chinese_character(0x2A6E));
  CHECK_FALSE(detail::is_chinese_character(0xFA2E));
  CHECK_FALSE(detail::is_chinese_character(0x9FBC));
}

TEST_CASE("signs of all scripts are tokens, except between digits", "[quality][bleu][tokenize]") {
  CHECK(intl("so, \u00ABno\u00BB\u2026 5\u20AC") == "so , \u00AB no \u00BB \u2026 5 \u20AC");
  CHECK(intl("1,000.5 1\u20132") == "1,000.5 1\u20132");
  CHECK(intl("a-b it's") == "a - b it ' s");
  CHECK(intl("\u0663\u066B\u0665 \u061F") == "\u0663\u066B\u0665 \u061F");  // digits of Arabic
  CHECK(intl("1 + 2 = 3") == "1 + 2 = 3");
  CHECK(intl("1+2=3") == "1 + 2 = 3");
  // At the end of a text, and at its beginning, a sign beside a digit stays.
  CHECK(intl("in 1999.") == "in 1999.");
  CHECK(intl("in 1999.  \n") == "in 1999.");
  CHECK(intl("\"5") == "\"5");
  CHECK(intl("").empty());
}

TEST_CASE("letters of all scripts become small", "[quality][bleu][unicode]") {
  CHECK(detail::unicode_lower_case("ABC \u00C4\u00D8 \u0416 \u0531 \u1E9E \uFF21") ==
        "abc \u00E4\u00F8 \u0436 \u0561 \u00DF \uFF41");
  CHECK(detail::unicode_lower_case("\u0130") == "i\u0307");
  // The last sigma of a word is the final one.
  CHECK(detail::unicode_lower_case("\u039F\u0394\u039F\u03A3 \u03A3\u0391\u03A3.") ==
        "\u03BF\u03B4\u03BF\u03C2 \u03C3\u03B1\u03C2.");
  CHECK(detail::unicode_lower_case("\u03A3 A\u0301\u03A3") == "\u03C3 a\u0301\u03C2");
}

TEST_CASE("BLEU in small letters, with other tokens, is another number", "[quality][bleu]") {
  BleuOptions options;
  CHECK(judged(options, "The cat sat here", "the Cat sat here").value.value < 70.0);
  options.lower_case = true;
  const Quality lower = judged(options, "The cat sat here", "the Cat sat here");
  CHECK(agrees(lower.value.value, 100.0));
  CHECK(lower.signature == "nrefs:1|case:lc|eff:no|tok:13a|smooth:exp|as:sacrebleu-2.3.1");
  options = {};
  options.tokenizer = BleuTokenizer::zh;
  const Quality chinese =
      judged(options, "\u6211\u7231\u5317\u4EAC\u3002", "\u6211\u7231\u5317\u4EAC");
  // 4 of 5, 3 of 4, 2 of 3, 1 of 2: (4/5 x 3/4 x 2/3 x 1/2)^(1/4) = .2^(1/4).
  CHECK(chinese.value.value == Approx(66.874030497642).epsilon(1e-12));
  CHECK(mentions(chinese.signature, "tok:zh"));
  options.tokenizer = BleuTokenizer::intl;
  CHECK(agrees(judged(options, "a \u00ABb\u00BB c", "a \u00AB b \u00BB c").value.value, 100.0));
  CHECK(mentions(judged(options, "a b c d", "a b c d").signature, "tok:intl"));
}
