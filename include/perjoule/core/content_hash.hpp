// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0::detail {

/// Hash of a sequence of values, which is the same in each run and on each machine of one byte
/// order. It tells what changed, and is no proof against forgery.
/// @source FNV-1a, 64 bits
class ContentHash {
 public:
  /// @param bytes  length of the content
  void add(const void* content, std::size_t bytes) noexcept;

  /// Returns the hash in hexadecimal digits; empty if nothing was added.
  [[nodiscard]] std::string hex() const;

 private:
  std::uint64_t hash_ = 0xCBF2'9CE4'8422'2325U;
  bool is_empty_ = true;
};

/// Returns the hash of a text in hexadecimal digits.
[[nodiscard]] std::string fnv1a_hex(std::string_view content);

/// Tells whether a value is its bytes: a number, or a contiguous range of such values. What else
/// there is has padding or pointers, which differ from run to run.
template <class T>
[[nodiscard]] constexpr bool has_content() noexcept {
  if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    return !std::is_same_v<T, long double>;
  } else if constexpr (ContiguousRange<T>) {
    return has_content<std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>>();
  } else {
    return false;
  }
}

/// Adds some values, and how many there are; nothing for those that are not their bytes.
/// @param hash  a ContentHash or a Sha256
template <class Hash, class T>
void add_content(Hash& hash, View<T> values) {
  if constexpr (has_content<T>()) {
    const std::uint64_t size = values.size();
    hash.add(&size, sizeof size);
    if constexpr (ContiguousRange<T>) {
      for (const T& value : values) {
        using Element = std::remove_cvref_t<decltype(*std::data(value))>;
        add_content(hash, View<Element>(std::data(value), std::size(value)));
      }
    } else {
      hash.add(values.data(), values.size() * sizeof(T));
    }
  }
}

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/content_hash-inl.hpp"
#endif
