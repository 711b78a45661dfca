// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// The kernel's account of a thread.
struct ThreadUsage {
  std::uint64_t preemptions = 0;         ///< times that the CPU was taken from the thread
  std::uint64_t voluntary_switches = 0;  ///< times that it gave up the CPU to wait for something
  Seconds cpu{0.0};                      ///< CPU time of the thread; 0 if not known

  friend ThreadUsage operator-(const ThreadUsage& later, const ThreadUsage& earlier) noexcept {
    return {later.preemptions - earlier.preemptions,
            later.voluntary_switches - earlier.voluntary_switches, later.cpu - earlier.cpu};
  }
};

/// The slices of windows, and how many of them were interrupted.
struct Slices {
  std::size_t all = 0;
  std::size_t interrupted = 0;
  ThreadUsage usage = {};  ///< in all slices
  Seconds taken{0.0};      ///< wall time of all slices
  Seconds clean{0.0};      ///< time of the uninterrupted slices, weighted
  Items clean_items{0.0};  ///< items in the uninterrupted slices, with the same weights
};

namespace detail {

/// Length of a slice. It is long enough that checking each slice costs almost nothing (half a
/// microsecond, 0.025 % of a window). It is short enough that most slices are not interrupted on a
/// machine that is busy with something else (85 % of slices of 1 ms, 28 % of slices of 10 ms).
/// @unit s
inline constexpr Seconds slice_length{2e-3};

/// Returns how often the kernel has taken the CPU from this thread, and for how long the thread had
/// it.
[[nodiscard]] ThreadUsage thread_usage() noexcept;

/// Checks whether a thread lost the CPU although it waited for nothing. The kernel does not count
/// it as a preemption when a hypervisor or the interrupts of devices take the CPU. Giving up the
/// CPU to wait for a GPU, or for threads of its own, is part of the work.
[[nodiscard]] bool was_preempted(Seconds taken, const ThreadUsage& usage) noexcept;

/// Adds a slice. An interrupted slice is left out: waiting for the CPU is not the model's time, and
/// the caches are cold afterwards.
///
/// Long slices are interrupted more often than short ones, so leaving them out would make the mean
/// too short. Each uninterrupted slice therefore stands for similar ones that were interrupted:
/// with r interruptions per second of CPU time, a slice of length d is uninterrupted with
/// probability exp(-r d).
///
/// @param usage  of the thread, in this slice
/// @source Horvitz and Thompson, A Generalization of Sampling Without Replacement (1952)
void add_slice(Slices& slices, Seconds taken, const ThreadUsage& usage,
               std::uint64_t items) noexcept;

/// Leaves out all slices since `earlier`, because the CPU got too hot and slowed down.
void exclude_since(Slices& slices, const Slices& earlier) noexcept;

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/slices-inl.hpp"
#endif
