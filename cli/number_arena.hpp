// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <new>
#include <span>
#include <string_view>

namespace perjoule::cli {

/// Memory in huge pages where the system has them: a thousand small pages take longer to get than
/// their numbers to read.
class HugePages : public std::pmr::memory_resource {
  static constexpr std::size_t page = std::size_t{1} << 21U;

  void* do_allocate(std::size_t bytes, std::size_t /*alignment*/) override {
    const std::size_t whole = (bytes + page - 1) / page * page;
    void* const memory = std::aligned_alloc(page, whole);
    if (memory == nullptr) throw std::bad_alloc();
    madvise(memory, whole, MADV_HUGEPAGE);  // without them, it is only slower
    return memory;
  }
  void do_deallocate(void* memory, std::size_t, std::size_t) override { std::free(memory); }
  [[nodiscard]] bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }
};

/// Keeps the numbers of all nights, until it is gone.
class NumberArena {
 public:
  /// Returns a copy of numbers, which lives as long as this does.
  /// @param bytes  of numbers; a rest that is none is left out
  /// @unit as the numbers
  [[nodiscard]] std::span<const double> keep(std::string_view bytes) {
    const std::size_t count = bytes.size() / sizeof(double);
    if (count == 0) return {};
    auto* const numbers =
        static_cast<double*>(room_->pieces.allocate(count * sizeof(double), alignof(double)));
    std::memcpy(numbers, bytes.data(), count * sizeof(double));
    return {numbers, count};
  }

 private:
  struct Room {
    HugePages pages;
    std::pmr::monotonic_buffer_resource pieces{std::size_t{4} << 20U, &pages};
  };
  std::unique_ptr<Room> room_ = std::make_unique<Room>();
};

}  // namespace perjoule::cli
