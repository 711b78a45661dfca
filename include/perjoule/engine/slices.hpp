// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// What the kernel knows of a thread.
struct ThreadUsage {
  std::uint64_t preemptions = 0;         ///< how often the CPU was taken from it
  std::uint64_t voluntary_switches = 0;  ///< how often it gave the CPU away, to wait for something
  Seconds cpu{0.0};                      ///< CPU time that it had; 0 where nobody knows

  friend ThreadUsage operator-(const ThreadUsage& later, const ThreadUsage& earlier) noexcept {
    return {later.preemptions - earlier.preemptions,
            later.voluntary_switches - earlier.voluntary_switches, later.cpu - earlier.cpu};
  }
};

/// The slices of windows, and how many of them were interrupted.
struct Slices {
  std::size_t all = 0;
  std::size_t interrupted = 0;
  ThreadUsage usage = {};  ///< of all of them
  Seconds taken{0.0};      ///< by all of them
  Seconds clean{0.0};      ///< time of the uninterrupted ones, weighted
  Items clean_items{0.0};  ///< items in those, with the same weights
};

namespace detail {

/// How long a slice should be: long enough that looking after each costs nothing (half a
/// microsecond, 0.025 % of a window), and short enough that nothing interrupts most of them on a
/// machine that is busy with something else (85 % of those of 1 ms, 28 % of 10 ms).
/// @unit s
inline constexpr Seconds slice_length{2e-3};

/// How often the kernel has taken the CPU from this thread, and how long the thread had it.
[[nodiscard]] ThreadUsage thread_usage() noexcept;

/// Whether a thread that waited for nothing lacked the CPU all the same. The kernel counts as a
/// preemption neither what a hypervisor takes nor what the interrupts of devices do. Giving the CPU
/// away, to wait for a GPU or for threads of its own, is part of the work.
[[nodiscard]] bool was_preempted(Seconds taken, const ThreadUsage& usage) noexcept;

/// Adds a slice. An interrupted one is left out: waiting for the CPU is not the model's time, and
/// the caches are cold afterwards.
///
/// Long slices are interrupted more often than short ones, and leaving them out would make the mean
/// too short. So each uninterrupted slice stands for those like it that were interrupted: with r
/// interruptions a second of CPU time, nothing interrupts one of length d with probability exp(-r
/// d).
///
/// @param usage  of the thread, in this slice
/// @source Horvitz and Thompson, A Generalization of Sampling Without Replacement (1952)
void add_slice(Slices& slices, Seconds taken, const ThreadUsage& usage,
               std::uint64_t items) noexcept;

/// Leaves out all slices since `earlier`: the CPU got too hot and slowed down.
void exclude_since(Slices& slices, const Slices& earlier) noexcept;

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/slices-inl.hpp"
#endif
