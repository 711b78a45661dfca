// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"

namespace perjoule::inline v0::detail {

[[noreturn]] void contract_breach(const char* condition, const char* file, int line);

}  // namespace perjoule::inline v0::detail

// A bug of the caller, not an event: so it ends the program, with NDEBUG too. What a user can mend
// is thrown as perjoule::Error instead.
#define PERJOULE_EXPECTS(condition) \
  ((condition) ? (void)0 : ::perjoule::detail::contract_breach(#condition, __FILE__, __LINE__))

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/expects-inl.hpp"
#endif
