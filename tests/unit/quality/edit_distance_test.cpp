// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/error_rate.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/stats/random.hpp"

using perjoule::edit_distance;
using perjoule::Edits;
using perjoule::edits;
using perjoule::Random;

namespace {

using Tokens = std::vector<std::uint32_t>;

Tokens letters(const std::string& text) { return {text.begin(), text.end()}; }

/// Computes the whole textbook table, cell by cell.
class DistanceTable {
 public:
  DistanceTable(const Tokens& from, const Tokens& to)
      : from_(from), to_(to), cells_((from.size() + 1) * (to.size() + 1)) {
    for (std::size_t i = 0; i <= from.size(); ++i) {
      for (std::size_t j = 0; j <= to.size(); ++j) {
        if (i == 0 || j == 0) {
          at(i, j) = i + j;
        } else {
          at(i, j) = std::min({at(i - 1, j) + 1, at(i, j - 1) + 1,
                               at(i - 1, j - 1) + (from[i - 1] == to[j - 1] ? 0U : 1U)});
        }
      }
    }
  }

  std::size_t distance() { return at(from_.size(), to_.size()); }

  /// The documented rule, written independently: equal, else delete, else substitute, else insert.
  Edits path() {
    Edits found;
    std::size_t i = from_.size();
    std::size_t j = to_.size();
    while (i > 0 || j > 0) {
      const std::size_t here = at(i, j);
      if (i > 0 && j > 0 && from_[i - 1] == to_[j - 1]) {
        --i;
        --j;
      } else if (i > 0 && at(i - 1, j) + 1 == here) {
        ++found.deletions;
        --i;
      } else if (i > 0 && j > 0 && at(i - 1, j - 1) + 1 == here) {
        ++found.substitutions;
        --i;
        --j;
      } else {
        ++found.insertions;
        --j;
      }
    }
    return found;
  }

 private:
  std::size_t& at(std::size_t i, std::size_t j) { return cells_[i * (to_.size() + 1) + j]; }

  Tokens from_;
  Tokens to_;
  std::vector<std::size_t> cells_;
};

Tokens random_tokens(Random& random, std::size_t longest, std::uint64_t alphabet) {
  Tokens tokens(random.below(longest + 1));
  // Far apart, since token numbers need not be dense.
  for (auto& token : tokens) token = static_cast<std::uint32_t>(random.below(alphabet) * 99991U);
  return tokens;
}

}  // namespace

TEST_CASE("the distances of the textbook are found", "[quality][edit_distance]") {
  // Worked by hand: k > s, e > i and a g more; a and t less, n > r.
  CHECK(edit_distance(letters("kitten"), letters("sitting")) == 3U);
  CHECK(edit_distance(letters("saturday"), letters("sunday")) == 3U);
  CHECK(edit_distance(letters(""), letters("")) == 0U);
  CHECK(edit_distance(letters(""), letters("abc")) == 3U);
  CHECK(edit_distance(letters("abc"), letters("")) == 3U);
  CHECK(edit_distance(letters("abc"), letters("abc")) == 0U);
}

TEST_CASE("a distance is right on both sides of each block of 64", "[quality][edit_distance]") {
  for (const std::size_t size : {63U, 64U, 65U, 127U, 128U, 129U, 640U}) {
    const Tokens same(size, 7U);
    Tokens shorter = same;
    shorter.pop_back();
    Tokens other = same;
    other.back() = 8U;
    other.front() = 8U;
    CAPTURE(size);
    CHECK(edit_distance(same, same) == 0U);
    CHECK(edit_distance(same, shorter) == 1U);
    CHECK(edit_distance(shorter, same) == 1U);
    CHECK(edit_distance(same, other) == 2U);
    CHECK(edit_distance(same, Tokens(size, 9U)) == size);
  }
}

TEST_CASE("distance and edits are those of the whole table, for two thousand random pairs",
          "[quality][edit_distance]") {
  Random random(7);
  for (int i = 0; i < 2000; ++i) {
    const std::uint64_t alphabet = 1 + random.below(i % 2 == 0 ? 4 : 60);
    const Tokens from = random_tokens(random, i % 10 == 0 ? 260 : 40, alphabet);
    Tokens to = random_tokens(random, i % 10 == 0 ? 260 : 40, alphabet);
    if (i % 3 == 0) {  // similar, with a few changes
      to = from;
      for (std::uint64_t change = random.below(6); change != 0 && !to.empty(); --change) {
        const auto place = static_cast<std::ptrdiff_t>(random.below(to.size()));
        if (change % 2 == 0) {
          to.erase(to.begin() + place);
        } else {
          to.insert(to.begin() + place, 3U);
        }
      }
    }
    DistanceTable table(from, to);
    const Edits expected = table.path();
    const Edits found = edits(from, to);
    CAPTURE(i, from.size(), to.size());
    REQUIRE(edit_distance(from, to) == table.distance());
    REQUIRE(found.substitutions + found.deletions + found.insertions == table.distance());
    REQUIRE(found.substitutions == expected.substitutions);
    REQUIRE(found.deletions == expected.deletions);
    REQUIRE(found.insertions == expected.insertions);
  }
}

TEST_CASE("of ways that are equally short, the end is deleted first", "[quality][edit_distance]") {
  // "a b" to "b c": substitute both, or delete a and insert c. Walked from the end, the last b is
  // no c; deleting it leaves "a" to "b c", 2 more, so it is not on a shortest way, and substituting
  // is.
  const Edits both = edits(letters("ab"), letters("bc"));
  CHECK(both.substitutions == 2U);
  CHECK(both.deletions == 0U);
  // "a b c" to "x": the end is deleted twice, then a is substituted.
  const Edits shorter = edits(letters("abc"), letters("x"));
  CHECK(shorter.deletions == 2U);
  CHECK(shorter.substitutions == 1U);
  const Edits longer = edits(letters("x"), letters("abc"));
  CHECK(longer.insertions == 2U);
  CHECK(longer.substitutions == 1U);
}
