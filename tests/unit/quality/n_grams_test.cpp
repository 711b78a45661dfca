// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/text_tokens.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "catch.hpp"
#include "perjoule/stats/random.hpp"

using perjoule::Random;
using perjoule::detail::n_gram_count;
using perjoule::detail::NGrams;

namespace {

using Tokens = std::vector<std::uint32_t>;
using Counts = std::map<Tokens, int>;

Counts counts_of(const Tokens& tokens, std::size_t order) {
  Counts counts;
  for (std::size_t i = 0; i + order <= tokens.size(); ++i) {
    const auto first = tokens.begin() + static_cast<std::ptrdiff_t>(i);
    ++counts[Tokens(first, first + static_cast<std::ptrdiff_t>(order))];
  }
  return counts;
}

int matches(const Counts& own, const Counts& other) {
  int sum = 0;
  for (const auto& [gram, count] : own) {
    const auto found = other.find(gram);
    if (found != other.end()) sum += std::min(count, found->second);
  }
  return sum;
}

Tokens random_tokens(Random& random, std::uint64_t longest, std::uint64_t alphabet) {
  Tokens tokens(random.below(longest + 1));
  for (auto& token : tokens) token = static_cast<std::uint32_t>(random.below(alphabet));
  return tokens;
}

}  // namespace

TEST_CASE("a sequence has one n-gram fewer for each token more in it", "[quality][n_grams]") {
  CHECK(n_gram_count(5, 1) == 5U);
  CHECK(n_gram_count(5, 5) == 1U);
  CHECK(n_gram_count(5, 6) == 0U);
  CHECK(n_gram_count(0, 1) == 0U);
}

TEST_CASE("an n-gram counts as often as both have it", "[quality][n_grams]") {
  // The example of Papineni et al. 2002: "the the the the the the the" compared with "the cat is on
  // the mat" has 2 matches of 7, and compared with "there is a cat on the mat" 1.
  NGrams n_grams(Tokens{1, 1, 1, 1, 1, 1, 1}, 2);
  double found[2] = {};
  n_grams.match(Tokens{6, 3, 7, 2, 4, 1, 5}, found);
  CHECK(found[0] == 1.0);
  n_grams.match(Tokens{1, 2, 3, 4, 1, 5}, found);
  CHECK(found[0] == 2.0);
  CHECK(found[1] == 0.0);
  n_grams.reset_matches();
  n_grams.match(Tokens{1, 2, 3, 4, 1, 5}, found);
  CHECK(found[0] == 4.0);
}

TEST_CASE("matches are those of maps of whole n-grams, for two thousand random texts",
          "[quality][n_grams][long]") {
  Random random(5);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t alphabet = i % 3 == 0 ? 2 : i % 3 == 1 ? 12 : 0x110000;
    const std::size_t order = 1 + random.below(6);
    const Tokens own = random_tokens(random, 50, alphabet);
    NGrams n_grams(own, order);
    std::vector<double> together(order);
    std::vector<Counts> most(order);
    for (int other = 0; other < 3; ++other) {
      Tokens text = random_tokens(random, 50, alphabet);
      if (other == 1) text.insert(text.end(), own.begin(), own.end());
      n_grams.match(text, together.data());
      std::vector<double> alone(order);
      NGrams(own, order).match(text, alone.data());
      for (std::size_t n = 0; n < order; ++n) {
        const Counts counts = counts_of(text, n + 1);
        REQUIRE(alone[n] == matches(counts_of(own, n + 1), counts));
        for (const auto& [gram, count] : counts) {
          int& here = most[n][gram];
          here = std::max(here, count);
        }
        REQUIRE(together[n] == matches(counts_of(own, n + 1), most[n]));
      }
    }
  }
}
