// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/resource.h>

#include <cstddef>
#include <cstdint>

#include "perjoule/core/math.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// What the kernel keeps of a thread.
struct ThreadUsage {
  std::uint64_t interruptions = 0;  ///< how often the CPU was taken from it
  std::uint64_t waits = 0;          ///< how often it gave the CPU away, to wait for something
  Seconds cpu{0.0};                 ///< that it had; 0 where nobody knows

  friend ThreadUsage operator-(const ThreadUsage& later, const ThreadUsage& earlier) noexcept {
    return {later.interruptions - earlier.interruptions, later.waits - earlier.waits,
            later.cpu - earlier.cpu};
  }
};

/// Pieces of windows, some of which were left alone.
struct Pieces {
  std::size_t all = 0;
  std::size_t interrupted = 0;
  ThreadUsage usage = {};  ///< of all of them
  Seconds taken{0.0};      ///< by all of them
  Seconds clean{0.0};      ///< time of those left alone, weighted
  Items clean_items{0.0};  ///< items in those, with the same weights
};

namespace detail {

/// How long a piece should be: long enough that looking costs nothing, short enough that most are
/// left alone on a machine that is busy with something else (85 % of 1 ms, 28 % of 10 ms). Half a
/// microsecond each makes 0.025 % of a window.
/// @unit s
inline constexpr Seconds piece_length{2e-3};

/// How often the kernel has taken the CPU from this thread, and how long that had it.
[[nodiscard]] inline ThreadUsage thread_usage() noexcept {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  // The CPU time in it is as old as the last tick of the kernel's timer, up to 4 ms; the clock's is
  // of now.
  return {static_cast<std::uint64_t>(usage.ru_nivcsw), static_cast<std::uint64_t>(usage.ru_nvcsw),
          SystemClock::thread_cpu() - Instant{}};
}

/// Whether a thread that waited for nothing lacked the CPU all the same: the kernel counts neither
/// what a hypervisor took nor what devices' interrupts did as one. Giving the CPU away, to wait for
/// a GPU or for helpers of its own, is part of the work.
[[nodiscard]] inline bool is_robbed(Seconds taken, const ThreadUsage& usage) noexcept {
  constexpr double most = 1.02;  // the timer's own interrupts take a thousandth
  return usage.waits == 0 && usage.cpu > Seconds(0.0) && taken > usage.cpu * most;
}

/// One piece more. An interrupted one is left out: waiting for the CPU is not the model's time, and
/// the caches are cold afterwards.
///
/// Long pieces are interrupted more often than short ones, and leaving them out would make the mean
/// too short. So each piece that was left alone stands for those like it that were not: with r
/// interruptions a second of CPU time, one of length d is left alone with probability exp(-r d).
///
/// @param usage  of the thread, in this piece
/// @source Horvitz and Thompson, A Generalization of Sampling Without Replacement (1952)
inline void add_piece(Pieces& pieces, Seconds taken, const ThreadUsage& usage,
                      std::uint64_t items) noexcept {
  const bool robbed = usage.interruptions == 0 && is_robbed(taken, usage);
  ++pieces.all;
  pieces.taken += taken;
  pieces.usage.interruptions += robbed ? 1 : usage.interruptions;
  pieces.usage.cpu += usage.cpu;
  if (robbed || usage.interruptions != 0) {
    ++pieces.interrupted;
    return;
  }
  double weight = 1.0;
  if (pieces.usage.interruptions != 0) {
    const double expected =
        static_cast<double>(pieces.usage.interruptions) * (usage.cpu / pieces.usage.cpu);
    constexpr double most = 3.0;  // one piece stands for twenty at the most
    weight = math::exponential(expected < most ? expected : most);
  }
  pieces.clean += weight * taken;
  pieces.clean_items += Items(weight * static_cast<double>(items));
}

/// All pieces since `earlier` are left out: the CPU got too hot and slowed down.
inline void leave_out(Pieces& pieces, const Pieces& earlier) noexcept {
  pieces.interrupted = earlier.interrupted + (pieces.all - earlier.all);
  pieces.clean = earlier.clean;
  pieces.clean_items = earlier.clean_items;
}

}  // namespace detail

}  // namespace perjoule::inline v0
