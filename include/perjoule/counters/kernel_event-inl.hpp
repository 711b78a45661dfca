// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdlib.h>
#include <string.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/counters/kernel_event.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long names_of_kernel_events() noexcept {
  text::Long names;
  for (const KernelEvent& event : kernel_events) {
    names = text::format("%s%s%s", names.chars, names.empty() ? "" : ", ", event.name);
  }
  return names;
}

PERJOULE_INLINE KernelEvent find_kernel_event(const char* name) {
  for (const KernelEvent& event : kernel_events) {
    const bool is_alias = event.alias != nullptr && strcmp(event.alias, name) == 0;
    if (is_alias || strcmp(event.name, name) == 0) return event;
  }
  char* end = nullptr;
  const bool is_raw = *name == 'r' && name[1 + strspn(name + 1, "0123456789abcdefABCDEF")] == '\0';
  const std::uint64_t raw = is_raw ? strtoull(name + 1, &end, 16) : 0;
  if (!is_raw || end == name + 1) {
    fail(
        "no event of that name", name,
        text::format("name some of %s, or a raw code such as r01c0", names_of_kernel_events().chars)
            .chars);
  }
  return {"raw", nullptr, KernelEvent::From::perf, 4, raw};
}

}  // namespace perjoule::inline v0::detail
