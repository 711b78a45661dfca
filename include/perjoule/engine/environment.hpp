// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// The machine, in the terms of MLPerf's system descriptions. Empty or 0: could not be read.
struct Machine {
  std::string processor;
  std::size_t cores = 0;  ///< hardware threads that are online
  Bytes memory{0.0};
  std::string kernel;    ///< "Linux 6.1.0-13-amd64 x86_64"
  std::string governor;  ///< of CPU frequency: "performance"
  std::string key;       ///< equal on two runs of one machine; made of the first three
};

/// How the measuring program was built, as its own translation unit saw it. Where the compiler has
/// no name nothing is known.
struct Build {
  std::string compiler;
  bool optimized = false;
  bool fast_math = false;
};

/// One run of a program.
struct Run {
  std::string id;       ///< the same for all entries of one process
  std::string utc;      ///< when the session began: "2026-01-31T12:00:00Z"
  std::string commit;   ///< of the git checkout that it ran in; empty where there is none
  std::string command;  ///< without paths and secrets
};

/// Where a measurement was made, and by which run: what a reader needs to repeat it.
struct Environment {
  Machine machine;
  Run run;
};

namespace detail {

/// The hash of a text in hexadecimal digits, the same on every machine.
/// @source FNV-1a, 64 bits
[[nodiscard]] std::string fnv1a_hex(std::string_view content);

/// Reads what this machine tells of itself.
/// @param root  "" on a machine; a copied tree in tests
[[nodiscard]] Machine read_machine(const std::string& root = "");

/// The commit that is checked out in `folder` or above it; empty where there is none. Git itself is
/// not run, since it would run what the checkout's configuration names.
[[nodiscard]] std::string read_git_commit(std::string folder);

/// Whether an option, such as "--api-key" or "HF_TOKEN", is named like one that holds a secret.
[[nodiscard]] bool names_a_secret(std::string_view option);

/// A command without what a stranger should not read: folders, and the value of an option that is
/// named like a secret, whether it stands behind "=" or is the next argument.
/// @param arguments  each with a zero behind it, as in /proc/self/cmdline
[[nodiscard]] std::string redacted_command(std::string_view arguments);

/// The run of this process.
[[nodiscard]] Run read_run();

/// Not inline, so that no program constructs these texts by itself.
[[nodiscard]] Build make_build(std::string_view compiler, bool optimized, bool fast_math);

}  // namespace detail

/// The compiler of the file that calls this, and the flags that change results. It has internal
/// linkage, since two files of one program may be built with different flags.
[[nodiscard, maybe_unused]] static Build this_build() {
#if defined(__clang__)
  constexpr std::string_view compiler = "clang " __clang_version__;
#else
  constexpr std::string_view compiler = "g++ " __VERSION__;
#endif
#if defined(__OPTIMIZE__)
  constexpr bool optimized = true;
#else
  constexpr bool optimized = false;
#endif
#if defined(__FAST_MATH__)
  constexpr bool fast_math = true;
#else
  constexpr bool fast_math = false;
#endif
  return detail::make_build(compiler, optimized, fast_math);
}

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/environment-inl.hpp"
#endif
