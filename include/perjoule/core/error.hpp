// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

[[noreturn]] void contract_violation(const char* condition, const char* file, int line);

}  // namespace perjoule::inline v0::detail

// A violation is a bug of the caller, so it ends the program, also with NDEBUG. Problems that a
// user can fix are thrown as perjoule::Error instead.
#define PERJOULE_EXPECTS(condition) \
  ((condition) ? (void)0 : ::perjoule::detail::contract_violation(#condition, __FILE__, __LINE__))

namespace perjoule::inline v0 {

/// Error that the user can fix. The message has three parts: what happened, where, and the next
/// step, as in "cannot read out/base.json: permission denied; run as its owner".
class Error : public std::runtime_error {
 public:
  Error(std::string_view what, std::string_view where, std::string_view next_step);
};

/// Error for a missing meter of the required kind (a Session with `.require =
/// Provenance::measured`). A program then ends with `exit_code`: EX_UNAVAILABLE of sysexits.h.
class NoMeterError : public Error {
 public:
  static constexpr int exit_code = 69;
  using Error::Error;
};

namespace detail {

/// @throws Error
[[noreturn]] void fail(std::string_view what, std::string_view where, std::string_view next_step);

/// Returns the text of an errno value. It starts in lower case ("permission denied"), since it is
/// used inside a sentence. It is in English like the rest of the message, whatever the program's
/// locale.
[[nodiscard]] std::string errno_message(int error_number);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/error-inl.hpp"
#endif
