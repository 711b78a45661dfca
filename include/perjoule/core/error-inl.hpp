// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <locale.h>
#include <stdio.h>
#include <string.h>

#include <cstdio>
#include <cstdlib>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void contract_violation(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "perjoule: contract broken at %s:%d: %s\n", file, line, condition);
  std::abort();
}

PERJOULE_INLINE void fail(const char* what, const char* where, const char* next_step) {
  throw Error(what, where, next_step);
}

PERJOULE_INLINE text::Name errno_message(int error_number) noexcept {
  const locale_t english = newlocale(LC_ALL_MASK, "C", nullptr);
  text::Name reason = strerror_l(error_number, english);
  freelocale(english);
  if (reason.chars[0] >= 'A' && reason.chars[0] <= 'Z') reason.chars[0] ^= ' ';
  return reason;
}

}  // namespace perjoule::inline v0::detail
