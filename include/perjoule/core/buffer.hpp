// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>

#include <cstddef>
#include <type_traits>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Bytes on the heap that grow in number.
class Storage {
 public:
  Storage() = default;
  Storage(const Storage& other);
  Storage(Storage&& other) noexcept : held_(other.held_) { other.held_ = {}; }
  Storage& operator=(Storage other) noexcept {
    const Held own = held_;
    held_ = other.held_;
    other.held_ = own;
    return *this;
  }
  ~Storage() { free(held_.bytes); }

  [[nodiscard]] char* bytes() const noexcept { return held_.bytes; }
  [[nodiscard]] std::size_t size() const noexcept { return held_.size; }

  /// Room for so many bytes behind the others; what is in it is not defined.
  /// @throws std::bad_alloc
  char* grow(std::size_t size);
  /// @param bytes  not of this storage, which may move
  void append(const void* bytes, std::size_t size) {
    if (size != 0) memcpy(grow(size), bytes, size);
  }
  /// A single value: a store where there is room, and no call.
  template <class T>
  void push(T value) {
    if (held_.room - held_.size < sizeof(T)) {
      append(&value, sizeof(T));
      return;
    }
    memcpy(held_.bytes + held_.size, &value, sizeof(T));
    held_.size += sizeof(T);
  }

 private:
  struct Held {
    char* bytes = nullptr;
    std::size_t size = 0;
    std::size_t room = 0;
  } held_;
};

}  // namespace detail

/// Plain values on the heap that grow in number. It is the part of std::vector that is needed here:
/// what it does is the same for every type, so it is compiled once; std::vector is compiled anew
/// for each, with its iterators and allocators.
template <class T>
requires std::is_trivially_copyable_v<T>
class Buffer {
 public:
  using value_type = T;

  Buffer() = default;
  /// So many zeros.
  explicit Buffer(std::size_t size) {
    if (size != 0) memset(storage_.grow(size * sizeof(T)), 0, size * sizeof(T));
  }
  explicit Buffer(View<T> values) { append(values); }

  void push_back(T value) { storage_.push(value); }
  /// @param values  not of this buffer
  void append(View<T> values) { storage_.append(values.data(), values.size() * sizeof(T)); }

  [[nodiscard]] std::size_t size() const noexcept { return storage_.size() / sizeof(T); }
  [[nodiscard]] bool empty() const noexcept { return storage_.size() == 0; }
  [[nodiscard]] T* data() noexcept { return static_cast<T*>(first()); }
  [[nodiscard]] const T* data() const noexcept { return static_cast<const T*>(first()); }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return data()[i]; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data()[i]; }
  [[nodiscard]] T* begin() noexcept { return data(); }
  [[nodiscard]] T* end() noexcept { return data() + size(); }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size(); }

 private:
  [[nodiscard]] void* first() const noexcept { return storage_.bytes(); }

  detail::Storage storage_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/buffer-inl.hpp"
#endif
