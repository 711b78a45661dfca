// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lets perjoule count the memory that a pass asks of the allocator. Include it in one file of a
// program, or define PERJOULE_WITH_HEAP_HOOK there before the single header. It defines malloc and
// its family in front of the GNU C library's, for all libraries of the program: operator new alone
// would miss what frameworks take from posix_memalign. While nothing is counted it costs a load and
// a branch per call. Under sanitizers and with other C libraries it defines nothing, and the heap
// of a pass is missing. A statically linked program has the allocator twice and does not link.
#pragma once

#include <stdlib.h>

#include <cstdint>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PERJOULE_HEAP_IS_TAKEN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define PERJOULE_HEAP_IS_TAKEN 1
#endif
#endif

#if defined(__GLIBC__) && !defined(PERJOULE_HEAP_IS_TAKEN)

#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <unistd.h>

#include <cstddef>

#include "perjoule/memory/heap.hpp"

// Names of the GNU C library's own allocator.
extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);
void __libc_free(void*);
}

namespace perjoule::inline v0::detail {

[[gnu::always_inline]] inline void* counted(void* given) noexcept {
  if (heap_counts.counts() && given != nullptr) [[unlikely]]
    heap_counts.add(malloc_usable_size(given));
  return given;
}

inline void* counted_realloc(void* old, std::size_t size) noexcept {
  const std::size_t before = old == nullptr ? 0 : malloc_usable_size(old);
  const auto place = reinterpret_cast<std::uintptr_t>(old);
  // The word before a chunk holds its size and flags. Flag 2 marks a mapping, which the kernel
  // moves.
  const bool is_mapping = old != nullptr && (static_cast<const std::size_t*>(old)[-1] & 2U) != 0;
  void* const given = __libc_realloc(old, size);
  if (given == nullptr && size != 0) return given;  // the old one still exists
  const bool is_copied = !is_mapping && reinterpret_cast<std::uintptr_t>(given) != place;
  if (!is_copied) heap_counts.remove(before);  // otherwise both existed during the copy
  if (given != nullptr) heap_counts.add(malloc_usable_size(given));
  if (is_copied) heap_counts.remove(before);
  return given;
}

[[gnu::constructor, gnu::used]] static void hook_heap() noexcept { heap_counts.is_hooked = true; }

}  // namespace perjoule::inline v0::detail

// For all libraries of the program, regardless of -fvisibility.
#pragma GCC visibility push(default)
extern "C" {

void* malloc(std::size_t size) noexcept { return perjoule::detail::counted(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) noexcept {
  return perjoule::detail::counted(__libc_calloc(count, size));
}
void* realloc(void* old, std::size_t size) noexcept {
  if (perjoule::detail::heap_counts.counts()) [[unlikely]]
    return perjoule::detail::counted_realloc(old, size);
  return __libc_realloc(old, size);
}
void free(void* given) noexcept {
  if (perjoule::detail::heap_counts.counts() && given != nullptr) [[unlikely]]
    perjoule::detail::heap_counts.remove(malloc_usable_size(given));
  __libc_free(given);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  return perjoule::detail::counted(__libc_memalign(alignment, size));
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return perjoule::detail::counted(__libc_memalign(alignment, size));
}
int posix_memalign(void** given, std::size_t alignment, std::size_t size) noexcept {
  if (alignment % sizeof(void*) != 0 || alignment == 0 || (alignment & (alignment - 1)) != 0) {
    return EINVAL;
  }
  void* const room = perjoule::detail::counted(__libc_memalign(alignment, size));
  if (room == nullptr) return ENOMEM;
  *given = room;
  return 0;
}
void* valloc(std::size_t size) noexcept {
  return perjoule::detail::counted(
      __libc_memalign(static_cast<std::size_t>(sysconf(_SC_PAGESIZE)), size));
}
void* pvalloc(std::size_t size) noexcept {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  if (size > SIZE_MAX - page) {
    errno = ENOMEM;
    return nullptr;
  }
  return perjoule::detail::counted(__libc_memalign(page, (size + page - 1) / page * page));
}
}
#pragma GCC visibility pop

#endif
#undef PERJOULE_HEAP_IS_TAKEN
