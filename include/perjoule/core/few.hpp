// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <initializer_list>

#include "perjoule/core/error.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// A list with room for a few elements within its object: copied like a number, nothing allocated.
template <class T, std::size_t Room>
class Few {
 public:
  using value_type = T;

  constexpr Few() noexcept = default;
  constexpr Few(std::initializer_list<T> elements) {
    for (const T& element : elements) push_back(element);
  }

  constexpr void push_back(const T& element) {
    PERJOULE_EXPECTS(size_ < Room);
    elements_[size_++] = element;
  }
  [[nodiscard]] constexpr const T* begin() const noexcept { return elements_; }
  [[nodiscard]] constexpr const T* end() const noexcept { return elements_ + size_; }
  [[nodiscard]] constexpr T* begin() noexcept { return elements_; }
  [[nodiscard]] constexpr T* end() noexcept { return elements_ + size_; }
  [[nodiscard]] constexpr std::size_t size() const noexcept { return size_; }
  [[nodiscard]] static constexpr std::size_t capacity() noexcept { return Room; }
  [[nodiscard]] constexpr bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] constexpr const T& operator[](std::size_t i) const noexcept { return elements_[i]; }
  [[nodiscard]] constexpr T& operator[](std::size_t i) noexcept { return elements_[i]; }

 private:
  T elements_[Room] = {};
  std::size_t size_ = 0;
};

}  // namespace perjoule::inline v0
