// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/content_hash.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "catch.hpp"

using namespace perjoule;
using detail::ContentHash;

namespace {

template <class T>
std::string hash_of(const std::vector<T>& values) {
  ContentHash hash;
  detail::add_content(hash, View<T>(values));
  return hash.hex();
}

struct Opaque {
  const char* pointer;
};

}  // namespace

TEST_CASE("hashes are those of FNV-1a", "[core]") {
  // Test vectors of the algorithm's authors, http://www.isthe.com/chongo/src/fnv/test_fnv.c.
  CHECK(detail::fnv1a_hex("") == "cbf29ce484222325");
  CHECK(detail::fnv1a_hex("a") == "af63dc4c8601ec8c");
  CHECK(detail::fnv1a_hex("foobar") == "85944171f73967e8");
}

TEST_CASE("equal contents have equal hashes, wherever they lie", "[core]") {
  CHECK(hash_of<std::string>({"a", "bc"}) == hash_of<std::string>({"a", "bc"}));
  CHECK(hash_of<std::string>({"a", "bc"}) == hash_of<std::string_view>({"a", "bc"}));
  CHECK(hash_of<std::string>({"a", "bc"}) != hash_of<std::string>({"ab", "c"}));
  CHECK(hash_of<int>({1, 2}) != hash_of<int>({2, 1}));
  CHECK(hash_of<std::vector<float>>({{1.0F}, {2.0F, 3.0F}}) !=
        hash_of<std::vector<float>>({{1.0F, 2.0F}, {3.0F}}));
  CHECK(hash_of<std::array<int, 2>>({{1, 2}}) == hash_of<std::array<int, 2>>({{1, 2}}));
  CHECK(hash_of<int>({}) != "");
}

TEST_CASE("what is more than its bytes has no hash", "[core]") {
  CHECK(hash_of<Opaque>({{"a"}}).empty());
  CHECK(hash_of<long double>({1.0L}).empty());
  CHECK(ContentHash().hex().empty());
}
