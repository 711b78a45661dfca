// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/buffer.hpp"

#include <cstddef>
#include <limits>
#include <new>
#include <utility>
#include <vector>

#include "catch.hpp"

using namespace perjoule;

namespace {

std::vector<double> held(const Buffer<double>& buffer) { return {buffer.begin(), buffer.end()}; }

}  // namespace

TEST_CASE("a buffer keeps what is put in it, in order", "[core][buffer]") {
  Buffer<double> buffer;
  CHECK(buffer.empty());
  CHECK(buffer.size() == 0);
  std::vector<double> expected;
  for (int i = 0; i < 1000; ++i) {  // through several moves of its memory
    buffer.push_back(0.5 * i);
    expected.push_back(0.5 * i);
  }
  buffer.append(std::vector<double>{-1.0, -2.0});
  expected.insert(expected.end(), {-1.0, -2.0});
  CHECK(held(buffer) == expected);
  CHECK(buffer.size() == 1002);
  CHECK(buffer[1001] == -2.0);
  CHECK_FALSE(buffer.empty());
}

TEST_CASE("a buffer may be given a value of its own", "[core][buffer]") {
  Buffer<double> buffer;
  buffer.push_back(7.0);
  for (int i = 0; i < 100; ++i) buffer.push_back(buffer[0]);
  CHECK(held(buffer) == std::vector<double>(101, 7.0));
}

TEST_CASE("a buffer of a size begins with zeros", "[core][buffer]") {
  CHECK(held(Buffer<double>(3)) == std::vector<double>{0.0, 0.0, 0.0});
  CHECK(held(Buffer<double>(0)).empty());
}

TEST_CASE("a copied buffer is another one", "[core][buffer]") {
  Buffer<double> first{View<double>(std::vector<double>{1.0, 2.0})};
  Buffer<double> copy = first;
  copy[0] = 9.0;
  copy.push_back(3.0);
  CHECK(held(first) == std::vector<double>{1.0, 2.0});
  CHECK(held(copy) == std::vector<double>{9.0, 2.0, 3.0});
  first = copy;
  CHECK(held(first) == held(copy));
  first[0] = 4.0;
  CHECK(copy[0] == 9.0);
  const Buffer<double>& same = first;
  first = same;
  CHECK(held(first) == std::vector<double>{4.0, 2.0, 3.0});
}

TEST_CASE("a moved buffer takes its memory along", "[core][buffer]") {
  Buffer<double> first(2);
  const double* const memory = first.data();
  const Buffer<double> second = std::move(first);
  CHECK(second.data() == memory);
  CHECK(second.size() == 2);
}

TEST_CASE("a buffer that no memory can hold is refused as a vector would be", "[core][buffer]") {
  Buffer<double> buffer(1);
  CHECK_THROWS_AS(Buffer<double>(std::numeric_limits<std::size_t>::max() / 64), std::bad_alloc);
  CHECK(buffer[0] == 0.0);
}

TEST_CASE("the values of a buffer can be changed in place", "[core][buffer]") {
  Buffer<double> buffer(3);
  for (double& value : buffer) value = 2.5;
  CHECK(held(buffer) == std::vector<double>{2.5, 2.5, 2.5});
  CHECK(buffer.begin() + 3 == buffer.end());
  const Buffer<double>& same = buffer;
  CHECK(&same[2] == buffer.data() + 2);
}
