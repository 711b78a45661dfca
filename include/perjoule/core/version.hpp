// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// The one place of the version: CMake reads it from here, and so does the single header. Everything
// public lives in the inline namespace below, so two versions of the library can be linked into one
// program without their types being mistaken for each other.
#define PERJOULE_VERSION "0.1.0"

/// How much quality a machine-learning model buys with a joule and with a byte, and how sure that
/// is.
namespace perjoule::inline v0 {

/// The library's version, "major.minor.patch".
inline constexpr const char* version = PERJOULE_VERSION;

}  // namespace perjoule::inline v0
