// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#if __cplusplus < 202002L
#error "perjoule needs C++20: compile with -std=c++20"
#endif

// Only place of the version: CMake and the single header read it from here. All public names are in
// the inline namespace below, so two versions of the library can be linked into one program without
// mixing up their types.
#define PERJOULE_VERSION "0.1.0"

/// Measures how much quality a machine-learning model gives per joule and per byte, with the
/// uncertainty of each number.
namespace perjoule::inline v0 {

/// Version of the library, "major.minor.patch".
inline constexpr const char* version = PERJOULE_VERSION;

}  // namespace perjoule::inline v0
