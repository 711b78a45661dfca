// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/answer_kind.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/question_answering.hpp"

using perjoule::AnswerKind;
using perjoule::ExactMatch;

namespace {

using Texts = std::vector<std::string>;

bool matches(AnswerKind kind, std::string_view output, std::string_view reference) {
  ExactMatch metric(kind);
  metric.add(output, reference);
  return metric.per_item()[0] > 0.0;
}

bool same_number(std::string_view output, std::string_view reference) {
  return matches(AnswerKind::number, output, reference);
}

}  // namespace

TEST_CASE("texts are equal but for white space at their ends", "[quality][exact_match]") {
  CHECK(matches(AnswerKind::text, " \t3.14\n", "3.14"));
  // U+00A0 and U+3000, which str.strip() takes off as well.
  CHECK(matches(AnswerKind::text, "\xC2\xA0yes\xE3\x80\x80", "yes"));
  CHECK_FALSE(matches(AnswerKind::text, "314", "3.14"));
  CHECK_FALSE(matches(AnswerKind::text, "-5", "5"));
  CHECK_FALSE(matches(AnswerKind::text, "Yes", "yes"));
  CHECK_FALSE(matches(AnswerKind::text, "yes.", "yes"));
  CHECK_FALSE(matches(AnswerKind::text, "a  b", "a b"));
  CHECK_FALSE(matches(AnswerKind::text, "the cat", "cat"));
  CHECK(matches(AnswerKind::text, " ", ""));
}

TEST_CASE("words take other texts for equal, and say so", "[quality][exact_match]") {
  CHECK(matches(AnswerKind::words, "314", "3.14"));
  CHECK(matches(AnswerKind::words, "-5", "5"));
}

TEST_CASE("numbers are equal by value, however they are written", "[quality][exact_match]") {
  CHECK(same_number("5.0", "5"));
  CHECK(same_number("05", "5"));
  CHECK(same_number("+5", "5"));
  CHECK(same_number(".5", "0.50"));
  CHECK(same_number("-0", "0.0"));
  CHECK(same_number("1e3", "1,000"));
  CHECK(same_number("2.5E-3", "0.0025"));
  CHECK(same_number("1e+02.", "100"));
  CHECK_FALSE(same_number("-5", "5"));
  CHECK_FALSE(same_number("5", "-5"));
  CHECK_FALSE(same_number("3.14", "314"));
  CHECK_FALSE(same_number("50", "5"));
  CHECK_FALSE(same_number("5", "0.5"));
  CHECK_FALSE(same_number("1e3", "3"));
  CHECK_FALSE(same_number("1e3", "1e-3"));
}

TEST_CASE("numbers are compared as decimals, beyond what a double tells apart",
          "[quality][exact_match]") {
  CHECK_FALSE(same_number("9007199254740993", "9007199254740992"));
  CHECK(same_number("9007199254740993.000", "9007199254740993"));
  CHECK_FALSE(same_number("0.1000000000000000000001", "0.1"));
  CHECK_FALSE(same_number("1e400", "1e401"));
  CHECK_FALSE(same_number("1e-400", "0"));
  CHECK(same_number("10e399", "1e400"));
}

TEST_CASE("a number is read as lm-evaluation-harness reads it for GSM8K",
          "[quality][exact_match]") {
  // Its regexes_to_ignore: "," and "$" and a full stop at the end.
  CHECK(same_number("$1,234.50.", "1234.5"));
  CHECK(same_number("-$5", "-5"));
  CHECK(same_number("$-5", "-5"));
  CHECK(same_number("1,2", "12"));
  // flexible-extract: the last number of the text.
  CHECK(same_number("He has 3 + 4 = 7 apples.", "7"));
  CHECK(same_number("It costs $18 ... or so.", "18"));
  CHECK(same_number("10-5", "-5"));
  CHECK(same_number("50%", "50"));
  // "#### (\-?[0-9\.\,]+)", the first one: what a model says behind its answer does not count.
  CHECK(same_number("9 * 2 = 18\n#### 18\n\nQuestion: 20 cars", "18"));
  CHECK(same_number("#### 1\n#### 2", "1"));
  CHECK(same_number("#### -1,000", "-1000"));
  // Of GSM8K's own answers: the reference as it is in the data set.
  CHECK(same_number("18",
                    "Janet sells 16 - 3 - 4 = <<16-3-4=9>>9 duck eggs a day.\n"
                    "She makes 9 * 2 = $<<9*2=18>>18 every day.\n#### 18"));
}

TEST_CASE("a number is read where lm-evaluation-harness misses it", "[quality][exact_match]") {
  CHECK(same_number("It is 18...", "18"));
  CHECK(same_number("18 $.", "18"));
  CHECK(same_number("####18", "18"));
  CHECK(same_number("so\n#### $18 is 1 answer", "18"));
  CHECK(same_number("so\n#### -$18 is 1 answer", "-18"));
  CHECK(same_number("#### Answer\n18", "18"));
  CHECK(
      same_number("\xE2\x88\x92"
                  "5",
                  "-5"));  // U+2212
  CHECK(
      same_number("-\xE2\x82\xAC"
                  "5",
                  "-5"));  // a minus before the sign of the euro
  CHECK(
      same_number("\xC2\xA3"
                  "5",
                  "5"));
  // U+2013 stands in ranges, and is no minus.
  CHECK(
      same_number("2\xE2\x80\x93"
                  "5",
                  "5"));
  CHECK_FALSE(same_number("see 1e3x", "1000"));
}

TEST_CASE("an answer without a number is wrong", "[quality][exact_match]") {
  for (const char* const output :
       {"", "no idea", "...", "$", "five", "1.2.3", "#### 1.2.3", "1e99999999999"}) {
    CAPTURE(output);
    CHECK_FALSE(same_number(output, "5"));
    CHECK_FALSE(same_number(output, "0"));
    CHECK_FALSE(same_number(output, "1.2"));
    CHECK_FALSE(same_number(output, "1.23"));
  }
}

TEST_CASE("a choice is a letter, with a bracket or a full stop or without",
          "[quality][exact_match]") {
  for (const char* const output : {"B", "b", "(B)", "B.", "B)", " B\n", "(b).", "B:"}) {
    CAPTURE(output);
    CHECK(matches(AnswerKind::choice, output, "B"));
    CHECK(matches(AnswerKind::choice, "B", output));
    CHECK_FALSE(matches(AnswerKind::choice, output, "C"));
  }
  for (const char* const output : {"", "(", ")", "()", ".", "B C", "BB", "B. Paris", "(B", "1",
                                   "The answer is B", "\xC3\x84", "[", "`", "@", "{"}) {
    CAPTURE(output);
    CHECK_FALSE(matches(AnswerKind::choice, output, "B"));
  }
}

TEST_CASE("a right answer that is not of its kind is refused by item",
          "[quality][exact_match][error]") {
  const auto complaint_of = [](AnswerKind kind, const Texts& references) {
    return complaint([&] {
      ExactMatch metric(kind);
      metric.add("1", kind == AnswerKind::choice ? "a" : "1");
      metric.add("1", references);
    });
  };
  CHECK(complaint_of(AnswerKind::number, {"4", "four"}) ==
        "perjoule: a right answer is not a number: the reference of item 1, \"four\"; correct it, "
        "or compare "
        "answers of another kind, such as AnswerKind::text");
  CHECK(mentions(complaint_of(AnswerKind::choice, {"A or B"}),
                 "a right answer is not a letter: the reference of item 1, \"A or B\""));
  CHECK(complaint_of(AnswerKind::text, {"", "four"}).empty());
  CHECK(mentions(complaint_of(AnswerKind::number, {}), "there is no reference: item 1"));
  CHECK(mentions(complaint_of(AnswerKind::number, {"1\xFF"}), "not valid UTF-8"));
}

TEST_CASE("an item that was refused leaves nothing behind", "[quality][exact_match][error]") {
  ExactMatch metric(AnswerKind::number);
  CHECK_THROWS_AS(metric.add("7", Texts({"7", "seven"})), perjoule::Error);
  metric.add("7", "8");
  CHECK(metric.items() == 1U);
  CHECK(metric.per_item()[0] == 0.0);
  CHECK(metric.result().signature ==
        "nrefs:1|answers:number|normal:gsm8k-decimal|trivial:most-frequent");
}

TEST_CASE("the signature tells kinds of answers apart", "[quality][exact_match]") {
  const Texts references = {"1", "2", "1"};
  const auto signature_of = [&](AnswerKind kind) {
    const Texts letters = {"A", "B", "A"};
    auto metric = exact_match(kind == AnswerKind::choice ? letters : references, kind);
    for (std::size_t i = 0; i < 3; ++i) metric.add(i, "1");
    return metric.result().signature;
  };
  CHECK(signature_of(AnswerKind::words) ==
        "nrefs:1|answers:words|normal:squad-1.1|trivial:most-frequent");
  CHECK(signature_of(AnswerKind::text) ==
        "nrefs:1|answers:text|normal:strip|trivial:most-frequent");
  CHECK(signature_of(AnswerKind::number) ==
        "nrefs:1|answers:number|normal:gsm8k-decimal|trivial:most-frequent");
  CHECK(signature_of(AnswerKind::choice) ==
        "nrefs:1|answers:choice|normal:letter|trivial:most-frequent");
}

TEST_CASE("the trivial answer is the most frequent one of its kind", "[quality][exact_match]") {
  // 1,000 and 1e3 are one number, and two texts.
  const Texts references = {"1,000", "1e3", "7", "8"};
  const auto trivial_of = [&](AnswerKind kind) {
    auto metric = exact_match(references, kind, perjoule::PerItem::drop);
    for (std::size_t i = 0; i < 4; ++i) metric.add(i, "7");
    CHECK(metric.per_item().empty());
    return metric.result().trivial;
  };
  CHECK(trivial_of(AnswerKind::number) == 0.5);
  CHECK(trivial_of(AnswerKind::text) == 0.25);
}
