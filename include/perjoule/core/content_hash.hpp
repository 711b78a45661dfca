// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

/// A type that tells the content of its values itself, since they are not their bytes: tensors,
/// structures with padding or pointers. `content_bytes(value)`, in the namespace of the type,
/// returns a string, a vector or a span that is the same for equal values in each run. With it,
/// inputs of that type are part of the test set's hash, and outputs are compared.
template <class T>
concept TellsContent = requires(const T& value) {
  *std::data(content_bytes(value));
  std::size(content_bytes(value));
};

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

/// Hash of a sequence of values, which is the same in each run and on each machine of one byte
/// order. It tells what changed, and is no proof against forgery.
/// @source FNV-1a, 64 bits
class ContentHash {
 public:
  /// @param bytes  length of the content
  void add(const void* content, std::size_t bytes) noexcept;

  [[nodiscard]] std::uint64_t value() const noexcept { return hash_; }
  /// Returns the hash in hexadecimal digits; empty if nothing was added.
  [[nodiscard]] std::string hex() const;

 private:
  std::uint64_t hash_ = 0xCBF2'9CE4'8422'2325U;
  bool is_empty_ = true;
};

/// Returns the hash of a text in hexadecimal digits.
[[nodiscard]] std::string fnv1a_hex(std::string_view content);

/// Tells whether a value is its bytes: a number, a structure of whole numbers, or a contiguous
/// range of such values; or tells its content. What else there is has padding or pointers, which
/// differ from run to run. A structure tells nothing of its members: one that is aligned like a
/// pointer may hold one.
template <class T>
[[nodiscard]] constexpr bool has_content() noexcept {
  if constexpr (std::is_arithmetic_v<T> || std::is_enum_v<T>) {
    return !std::is_same_v<T, long double>;
  } else if constexpr (TellsContent<T>) {
    return has_content<std::remove_cvref_t<decltype(content_bytes(std::declval<const T&>()))>>();
  } else if constexpr (ContiguousRange<T>) {
    return has_content<std::remove_cvref_t<decltype(*std::data(std::declval<const T&>()))>>();
  } else if constexpr (std::is_class_v<T> && std::is_trivially_copyable_v<T>) {
    return std::has_unique_object_representations_v<T> && alignof(T) < alignof(void*);
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
    if constexpr (TellsContent<T>) {
      for (const T& value : values) {
        const auto& content = content_bytes(value);
        add_content(hash, View<std::remove_cvref_t<decltype(content)>>(&content, 1));
      }
    } else if constexpr (ContiguousRange<T>) {
      for (const T& value : values) {
        using Element = std::remove_cvref_t<decltype(*std::data(value))>;
        add_content(hash, View<Element>(std::data(value), std::size(value)));
      }
    } else {
      hash.add(values.data(), values.size() * sizeof(T));
    }
  }
}

/// Returns a hash of a value, or of the elements of a range that is not contiguous, such as a
/// vector<bool> or a deque; nothing for a value that is not its bytes.
template <class T>
[[nodiscard]] std::optional<std::uint64_t> digest_of(const T& value) {
  ContentHash hash;
  if constexpr (has_content<T>()) {
    add_content(hash, View<T>(&value, 1));
    return hash.value();
  } else if constexpr (requires { std::size(value) + 0U, value[std::size_t{0}]; }) {
    using Element = std::remove_cvref_t<decltype(value[std::size_t{0}])>;
    if constexpr (has_content<Element>()) {
      for (std::size_t i = 0; i < std::size(value); ++i) {
        const Element& element = value[i];
        add_content(hash, View<Element>(&element, 1));
      }
      return hash.value();
    }
  }
  return std::nullopt;
}

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/content_hash-inl.hpp"
#endif
