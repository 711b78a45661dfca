// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// The machine, in the terms of MLPerf's system descriptions. Empty or 0 means that a value could
/// not be read.
struct Machine {
  std::string processor;
  std::size_t cores = 0;  ///< hardware threads that are online
  Bytes memory{0.0};
  std::string kernel;    ///< "Linux 6.1.0-13-amd64 x86_64"
  std::string governor;  ///< CPU frequency governor: "performance"
  std::string key;       ///< equal for all runs on one machine; made of the first three members
};

/// The build of the measuring program, as seen by its own translation unit. If the compiler is
/// empty, nothing is known.
struct Build {
  std::string compiler;
  bool optimized = false;
  bool fast_math = false;
};

/// The place of a process in a job of a batch system or of MPI. Empty where there is none.
struct Job {
  std::string id;        ///< of Slurm: "4711"
  std::string array_id;  ///< of the job array that it belongs to
  std::string task;      ///< its place in that array
  std::string step;      ///< "0"
  /// Equal for all that one launcher started together: a hash of its own name for them.
  std::string launch;
  std::size_t rank = 0;  ///< of this process among those that were started together
  std::size_t ranks = 1;
  std::size_t local_rank = 0;   ///< among those of one machine
  std::size_t local_ranks = 1;  ///< 0: not known
};

/// One run of a program.
struct Run {
  std::string perjoule_version = std::string(version);
  std::string id;              ///< equal for all entries of one process
  std::string utc;             ///< when the session began: "2026-01-31T12:00:00Z"
  std::string commit;          ///< of the git checkout in which it ran; empty if there is none
  std::optional<bool> dirty;   ///< that checkout had changes; nothing where nobody asked git
  std::string command;         ///< without paths and secrets
  std::string program_sha256;  ///< of the executable file; empty if it cannot be read
  /// Equal for what ran on one machine since it was started, containers included: of such runs, one
  /// disturbs another if they overlap. A hash, from which the machine cannot be told, of the
  /// kernel's boot id, or of the name that the variable PERJOULE_NODE gives the machine.
  std::string boot;
  Job job;
};

/// The machine and the run of a measurement: what a reader needs to repeat it.
struct Environment {
  Machine machine;
  Run run;
};

namespace detail {

/// Reads the description of this machine.
/// @param root  "" on a real machine; a copied tree in tests
[[nodiscard]] Machine read_machine(const std::string& root = "");

/// Returns the commit that is checked out in `folder` or above it, or an empty string if there is
/// none. Git itself is not run, since it would execute programs that the checkout's configuration
/// names.
[[nodiscard]] std::string read_git_commit(std::string folder);

/// Returns the SHA-256 of this process's executable file, which is read once.
[[nodiscard]] const std::string& own_program_sha256();

/// Returns the place of a process in a job. Rank and number of ranks are those of the innermost
/// launcher: of Open MPI, then of another MPI's PMI, then of a step of Slurm, since under `salloc
/// mpirun` all ranks have Slurm's 0, and a batch script itself is no rank of a step.
/// @param variable  returns a variable of the environment, null if it is not set
/// @source Open MPI 4.1 mpirun(1), PMI-1, MPICH's hydra, PALS 1.2 and srun(1): OUTPUT ENVIRONMENT
///         VARIABLES
[[nodiscard]] Job job_of(const char* (*variable)(const char* name));

/// Returns the number of ranks on one machine of a step, as Slurm writes it: "2(x3),1".
/// @param node  of the step, from 0
/// @return 0 if the text is another one, or has fewer machines
[[nodiscard]] std::size_t tasks_on_node(std::string_view tasks_per_node, std::size_t node) noexcept;

/// Returns the run of this process.
[[nodiscard]] Run read_run();

/// Makes a Build. Not inline, so that no program constructs these strings itself.
[[nodiscard]] Build make_build(std::string_view compiler, bool optimized, bool fast_math);

}  // namespace detail

/// Returns the compiler of the calling file and the flags that change results. It has internal
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
