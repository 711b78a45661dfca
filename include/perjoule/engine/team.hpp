// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// Processes that measure together, as one of them sees it. An adapter, such as that of MPI, says
/// how they reach each other. All of them call the same functions in the same order, and wait for
/// each other asleep: a core that waits busily would take energy in others' windows.
class Team {
 public:
  /// @param rank  of this process, from 0
  Team(std::size_t rank, std::size_t ranks) noexcept : rank_(rank), ranks_(ranks) {}
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  [[nodiscard]] std::size_t rank() const noexcept { return rank_; }
  [[nodiscard]] std::size_t ranks() const noexcept { return ranks_; }

  /// Returns once every rank has called it.
  /// @throws Error if a rank has ended
  virtual void meet() = 0;
  /// Returns rank 0's bytes to every rank.
  /// @throws as meet()
  [[nodiscard]] virtual std::string tell(std::string_view bytes) = 0;
  /// Returns the bytes of each rank to rank 0, in the order of ranks; nothing to the others.
  /// @throws as meet()
  [[nodiscard]] virtual std::vector<std::string> collect(std::string_view bytes) = 0;

 protected:
  ~Team() = default;  // never deleted through this base

 private:
  std::size_t rank_;
  std::size_t ranks_;
};

/// What the ranks of a team share.
enum class Sharing : std::uint8_t {
  items,   ///< each has items of its own, and runs passes over these
  passes,  ///< all have all items, and run each pass together
};

/// What one machine has added to a measurement by several ranks.
struct Node {
  std::string boot;         ///< see Run::boot
  std::string machine_key;  ///< see Machine::key
  std::string source;       ///< of its meter: "rapl-powercap"
  std::size_t ranks = 0;    ///< that ran on it
  Joules energy{0.0};       ///< in all windows that have an energy
};

}  // namespace perjoule::inline v0
