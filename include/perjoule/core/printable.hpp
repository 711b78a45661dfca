// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::text {

/// Returns a text that is shown on one line and as it is: a character that moves the cursor,
/// changes the direction of writing or cannot be seen is replaced by its name, as <U+202E>, and a
/// byte that is no UTF-8 by U+FFFD. Names come from other people's files, and a terminal would obey
/// them.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace perjoule::inline v0::text

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/printable-inl.hpp"
#endif
