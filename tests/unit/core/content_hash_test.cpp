// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/content_hash.hpp"

#include <array>
#include <deque>
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

struct Span {
  int first = 0;
  int last = 0;
};

struct Padded {
  char kind = 'a';
  int value = 0;
};

/// A matrix whose rows lie apart, as a slice of a larger one.
struct Slice {
  const float* first;
  int rows;
  int stride;
};

std::vector<float> content_bytes(const Slice& slice) {
  std::vector<float> content;
  for (int i = 0; i < slice.rows; ++i) content.push_back(slice.first[i * slice.stride]);
  return content;
}

/// Tells its content, which has padding itself.
struct Vague {
  int value;
};

[[maybe_unused]] std::vector<Padded> content_bytes(const Vague&) { return {}; }

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
  CHECK(hash_of<Span>({{1, 2}, {3, 4}}) == hash_of<Span>({{1, 2}, {3, 4}}));
  CHECK(hash_of<Span>({{1, 2}}) != hash_of<Span>({{1, 3}}));
  CHECK(hash_of<int>({}) != "");
}

TEST_CASE("a digest is that of a value, or of the elements of a range", "[core]") {
  using detail::digest_of;
  CHECK(digest_of(1) != digest_of(2));
  CHECK(digest_of(std::string("ab")) == digest_of(std::string_view("ab")));
  CHECK(digest_of(std::deque<int>{1, 2}) == digest_of(std::deque<int>{1, 2}));
  CHECK(digest_of(std::deque<int>{1, 2}) != digest_of(std::deque<int>{2, 1}));
  CHECK(digest_of(std::vector<bool>{true, false}) != digest_of(std::vector<bool>{true, true}));
  CHECK_FALSE(digest_of(Padded()));
  CHECK_FALSE(digest_of(Opaque{"a"}));
  CHECK_FALSE(digest_of(std::vector<const char*>{"a"}));
  CHECK_FALSE(digest_of(std::deque<Padded>(1)));
}

TEST_CASE("what is more than its bytes has no hash", "[core]") {
  CHECK(hash_of<Opaque>({{"a"}}).empty());
  CHECK(hash_of<Padded>({{'a', 1}}).empty());
  CHECK(hash_of<long double>({1.0L}).empty());
  CHECK(ContentHash().hex().empty());
}

TEST_CASE("a type tells its content", "[core]") {
  using detail::digest_of;
  const float numbers[] = {1.0F, 2.0F, 3.0F, 4.0F};
  const float dense[] = {1.0F, 3.0F};
  const Slice apart{numbers, 2, 2};
  const Slice together{dense, 2, 1};
  CHECK(digest_of(apart) == digest_of(together));
  CHECK(digest_of(apart) != digest_of(Slice{numbers, 2, 1}));
  CHECK(digest_of(std::vector<Slice>{apart}) == digest_of(std::vector<Slice>{together}));
  CHECK(digest_of(std::vector<Slice>{apart}) != digest_of(std::vector<Slice>{apart, apart}));
  CHECK(hash_of<Slice>({apart, {numbers, 1, 1}}) != hash_of<Slice>({{numbers, 1, 1}, apart}));
  CHECK(hash_of<Slice>({apart}) == hash_of<Slice>({together}));
  CHECK(hash_of<Vague>({{1}}).empty());
}
