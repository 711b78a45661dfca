// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>  // for std::data and std::size: <iterator> brings streams and locales with it

#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// Range with std::data and std::size and contiguous elements, such as a vector, an array or a
/// span. Not vector<bool>, whose elements have no address.
template <class Range>
concept ContiguousRange = requires(const Range& range, std::size_t& size) {
  *std::data(range);
  size = std::size(range);
};

/// Borrowed view of contiguous values in a vector, an array or a std::span. It is the read-only
/// half of std::span without the concepts of `<ranges>`, which a compiler would evaluate for each
/// call that takes a view. Three such calls in a file cost g++ 12 as much as 15 % of a program with
/// Google Benchmark (clang 14: 10 %), and with this class 4 % (2 %).
template <class T>
class View {
 public:
  using value_type = T;

  constexpr View() noexcept = default;
  constexpr View(const T* first, std::size_t size) noexcept : first_(first), size_(size) {}
  template <class Range>
  requires requires(const Range& range, const T*& first) { first = std::data(range); }
  constexpr View(const Range& range) noexcept : View(std::data(range), std::size(range)) {}

  [[nodiscard]] constexpr const T* data() const noexcept { return first_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] constexpr const T* begin() const noexcept { return first_; }
  [[nodiscard]] constexpr const T* end() const noexcept { return first_ + size_; }
  [[nodiscard]] constexpr const T& operator[](std::size_t i) const noexcept { return first_[i]; }

 private:
  const T* first_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace perjoule::inline v0
