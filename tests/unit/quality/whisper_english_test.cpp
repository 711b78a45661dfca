// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/whisper_english.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"

// Expected texts are those of OpenAI's Python, whisper/normalizers/english.py, with an empty list
// of spellings, under Python 3.11.

namespace {

std::string normal(std::string_view text) {
  return perjoule::whisper_english_without_spelling().apply(text);
}

}  // namespace

TEST_CASE("words are written in small letters, without brackets, pauses, signs and accents",
          "[quality][whisper]") {
  CHECK(normal("Hello, World!") == "hello world");
  CHECK(normal("so [laughter] he (quietly) said <unk> it") == "so he said it");
  CHECK(normal("a <b] c") == "a c");
  CHECK(normal("() (a") == "a");
  CHECK(normal("Hmm, uh, I mean mm-hmm, um... yes.") == "i mean yes");
  CHECK(normal("Caf\xC3\xA9 na\xC3\xAFve \xC5\x93uvre Stra\xC3\x9F"
               "e \xC3\x85NGSTR\xC3\x96M") == "cafe naive oeuvre strasse angstrom");
  CHECK(normal("\xEF\xAC\x81ne\xE2\x84\xA2 \xE2\x80\xA6 \xC2\xBD") == "fineTM . one 2");
  CHECK(normal("e.g. the U.S.A.") == "e g the u s a");
  CHECK(normal("100% of $ 5 and 5 % of %") == "100% of 5 and 5 of ");
  CHECK(normal("A\xC2\xA0"
               "B\tC ") == "a b c");
  CHECK(normal("the colour of a color") == "the colour of a color");
}

TEST_CASE("contractions and titles are written out", "[quality][whisper]") {
  CHECK(normal("I won't, can't, isn't and ain't") == "i will not can not is not and aint");
  CHECK(normal("Let's say they're here, we've gone, I'm off") ==
        "let us say they are here we have gone i am off");
  CHECK(normal("he'd been there; who's got it; she'd go; it's been done") ==
        "he had been there who has got it she would go it has been done");
  CHECK(normal("y'all gonna wanna hafta, i'ma go") ==
        "you all going to want to hafta i am going to go");
  CHECK(normal("rock 'n' roll and it 's fine") == "rock n roll and it is fine");
  CHECK(normal("Mr. and Mrs. Smith of St. John's") == "mister and missus smith of saint john is");
  CHECK(normal("Dr Lee, Prof. Kim, Capt Jones jr") ==
        "doctor lee professor kim captain jones junior");
  CHECK(normal("ma'am, you shoulda") == "madam you should have");
}

TEST_CASE("numbers are written in digits", "[quality][whisper]") {
  CHECK(normal("twenty one") == "21");
  CHECK(normal("one hundred and five") == "105");
  CHECK(normal("two thousand and nineteen") == "2019");
  CHECK(normal("nineteen eighty four") == "1984");
  CHECK(normal("one oh one") == "101");
  CHECK(normal("double oh seven") == "007");
  CHECK(normal("triple five two") == "5552");
  CHECK(normal("three point one four") == "3.14");
  CHECK(normal("point five") == ".5");
  CHECK(normal("two and a half million") == "2500000");
  CHECK(normal("two hours and a half") == "2 hours and a half");
  CHECK(normal("one and one and a half") == "one and one.5");
  CHECK(normal("five million three hundred thousand") == "5300000");
  CHECK(normal("2.5 million") == "2500000");
  CHECK(normal("zero point five") == "0.5");
  CHECK(normal("one thousand million thousand") == "1000");
  CHECK(normal("a hundred twenty-three decillion and 1") ==
        "a 123000000000000000000000000000000000 one");
  CHECK(normal("one") == "one");
  CHECK(normal("ones and sixes in the nineteen sixties") == "ones and 6s in the 1960s");
  CHECK(normal("the first, second, third and ninth") == "the 1st 2nd 3rd and ninth");
  CHECK(normal("twenty first") == "21st");
  CHECK(normal("ten five") == "105");
  CHECK(normal("the nineth") == "the 9th");
  CHECK(normal("the 21 st of the 1960 s") == "the 21 saint of the 1960s");
  CHECK(normal("a1b2") == "a one b 2");
  CHECK(normal("1,000,000 and 1,2,3") == "1000000 and 12 3");
  CHECK(normal("minus five and negative") == "-5 and negative");
  CHECK(normal("007 and 5.0 and 1.50") == "7 and 5 and one.50");
  CHECK(normal("192.168.1.1") == "192.168 one one");
  CHECK(normal("double trouble") == "double trouble");
  CHECK(normal("one point hundred") == "100");
}

TEST_CASE("currencies and per cent become signs", "[quality][whisper]") {
  CHECK(normal("twenty dollars") == "$20");
  CHECK(normal("two dollars and seven cents") == "$2.07");
  CHECK(normal("\xC2\xA3"
               "20 and \xC2\xA2"
               "5") ==
        "\xC2\xA3"
        "20.05");
  CHECK(normal("five cents") ==
        "\xC2\xA2"
        "5");
  CHECK(normal("$0.05") ==
        "\xC2\xA2"
        "5");
  CHECK(normal("$0 75 and $1.5") ==
        "\xC2\xA2"
        "75 and one.5");
  CHECK(normal("three euros, four pounds and a dollar") ==
        "\xE2\x82\xAC"
        "3 \xC2\xA3"
        "4 and a dollar");
  CHECK(normal("five percent and ten per cent per year") == "5% and 10% per year");
  CHECK(normal("minus three dollars") == "$3");
  CHECK(normal("$5.") == "$5");
  CHECK(normal("cents per dollar") == "cents per dollar");
  CHECK(normal("fifty dollars point five") == "$50 .5");
}

TEST_CASE("Whisper's normaliser stands in the signature without its spellings",
          "[quality][whisper][wer]") {
  const std::vector<std::string> references = {"It's twenty-one dollars.", "The colour is grey."};
  auto metric = perjoule::word_error_rate(references, perjoule::whisper_english_without_spelling());
  metric.add(0, "it is $21");
  metric.add(1, "the color is grey");
  const perjoule::Quality quality = metric.result();
  // One of "it is $21" and "the colour is grey", 7 words.
  CHECK(agrees(quality.value.value, 1.0 / 7.0));
  CHECK(quality.signature ==
        "unit:word|split:python-white-space|normal:whisper-english-without-spelling|as:jiwer-4.0");
}

TEST_CASE("many brackets or blanks take no longer than other texts", "[quality][whisper]") {
  // Looked through from each place, they would take minutes, and the limit of the test.
  const std::size_t many = 200'000;
  CHECK(normal(std::string(many, '<') + "a").size() == 1);
  CHECK(normal(">" + std::string(many, '<') + "a") == "a");
  CHECK(normal(std::string(many, '(') + "a").size() == 1);
  CHECK(normal("a" + std::string(many, ' ') + "b") == "a b");
  std::string zeros;
  for (std::size_t i = 0; i < many; ++i) zeros += "oh ";
  CHECK(normal(zeros) == std::string(many, '0'));
}
