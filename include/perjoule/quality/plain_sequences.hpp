// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Returns the characters that one is read as, where they are several: of ligatures, fractions,
/// numbers in circles, dots in a row. Null for any other character.
/// @source see append_plain
[[nodiscard]] const char32_t* plain_sequence(char32_t c) noexcept;

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/plain_sequences-inl.hpp"
#endif
