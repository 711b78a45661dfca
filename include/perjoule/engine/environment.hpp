// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// The machine, in the terms of MLPerf's system descriptions. Empty or 0: could not be read.
struct Machine {
  text::Name processor;
  std::size_t cores = 0;  ///< hardware threads that are online
  Bytes memory{0.0};
  text::Name kernel;     ///< "Linux 6.1.0-13-amd64 x86_64"
  text::Short governor;  ///< of CPU frequency: "performance"
  text::Short key;       ///< equal on two runs of one machine; made of the first three
};

/// How the measuring program was built, as its own translation unit saw it. Without a compiler's
/// name nothing of it is known.
struct Build {
  const char* compiler = "";
  bool optimized = false;
  bool fast_math = false;
};

/// One run of a program.
struct Run {
  text::Short id;      ///< the same for all entries of one process
  text::Short utc;     ///< when the session began: "2026-01-31T12:00:00Z"
  text::Short commit;  ///< of the git checkout that it ran in; empty: none
  text::Long command;  ///< without paths and secrets
};

/// Everything about where and how that a reader needs to repeat a measurement.
struct Environment {
  Machine machine;
  Run run;
};

namespace detail {

/// A text's hash in hexadecimal digits; the same on every machine.
/// @source FNV-1a, 64 bits
[[nodiscard]] text::Short fnv1a_hex(const char* content) noexcept;

/// @param root  "" on a machine; a copied tree in tests
[[nodiscard]] Machine read_machine(const char* root = "") noexcept;

/// The commit that is checked out in `folder` or above it; empty where there is none. The files are
/// read without running git, which would run what the checkout's configuration names.
[[nodiscard]] text::Short read_git_commit(text::Long folder) noexcept;

/// A command without what a stranger should not read: folders, and what follows an option whose
/// name speaks of a secret, behind "=" or as the next argument.
/// @param arguments  each with a zero behind it, as in /proc/self/cmdline
[[nodiscard]] text::Long redacted_command(const char* arguments, std::size_t size) noexcept;

[[nodiscard]] Run read_run() noexcept;

}  // namespace detail

/// The compiler and the flags that change results, of the file that calls this. It has internal
/// linkage, since two files of one program may be built with different flags.
[[nodiscard, maybe_unused]] static Build this_build() noexcept {
#if defined(__clang__)
  Build build{"clang " __clang_version__, false, false};
#else
  Build build{"g++ " __VERSION__, false, false};
#endif
#if defined(__OPTIMIZE__)
  build.optimized = true;
#endif
#if defined(__FAST_MATH__)
  build.fast_math = true;
#endif
  return build;
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/environment-inl.hpp"
#endif
