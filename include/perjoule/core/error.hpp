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

// A bug of the caller, not an event: so it ends the program, with NDEBUG too. What a user can mend
// is thrown as perjoule::Error instead.
#define PERJOULE_EXPECTS(condition) \
  ((condition) ? (void)0 : ::perjoule::detail::contract_violation(#condition, __FILE__, __LINE__))

namespace perjoule::inline v0 {

/// Something that the user can mend. The message has three parts: what happened, where, and the
/// next step, as in "cannot read out/base.json: permission denied; run as its owner".
class Error : public std::runtime_error {
 public:
  Error(std::string_view what, std::string_view where, std::string_view next_step);
};

/// No meter of the kind that was asked for (a Session with `.require = Provenance::measured`).
/// A program ends with `exit_code` then: EX_UNAVAILABLE of sysexits.h.
class NoMeterError : public Error {
 public:
  static constexpr int exit_code = 69;
  using Error::Error;
};

namespace detail {

/// @throws Error
[[noreturn]] void fail(std::string_view what, std::string_view where, std::string_view next_step);

/// The text of an errno value: "permission denied", not "Permission denied", since it stands inside
/// a sentence; in English, as the rest of it, whatever language the user's programs speak.
[[nodiscard]] std::string errno_message(int error_number);

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/error-inl.hpp"
#endif
