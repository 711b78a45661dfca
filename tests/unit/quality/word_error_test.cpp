// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/error_rate.hpp"

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/stats/random.hpp"

using perjoule::character_error_rate;
using perjoule::ErrorRate;
using perjoule::Quality;
using perjoule::Random;
using perjoule::TextUnit;
using perjoule::word_error_rate;

namespace {

using Texts = std::vector<std::string>;

Quality of(TextUnit unit, const Texts& references, const Texts& outputs) {
  ErrorRate metric(unit);
  for (std::size_t i = 0; i < references.size(); ++i) metric.add(outputs[i], references[i]);
  return metric.result();
}

double wer(const Texts& references, const Texts& outputs) {
  return of(TextUnit::word, references, outputs).value.value;
}

double cer(const Texts& references, const Texts& outputs) {
  return of(TextUnit::character, references, outputs).value.value;
}

template <class Token>
std::size_t table_distance(const std::vector<Token>& from, const std::vector<Token>& to) {
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row.back();
}

std::vector<std::string> split(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

std::string message_of(const std::string& output, const std::string& reference) {
  ErrorRate metric;
  metric.add("fine", "fine");
  try {
    metric.add(output, reference);
  } catch (const perjoule::Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

TEST_CASE("word error rates are those that jiwer documents", "[quality][wer]") {
  // jiwer 4.0, its own tests of wer().
  CHECK(wer({"hello world"}, {"hello duck"}) == 0.5);
  CHECK(wer({"a"}, {"b c d"}) == 3.0);
  CHECK(wer({"X"}, {"X X Y Y"}) == 3.0);
  CHECK(wer({"X"}, {"X"}) == 0.0);
  CHECK(wer({"X Y"}, {""}) == 1.0);
}

TEST_CASE("a corpus pools edits over words, and is no mean of rates", "[quality][wer]") {
  // 1 edit of 1 word and 0 of 3: 1/4, where the mean of the rates is 1/2.
  CHECK(wer({"a", "b c d"}, {"x", "b c d"}) == 0.25);
}

TEST_CASE("an empty reference adds what was said, and no words", "[quality][wer]") {
  // Three insertions and five words.
  CHECK(wer({"a b", "", "c d", "e"}, {"a b", "c d e", "c d", "e"}) == 0.6);
}

TEST_CASE("where all references are empty, the insertions are counted", "[quality][wer]") {
  const Quality quality = of(TextUnit::word, {"", " "}, {"one two", "three"});
  CHECK(quality.value.value == 3.0);
  CHECK(quality.value.random == 0.0);
  CHECK(std::string(quality.unit).empty());
  CHECK(quality.value_interval.method == perjoule::IntervalMethod::exact);
  CHECK(quality.signature ==
        "insertions|unit:word|split:python-white-space|case:mixed|as:jiwer-4.0");
  CHECK_FALSE(quality.skill.is_known());
  CHECK(std::string(quality.why_no_skill).find("empty") != std::string::npos);
  CHECK(of(TextUnit::character, {""}, {""}).value.value == 0.0);
}

TEST_CASE("skill of a word error rate is 1 without errors and 0 in silence", "[quality][wer]") {
  const Texts references = {"a b c", "d e"};
  const Quality perfect = of(TextUnit::word, references, references);
  CHECK(perfect.skill.value == 1.0);
  CHECK(perfect.value.random > 0.0);
  CHECK_FALSE(perfect.higher_is_better);
  CHECK(of(TextUnit::word, references, {"", ""}).skill.value == 0.0);
  CHECK(of(TextUnit::word, references, {"x x x x x x x", "y y y"}).skill.value < 0.0);
}

TEST_CASE("the signature says what changes the rate", "[quality][wer]") {
  const Quality words = of(TextUnit::word, {"a"}, {"a"});
  CHECK(words.metric == "WER");
  CHECK(words.signature == "unit:word|split:python-white-space|case:mixed|as:jiwer-4.0");
  CHECK(std::string(words.unit) == "%");
  CHECK(std::string(words.formula.columns) == "edits,words");
  const Quality characters = of(TextUnit::character, {"a"}, {"a"});
  CHECK(characters.metric == "CER");
  CHECK(characters.signature == "unit:code-point|strip:python-white-space|case:mixed|as:jiwer-4.0");
}

TEST_CASE("characters are code points, and blanks count between words only", "[quality][cer]") {
  CHECK(cer({"\xC3\xA9t\xC3\xA9"}, {"ete"}) == Approx(2.0 / 3.0));  // ete with two accents
  CHECK(cer({"a b"}, {" ab\n"}) == Approx(1.0 / 3.0));
  CHECK(cer({"\xF0\x9F\x98\x80"}, {"\xF0\x9F\x98\x81"}) == 1.0);  // two faces, one code point each
}

TEST_CASE("words end at each white space that Python knows", "[quality][wer]") {
  // Python 3.11: "a\u00a0b\u3000c\u2028d\x1ce\x85f\u1680g\tx".split() has eight words;
  // U+200B, which has no width, is not white space there.
  const std::string text =
      "a\xC2\xA0"
      "b\xE3\x80\x80"
      "c\xE2\x80\xA8"
      "d\x1C"
      "e\xC2\x85"
      "f\xE1\x9A\x80"
      "g\tx";
  CHECK(wer({text}, {"a b c d e f g x"}) == 0.0);
  CHECK(wer({"a\xE2\x80\x8B"
             "b"},
            {"a b"}) == 2.0);
}

TEST_CASE("rates are those of a whole table, for a thousand random corpora",
          "[quality][wer][long]") {
  Random random(11);
  for (int i = 0; i < 1000; ++i) {
    Texts references;
    Texts outputs;
    double edits = 0.0;
    double words = 0.0;
    double character_edits = 0.0;
    double characters = 0.0;
    for (std::size_t item = 0; item < 3; ++item) {
      std::string sides[2];
      for (std::string& side : sides) {
        for (std::uint64_t word = random.below(90); word != 0; --word) {
          if (!side.empty()) side += ' ';
          side += std::string(1 + random.below(9), static_cast<char>('a' + random.below(3)));
        }
      }
      sides[0] = "first " + sides[0];
      references.push_back(sides[0]);
      outputs.push_back(sides[1]);
      edits += static_cast<double>(table_distance(split(sides[0]), split(sides[1])));
      words += static_cast<double>(split(sides[0]).size());
      if (i % 20 == 0) {
        while (sides[0].back() == ' ') sides[0].pop_back();
        character_edits += static_cast<double>(
            table_distance(std::vector<char>(sides[0].begin(), sides[0].end()),
                           std::vector<char>(sides[1].begin(), sides[1].end())));
        characters += static_cast<double>(sides[0].size());
      }
    }
    ErrorRate metric;
    for (std::size_t item = 0; item < 3; ++item) metric.add(outputs[item], references[item]);
    const perjoule::View<double> rows = metric.per_item();
    REQUIRE(perjoule::detail::error_rate_of(rows) == Approx(edits / words).epsilon(1e-12));
    if (i % 20 == 0) {
      ErrorRate by_character(TextUnit::character);
      for (std::size_t item = 0; item < 3; ++item)
        by_character.add(outputs[item], references[item]);
      REQUIRE(perjoule::detail::error_rate_of(by_character.per_item()) ==
              Approx(character_edits / characters).epsilon(1e-12));
    }
  }
}

TEST_CASE("character error rates are those of a whole table, for a thousand random corpora",
          "[quality][cer]") {
  Random random(12);
  const auto text_of = [&](std::size_t most) {
    std::string text(1 + random.below(most), 'a');
    for (char& letter : text) letter = static_cast<char>('a' + random.below(4));
    return text;
  };
  for (int i = 0; i < 1000; ++i) {
    ErrorRate metric(TextUnit::character);
    double edits = 0.0;
    double characters = 0.0;
    for (int item = 0; item < 3; ++item) {
      const std::string reference = text_of(80);
      const std::string output = text_of(80);
      metric.add(output, reference);
      edits +=
          static_cast<double>(table_distance(std::vector<char>(reference.begin(), reference.end()),
                                             std::vector<char>(output.begin(), output.end())));
      characters += static_cast<double>(reference.size());
    }
    REQUIRE(perjoule::detail::error_rate_of(metric.per_item()) ==
            Approx(edits / characters).epsilon(1e-12));
  }
}

TEST_CASE("a metric of words takes its references from the caller", "[quality][wer]") {
  const Texts references = {"a b", "c d"};
  auto words = word_error_rate(references);
  auto characters = character_error_rate(references, perjoule::PerItem::drop);
  for (std::size_t i = 0; i < 2; ++i) {
    words.add(i, "a b");
    characters.add(i, std::string("a b"));
  }
  CHECK(words.result().value.value == 0.5);
  CHECK(characters.result().value.value == Approx(2.0 / 6.0));
  CHECK(words.per_item().size() == 4U);
  CHECK(characters.per_item().size() == 0U);
}

TEST_CASE("a rate that differs between items has an interval about it", "[quality][wer]") {
  Texts references;
  Texts outputs;
  for (int i = 0; i < 40; ++i) {
    references.push_back("a b c d");
    outputs.push_back(i % 4 == 0 ? "a x c d" : "a b c d");
  }
  const Quality quality = of(TextUnit::word, references, outputs);
  // 10 edits of 160 words; an item's rate is 0 or 1/4, so u = 1/4 sqrt(.25 .75/40) = .0171.
  CHECK(quality.value.value == 0.0625);
  CHECK(quality.value.random == Approx(0.0171).epsilon(0.06));
  CHECK(quality.value_interval.low < 0.0625);
  CHECK(quality.value_interval.high > 0.0625);
}

TEST_CASE("many items are added up before they are drawn, and are as uncertain", "[quality][wer]") {
  // As above, with 20,001 items: u = 1/4 sqrt(.25 .75/20001) = .000765, whatever their order.
  Random random(3);
  for (const bool in_turn : {true, false}) {
    ErrorRate metric;
    double wrong = 0.0;
    for (int i = 0; i < 20001; ++i) {
      const bool is_wrong = in_turn ? i % 4 == 0 : random.below(4) == 0;
      wrong += is_wrong ? 1.0 : 0.0;
      metric.add(is_wrong ? "a x c d" : "a b c d", "a b c d");
    }
    const Quality quality = metric.result();
    CAPTURE(in_turn);
    CHECK(quality.value.value == Approx(wrong / 80004.0).epsilon(1e-12));
    CHECK(quality.value.random == Approx(0.000765).epsilon(0.1));
    CHECK(quality.value_interval.high - quality.value_interval.low ==
          Approx(2.0 * 1.96 * 0.000765).epsilon(0.1));
  }
}

TEST_CASE("a text that is no UTF-8 is refused by item", "[quality][wer][error]") {
  CHECK(message_of("a \xFF", "a").find("the output of item 1, at byte 2") != std::string::npos);
  CHECK(message_of("a", "\xC3").find("the reference of item 1, at byte 0") != std::string::npos);
  CHECK_THROWS_AS(ErrorRate().result(), perjoule::Error);
  const Texts none;
  CHECK_THROWS_AS(word_error_rate(none), perjoule::Error);
}

TEST_CASE("texts go through a normaliser before they are compared", "[quality][wer][cer]") {
  const perjoule::TextNormalizer lower = {"ascii-lower", [](std::string_view text) {
                                            std::string small(text);
                                            for (char& c : small) {
                                              if (c >= 'A' && c <= 'Z')
                                                c = static_cast<char>(c + 32);
                                            }
                                            return small;
                                          }};
  const Texts references = {"Hello World", "a B c", "one two"};
  const Texts outputs = {"hello world", "A b", "one three"};
  auto metric = word_error_rate(references, lower);
  auto characters = character_error_rate(references, lower, perjoule::PerItem::drop);
  for (std::size_t i = 0; i < 3; ++i) {
    metric.add(i, outputs[i]);
    characters.add(i, outputs[i]);
  }
  // c is deleted, and two is replaced: 2 of 7 words. Without it, 5 more are wrong.
  const Quality quality = metric.result();
  CHECK(agrees(quality.value.value, 2.0 / 7.0));
  CHECK(quality.signature == "unit:word|split:python-white-space|normal:ascii-lower|as:jiwer-4.0");
  CHECK(agrees(wer(references, outputs), 6.0 / 7.0));
  // A blank and c are deleted; "two" to "three" takes four edits: 6 of 11 + 5 + 7 characters.
  CHECK(agrees(characters.result().value.value, 6.0 / 23.0));
  CHECK(mentions(characters.result().signature, "normal:ascii-lower"));
  CHECK(characters.per_item().empty());
}

TEST_CASE("a normaliser has a name and returns UTF-8", "[quality][wer]") {
  const auto same = [](std::string_view text) { return std::string(text); };
  const auto complaint_of = [](const perjoule::TextNormalizer& normalizer) {
    return complaint([&] {
      ErrorRate metric(TextUnit::word, perjoule::PerItem::keep, normalizer);
      metric.add("a", "b");
    });
  };
  CHECK(mentions(complaint_of({"", same}), "it has no name"));
  CHECK(mentions(complaint_of({"lower", nullptr}), "a function and a name"));
  CHECK(mentions(complaint_of({"a|b", same}), "a|b"));
  CHECK(mentions(complaint_of({"bytes", [](std::string_view) { return std::string("\xFF"); }}),
                 "the normalised output of item 0"));
}
