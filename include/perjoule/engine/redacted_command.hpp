// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Returns whether the name of an option, a variable or a header, such as "--api-key", "HF_TOKEN"
/// or "Authorization", is that of a secret: one of its words is. "--tokenizer" and "--max-tokens"
/// are no secrets.
[[nodiscard]] bool names_a_secret(std::string_view name);

/// Returns whether a text is a regular expression between slashes: "/accuracy ([0-9.]+)/".
[[nodiscard]] bool is_pattern(std::string_view text) noexcept;

/// Returns whether a text is the path of a file in some folder, and neither a regular expression
/// nor an address.
[[nodiscard]] bool is_path(std::string_view text) noexcept;

/// Returns a command, as a shell would take it, without what strangers should not read:
///
/// - of the path of a file, only its name is kept, and of a home folder nothing;
/// - the value of what names_a_secret is hidden, whether it follows "=" or ":" or is the next word,
///   and of a header all of it; so are that of -p, what follows "Bearer" or "Basic", and a user and
///   a password before "@" or after -u;
/// - in an address, user and password and what follows "?" or "#" are hidden.
///
/// @param arguments  each followed by a zero, as in /proc/self/cmdline
[[nodiscard]] std::string redacted_command(std::string_view arguments);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/redacted_command-inl.hpp"
#endif
