// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/language_model.hpp"

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/stats/random.hpp"

using namespace perjoule;
using detail::Symbol;

namespace {

using Texts = std::vector<std::string>;
using Nats = std::vector<double>;

template <class References>
Quality judged(Symbol symbol, const Nats& nats, const References& texts) {
  return evaluate(TextSurprisal(symbol), nats, texts);
}

/// A code point as UTF-8.
std::string utf8_of(unsigned point) {
  const auto byte = [](unsigned value) { return static_cast<char>(value); };
  if (point < 0x80) return {byte(point)};
  if (point < 0x800) return {byte(0xC0 | point >> 6), byte(0x80 | (point & 0x3F))};
  if (point < 0x10000) {
    return {byte(0xE0 | point >> 12), byte(0x80 | (point >> 6 & 0x3F)),
            byte(0x80 | (point & 0x3F))};
  }
  return {byte(0xF0 | point >> 18), byte(0x80 | (point >> 12 & 0x3F)),
          byte(0x80 | (point >> 6 & 0x3F)), byte(0x80 | (point & 0x3F))};
}

/// Of the shares of symbols.
template <class T>
double entropy_of(const std::map<T, double>& counts) {
  double n = 0.0;
  double sum = 0.0;
  for (const auto& [symbol, count] : counts) n += count;
  for (const auto& [symbol, count] : counts) sum += count / n * std::log2(n / count);
  return sum;
}

}  // namespace

TEST_CASE("12 nats over 20 bytes are .8656170245 bits per byte", "[quality][bits_per_byte]") {
  // 12/ln 2/20, to the ten digits that are given.
  const Quality quality = judged(Symbol::byte, {5.0, 7.0}, Texts{"abcdefgh", "ijklmnopqrst"});
  CHECK(quality.value.value == Approx(0.8656170245).margin(5e-11));
  CHECK(agrees(quality.value.value, 12.0 / std::log(2.0) / 20.0));
}

TEST_CASE("perplexity is the exponential of the mean surprise of a token",
          "[quality][perplexity]") {
  // 6 nats over 2 + 1 tokens, regardless of the text they belong to. Equal texts leave no interval.
  const std::vector<std::vector<int>> tokens = {{5, 9}, {5}};
  CHECK(agrees(judged(Symbol::token, {4.0, 2.0}, tokens).value.value, std::exp(2.0)));
  CHECK(
      agrees(judged(Symbol::token, {5.0, 1.0}, std::vector<int>{2, 1}).value.value, std::exp(2.0)));
}

TEST_CASE("a surprise may come token by token", "[quality][perplexity]") {
  const std::vector<Nats> logs = {{std::log(0.5), std::log(0.25)}, {std::log(0.125)}};
  const std::vector<std::vector<int>> tokens = {{1, 2}, {3}};
  // 1 + 2 + 3 bits over three tokens.
  CHECK(agrees(evaluate(TextSurprisal(Symbol::token), logs, tokens).value.value, 4.0));
  CHECK(agrees(evaluate(TextSurprisal(Symbol::byte), logs, Texts{"ab", "c"}).value.value, 2.0));
}

TEST_CASE("who knows how frequent each symbol is and nothing else has no skill",
          "[quality][perplexity][bits_per_byte]") {
  // Shares 1/2, 1/4, 1/4 need 1.5 bits a symbol.
  const Texts texts = {"aaaa", "bbcc"};
  const double ln2 = std::log(2.0);
  const Quality bits = judged(Symbol::byte, {4.0 * 1.5 * ln2, 4.0 * 1.5 * ln2}, texts);
  CHECK(agrees(bits.value.value, 1.5));
  CHECK(agrees(bits.trivial, 1.5));
  CHECK(std::fabs(bits.skill.value) < 1e-12);
  const std::vector<std::vector<int>> tokens = {{1, 1, 1, 1}, {2, 2, 3, 3}};
  const Quality perplexed = judged(Symbol::token, {4.0 * 1.5 * ln2, 4.0 * 1.5 * ln2}, tokens);
  CHECK(agrees(perplexed.trivial, std::exp2(1.5)));
  CHECK(std::fabs(perplexed.skill.value) < 1e-12);
}

TEST_CASE("characters are code points", "[quality][bits_per_character]") {
  // An e with accent and a face: two characters, six bytes.
  const Texts texts = {"\xC3\xA9\xF0\x9F\x98\x80", "ab"};
  const Quality quality = judged(Symbol::character, {2.0, 2.0}, texts);
  CHECK(agrees(quality.value.value, 1.0 / std::log(2.0)));
  CHECK(agrees(judged(Symbol::byte, {2.0, 2.0}, texts).value.value, 0.5 / std::log(2.0)));
}

TEST_CASE("surprises are those of their definitions, for a thousand random corpora",
          "[quality][perplexity][bits_per_byte][bits_per_character]") {
  Random random(23);
  constexpr unsigned alphabet[] = {'a', 'b', ' ', 0xE9, 0x7FF, 0x800, 0x20AC, 0xFFFD, 0x1F600};
  for (int i = 0; i < 1000; ++i) {
    Texts texts;
    Nats nats;
    std::vector<std::vector<int>> tokens;
    std::map<unsigned, double> points;
    std::map<char, double> bytes;
    std::map<int, double> ids;
    double all_nats = 0.0;
    double counts[3] = {};
    for (std::uint64_t item = 2 + random.below(6); item != 0; --item) {
      std::string text;
      std::vector<int> of_text;
      for (std::uint64_t k = 1 + random.below(12); k != 0; --k) {
        const std::uint64_t place = random.below(9);
        text += utf8_of(alphabet[place]);
        ++points[alphabet[place]];
        ++counts[2];
        if (k % 2 == 1) of_text.push_back(static_cast<int>(place) - 4);
      }
      for (const char byte : text) ++bytes[byte];
      for (const int token : of_text) ++ids[token];
      counts[0] += static_cast<double>(of_text.size());
      counts[1] += static_cast<double>(text.size());
      nats.push_back(30.0 * random.uniform());
      all_nats += nats.back();
      texts.push_back(text);
      tokens.push_back(of_text);
    }
    // Only the value, without the interval over items, which takes long.
    const auto value_of = [&](Symbol symbol, const auto& references, const auto& formula) {
      return formula(seen(TextSurprisal(symbol), nats, references).per_item());
    };
    REQUIRE(agrees(value_of(Symbol::token, tokens, detail::perplexity_of),
                   std::exp(all_nats / counts[0])));
    REQUIRE(agrees(value_of(Symbol::byte, texts, detail::bits_per_symbol),
                   all_nats / std::log(2.0) / counts[1]));
    REQUIRE(agrees(value_of(Symbol::character, texts, detail::bits_per_symbol),
                   all_nats / std::log(2.0) / counts[2]));
    if (i % 50 != 0) continue;
    REQUIRE(agrees(judged(Symbol::token, nats, tokens).trivial, std::exp2(entropy_of(ids))));
    REQUIRE(agrees(judged(Symbol::byte, nats, texts).trivial, entropy_of(bytes)));
    REQUIRE(agrees(judged(Symbol::character, nats, texts).trivial, entropy_of(points)));
  }
}

TEST_CASE("surprises say what they are", "[quality][perplexity][bits_per_byte]") {
  const Quality tokens =
      judged(Symbol::token, {4.0, 2.0, 3.0}, std::vector<std::vector<int>>{{5, 9}, {5}, {7, 8}});
  CHECK(tokens.metric == "perplexity");
  CHECK(tokens.signature == "symbol:token|trivial:token-shares");
  CHECK(tokens.formula.columns == "nats,tokens");
  CHECK(tokens.perfect == 1.0);
  CHECK_FALSE(tokens.higher_is_better);
  CHECK(surrounds_value(tokens));
  const Texts texts = {"ab", "cda"};
  const Quality bytes = judged(Symbol::byte, {4.0, 2.0}, texts);
  CHECK(bytes.metric == "bits-per-byte");
  CHECK(bytes.signature == "symbol:byte|trivial:byte-shares");
  CHECK(bytes.formula.columns == "nats,bytes");
  CHECK(std::string(bytes.unit) == "bit");
  CHECK(bytes.perfect == 0.0);
  const Quality characters = judged(Symbol::character, {4.0, 2.0}, texts);
  CHECK(characters.metric == "bits-per-character");
  CHECK(characters.signature == "symbol:code-point|trivial:code-point-shares");
  CHECK(characters.formula.columns == "nats,characters");
}

TEST_CASE("numbers of tokens alone tell no trivial predictor, and a single symbol leaves no skill",
          "[quality][perplexity][bits_per_byte]") {
  const Quality counted = judged(Symbol::token, {5.0, 1.0}, std::vector<int>{2, 1});
  CHECK(counted.value.is_known());
  CHECK_FALSE(counted.skill.is_known());
  CHECK(mentions(counted.why_no_skill, "not known"));
  const Quality same = judged(Symbol::byte, {4.0, 2.0}, Texts{"aaa", "a"});
  CHECK_FALSE(same.skill.is_known());
  CHECK(mentions(same.why_no_skill, "one symbol"));
}

TEST_CASE("one long text has a value, and nothing that tells how sure it is",
          "[quality][perplexity][bits_per_byte]") {
  const Quality perplexity = judged(Symbol::token, {500'000.0}, std::vector<int>{250'000});
  CHECK(perplexity.value.value == Approx(std::exp(2.0)).epsilon(1e-12));
  CHECK(perplexity.value.is_known());
  CHECK_FALSE(perplexity.value_interval.is_known());
  CHECK_FALSE(is_finite(perplexity.value.random));
  const Quality bits = judged(Symbol::byte, {3.0 * std::log(2.0)}, Texts{"abc"});
  CHECK(bits.value.value == Approx(1.0).epsilon(1e-12));
  CHECK_FALSE(bits.value_interval.is_known());
  CHECK_FALSE(bits.skill_interval.is_known());
  CHECK(bits.skill.value == Approx(1.0 - 1.0 / std::log2(3.0)).epsilon(1e-12));
}

TEST_CASE("surprises take their texts from the caller", "[quality][perplexity][bits_per_byte]") {
  const Texts texts = {"ab", "cd"};
  const std::vector<int> counts = {1, 2};
  auto bytes = bits_per_byte(texts, PerItem::drop);
  auto characters = bits_per_character(texts);
  auto tokens = perplexity(counts);
  for (std::size_t i = 0; i < 2; ++i) {
    bytes.add(i, 3.0);
    characters.add(i, 3.0F);
    tokens.add(i, 3.0);
  }
  CHECK(agrees(bytes.result().value.value, 1.5 / std::log(2.0)));
  CHECK(agrees(characters.result().value.value, 1.5 / std::log(2.0)));
  CHECK(agrees(tokens.result().value.value, std::exp(2.0)));
  CHECK(bytes.per_item().empty());
  CHECK(tokens.per_item().size() == 4);
}

TEST_CASE("what is no surprise of a text is an error", "[quality][perplexity][bits_per_byte]") {
  const auto says = [](Symbol symbol, double nats, const std::string& text) {
    return complaint([&] { (void)judged(symbol, {nats}, Texts{text}); });
  };
  CHECK(mentions(says(Symbol::byte, -1.0, "a"), "0 or more"));
  CHECK(mentions(says(Symbol::byte, not_a_number(), "a"), "finite"));
  CHECK(mentions(says(Symbol::byte, infinite(), "a"), "finite"));
  CHECK(mentions(says(Symbol::byte, 1.0, ""), "empty text"));
  CHECK(mentions(says(Symbol::token, 1.0, "a"), "without its tokens"));
  CHECK_FALSE(says(Symbol::character, 1.0, "\xFF").empty());
  CHECK(mentions(complaint([] { (void)judged(Symbol::byte, {1.0}, std::vector<int>{3}); }),
                 "text that is not there"));
  CHECK(mentions(complaint([] { (void)TextSurprisal(Symbol::byte).result(); }), "no items"));
  const std::vector<Nats> above_one = {{0.5}};
  CHECK(mentions(
      complaint([&] { (void)evaluate(TextSurprisal(Symbol::byte), above_one, Texts{"a"}); }),
      "surprise"));
}
