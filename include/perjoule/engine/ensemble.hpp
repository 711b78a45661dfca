// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/pass_loop.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/engine/team.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// What all ranks know of each.
struct TeamMember {
  std::string boot;  ///< of its machine: Node::boot
  std::string machine_key;
  std::string source;  ///< of the meter that it found
  Provenance provenance = Provenance::missing;
  Scope scope = Scope::none;
  std::size_t node = 0;   ///< index of its machine
  bool is_reader = true;  ///< its meter is read
};

/// Finds the machines of a team. One rank of each reads its meter, the first one; each rank reads
/// the energy of its own process.
/// @throws Error if the members' meters differ in scope or provenance, or if a machine is not known
void find_nodes(std::vector<TeamMember>& members);

/// Returns the number of passes of each rank in a window: whole cycles through its items, or the
/// same part of a cycle if a cycle is more than four times as long as the window.
/// @param cycles  the time of a cycle of each rank
/// @param items   of each rank
[[nodiscard]] std::vector<std::size_t> passes_of_ranks(Seconds window, View<Seconds> cycles,
                                                       View<std::size_t> items);

/// The window of one rank.
struct RankWindow : Window {
  Seconds passes{0.0};  ///< time of its own passes, before it waited for the others
};

/// Returns the window of a team from that of each rank: the energies of all that were read, and the
/// time until the slowest has ended. Each reader's window ends then, a little later or earlier than
/// those of the others, so that time is the mean of the windows in which energy was read. If one
/// energy is missing, so is the sum.
/// @error energy: random parts in squares over the ranks; common parts and gains as they are, since
///        meters of one kind are wrong in the same way
[[nodiscard]] Window together(View<RankWindow> windows, View<TeamMember> members, Sharing sharing);

/// Windows over the processes of a team, in which nothing but intervals of each machine's own clock
/// is compared. It looks the same from each of them; only rank 0 has the results.
class Ensemble {
 public:
  /// @param team, meter, files  borrowed
  /// @param self                what is known of this rank; its node and its part are found
  /// @throws Error on all ranks if they cannot measure together
  Ensemble(Team& team, AnyMeter& meter, const SystemFiles& files, Sharing sharing,
           const TeamMember& self);

  /// The same as run_windows() of a single process.
  /// @param workload  neither prepared nor with flushed caches or several callers
  /// @throws what the model throws
  [[nodiscard]] Samples run(const Workload& workload, Seconds budget, double relative_halfwidth);

  /// Returns the machines; with their energies for rank 0.
  [[nodiscard]] std::vector<Node> nodes() const;

 private:
  /// A meter's clock, for ranks that do not read it.
  class ClockOf {
   public:
    explicit ClockOf(AnyMeter* meter);  // a reference would make AnyMeter a ClockOf
    [[nodiscard]] bool read(Reading& reading) noexcept;
    [[nodiscard]] WindowEnergy energy(const Reading&, const Reading&) const { return {}; }
    [[nodiscard]] const MeterDescription& description() const noexcept { return description_; }
    [[nodiscard]] Instant now() noexcept { return meter_->now(); }
    void wait(Seconds duration) noexcept { meter_->wait(duration); }

   private:
    AnyMeter* meter_;
    MeterDescription description_;
  };

  [[nodiscard]] bool is_reader() const noexcept { return members_[team_.rank()].is_reader; }
  [[nodiscard]] IdleBlock idle(Seconds duration);
  /// Returns the time of a pass of this rank.
  [[nodiscard]] Seconds pass_time(WindowRunner& runner, Seconds warm_up);
  /// Returns this rank's number of passes in a window.
  [[nodiscard]] std::size_t plan(Seconds window, Seconds per_pass, std::size_t items);
  /// Returns the window of the team to rank 0, and that of this rank to the others.
  [[nodiscard]] Window window(Stopwatch& watch, WindowRunner& runner, std::size_t passes);

  Team& team_;
  AnyMeter& meter_;
  const SystemFiles& files_;
  Sharing sharing_;
  std::vector<TeamMember> members_;
  std::vector<Joules> energies_;  ///< of each node; of rank 0 alone
  AnyMeter clock_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/ensemble-inl.hpp"
#endif
