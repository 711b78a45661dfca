// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <cstdio>
#include <cstdlib>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void contract_violation(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "perjoule: contract broken at %s:%d: %s\n", file, line, condition);
  std::abort();
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Error::Error(std::string_view what, std::string_view where,
                             std::string_view next_step)
    : std::runtime_error(text::format("perjoule: {}: {}; {}", what, where, next_step)) {}

namespace detail {

PERJOULE_INLINE void fail(std::string_view what, std::string_view where,
                          std::string_view next_step) {
  throw Error(what, where, next_step);
}

PERJOULE_INLINE std::string errno_message(int error_number) {
  const locale_t english = newlocale(LC_ALL_MASK, "C", nullptr);
  std::string reason = strerror_l(error_number, english);
  freelocale(english);
  if (reason[0] >= 'A' && reason[0] <= 'Z') reason[0] ^= ' ';
  return reason;
}

}  // namespace detail

}  // namespace perjoule::inline v0
