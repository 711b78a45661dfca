// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <new>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Storage::Storage(const Storage& other) { append(other.bytes(), other.size()); }

PERJOULE_INLINE char* Storage::grow(std::size_t size) {
  const std::size_t needed = held_.size + size;
  if (needed > held_.room) {
    const std::size_t room = needed + needed / 2 + 64;
    char* const bytes = static_cast<char*>(realloc(held_.bytes, room));
    if (bytes == nullptr) throw std::bad_alloc();
    held_.bytes = bytes;
    held_.room = room;
  }
  held_.size = needed;
  return held_.bytes + (needed - size);
}

}  // namespace perjoule::inline v0::detail
