// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <map>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/answer_checker.hpp"
#include "perjoule/engine/ensemble.hpp"
#include "perjoule/engine/sample_estimates.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/stats/propagate.hpp"

namespace perjoule::inline v0::detail {

/// Returns numbers as bytes, for the same program in another process.
template <class Number>
[[nodiscard]] std::string bytes_of_numbers(View<Number> numbers) {
  return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

/// @throws nothing: the bytes are those of bytes_of_numbers()
template <class Number>
[[nodiscard]] std::vector<Number> numbers_of(std::string_view bytes) {
  std::vector<Number> numbers(bytes.size() / sizeof(Number));
  if (!numbers.empty()) std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(Number));
  return numbers;
}

/// Returns a window as bytes: its numbers, and then why it has no energy.
[[nodiscard]] PERJOULE_INLINE std::string bytes_of_window(const RankWindow& window) {
  const Estimate<Joules>& energy = window.energy.energy;
  const Interference& around = window.interference;
  const std::vector<double> numbers = {
      window.items.si(),        window.wall.si(),
      window.cpu.si(),          energy.value.si(),
      energy.random.si(),       energy.dof,
      energy.common.si(),       static_cast<double>(energy.provenance),
      window.energy.gain.whole, window.energy.gain.between,
      around.others_cpu.si(),   around.steal.si(),
      around.temperature_c,     around.frequency_hz,
      window.passes.si()};
  return bytes_of_numbers<double>(numbers) + window.energy.why_missing;
}

[[nodiscard]] PERJOULE_INLINE RankWindow window_of(std::string_view bytes) {
  constexpr std::size_t size = 15 * sizeof(double);
  const std::vector<double> n = numbers_of<double>(bytes.substr(0, size));
  RankWindow window;
  window.items = Items(n[0]);
  window.wall = Seconds(n[1]);
  window.cpu = Seconds(n[2]);
  window.energy = {{Joules(n[3]), Joules(n[4]), n[5], Joules(n[6]),
                    static_cast<Provenance>(static_cast<int>(n[7]))},
                   std::string(bytes.substr(size)),
                   {n[8], n[9]}};
  window.interference = {Seconds(n[10]), Seconds(n[11]), n[12], n[13]};
  window.passes = Seconds(n[14]);
  return window;
}

PERJOULE_INLINE void find_nodes(std::vector<TeamMember>& members) {
  std::map<std::string, std::size_t> nodes;
  for (std::size_t rank = 0; rank < members.size(); ++rank) {
    TeamMember& member = members[rank];
    if (member.boot.empty()) {
      fail("the machine of a rank is not known, so that its energy could be counted twice",
           text::format("rank {}", rank),
           "let it read /proc/sys/kernel/random/boot_id, or set PERJOULE_NODE to a name for each "
           "machine");
    }
    const auto [node, is_new] = nodes.emplace(member.boot, nodes.size());
    member.node = node->second;
    const TeamMember& first = members[0];
    member.is_reader = is_new || first.scope == Scope::process;
    if (member.is_reader &&
        (member.provenance != first.provenance || member.scope != first.scope)) {
      fail("the ranks have meters of different kinds, whose joules do not add up",
           text::format("rank {} has {} ({}), rank 0 has {} ({})", rank, member.source,
                        name(member.provenance), first.source, name(first.provenance)),
           "run 'perjoule doctor' on both machines, or choose one source for all "
           "(PERJOULE_METER)");
    }
  }
}

PERJOULE_INLINE std::vector<std::size_t> passes_of_ranks(Seconds window, View<Seconds> cycles,
                                                         View<std::size_t> items) {
  const Seconds longest = *std::max_element(cycles.begin(), cycles.end());
  const double share = window / std::max(longest, Seconds(1e-9));
  const double whole = share >= 0.25 ? std::max(std::round(share), 1.0) : share;
  std::vector<std::size_t> passes;
  for (const std::size_t of_rank : items) {
    const double wanted = std::round(static_cast<double>(of_rank) * whole);
    passes.push_back(static_cast<std::size_t>(std::max(wanted, 1.0)));
  }
  return passes;
}

/// Returns the length of a window of several ranks: half a second, since each may notice a
/// millisecond late that the others have come; or less, if twelve of them do not fit into the
/// budget.
PERJOULE_INLINE Seconds window_of_team(Seconds update_period, Seconds budget, std::size_t ranks) {
  const Seconds alone = window_length(update_period, budget);
  return ranks == 1 ? alone : std::max(std::min(budget / 16.0, Seconds(0.5)), alone);
}

/// Returns a reason with the rank that gives it.
PERJOULE_INLINE std::string of_rank(std::size_t rank, std::string_view why) {
  return text::format("on the machine of rank {}: {}", rank, why);
}

/// Returns the sum of energies of several machines, or of several processes of one.
PERJOULE_INLINE WindowEnergy sum_of_energies(View<RankWindow> windows, View<TeamMember> members) {
  WindowEnergy sum;
  bool is_first = true;
  for (std::size_t rank = 0; rank < windows.size(); ++rank) {
    if (!members[rank].is_reader) continue;
    const WindowEnergy& part = windows[rank].energy;
    if (!part.energy.is_known()) {
      return {{}, windows.size() == 1 ? part.why_missing : of_rank(rank, part.why_missing)};
    }
    const double value = part.energy.value.si();
    sum.gain.whole += part.gain.whole * value;
    sum.gain.between += part.gain.between * value;
    sum.energy = is_first ? part.energy : total(sum.energy, part.energy);
    is_first = false;
  }
  if (const double value = sum.energy.value.si(); value > 0.0) {
    sum.gain.whole /= value;
    sum.gain.between /= value;
  }
  return sum;
}

PERJOULE_INLINE Window together(View<RankWindow> windows, View<TeamMember> members,
                                Sharing sharing) {
  Window all;
  all.energy = sum_of_energies(windows, members);
  Interference& around = all.interference;
  around = windows[0].interference;
  around.others_cpu = Seconds(0.0);
  around.steal = Seconds(0.0);
  std::vector<bool> is_seen(windows.size(), false);
  Seconds slowest{0.0};
  Seconds read{0.0};
  for (std::size_t rank = 0; rank < windows.size(); ++rank) {
    const RankWindow& window = windows[rank];
    if (sharing == Sharing::items || rank == 0) all.items += window.items;
    slowest = std::max(slowest, window.passes);
    if (members[rank].is_reader) read += window.wall;
    all.cpu += window.cpu;
    // The first rank of a machine tells what all other processes on it did: those of the team, too.
    const std::size_t node = members[rank].node;
    if (is_seen[node]) {
      around.others_cpu += Seconds(0.0) - window.cpu;
      continue;
    }
    is_seen[node] = true;
    around.others_cpu += window.interference.others_cpu;
    around.steal += window.interference.steal;
    around.temperature_c = std::max(around.temperature_c, window.interference.temperature_c);
  }
  const auto readers = std::count_if(members.begin(), members.end(),
                                     [](const TeamMember& member) { return member.is_reader; });
  all.wall = std::max(slowest, read / static_cast<double>(readers));
  return all;
}

PERJOULE_INLINE Ensemble::ClockOf::ClockOf(AnyMeter* meter) : meter_(meter) {
  description_.scope = meter->description().scope;
}

PERJOULE_INLINE bool Ensemble::ClockOf::read(Reading& reading) noexcept {
  reading.begin = reading.end = meter_->now();
  return true;
}

/// Returns a member in four lines.
[[nodiscard]] PERJOULE_INLINE std::string lines_of(const TeamMember& member) {
  PERJOULE_EXPECTS((member.boot + member.machine_key + member.source).find('\n') ==
                   std::string::npos);
  const auto kind = {static_cast<char>('a' + static_cast<int>(member.provenance)),
                     static_cast<char>('a' + static_cast<int>(member.scope)), '\n'};
  return member.boot + '\n' + member.machine_key + '\n' + member.source + '\n' + std::string(kind);
}

/// Returns the next member of those whose lines are left.
[[nodiscard]] PERJOULE_INLINE TeamMember take_member(std::string_view& lines) {
  const auto line = [&lines] {
    const std::string found(lines.substr(0, lines.find('\n')));
    lines.remove_prefix(found.size() + 1);
    return found;
  };
  TeamMember member;
  member.boot = line();
  member.machine_key = line();
  member.source = line();
  const std::string kind = line();
  member.provenance = static_cast<Provenance>(kind[0] - 'a');
  member.scope = static_cast<Scope>(kind[1] - 'a');
  return member;
}

PERJOULE_INLINE Ensemble::Ensemble(Team& team, AnyMeter& meter, const SystemFiles& files,
                                   Sharing sharing, const TeamMember& self)
    : team_(team), meter_(meter), files_(files), sharing_(sharing), clock_(ClockOf(&meter)) {
  std::string all;
  for (const std::string& lines : team.collect(lines_of(self))) all += lines;
  all = team.tell(all);
  for (std::string_view left = all; !left.empty();) members_.push_back(take_member(left));
  find_nodes(members_);  // by each rank, so that each says why not
  energies_.resize(members_.size(), Joules(0.0));
}

PERJOULE_INLINE IdleBlock Ensemble::idle(Seconds duration) {
  IdleBlock block;
  if (is_reader()) block = measure_idle(meter_, duration, files_);
  const std::vector<double> own = {block.power.value.si(), block.power.random.si(), block.power.dof,
                                   block.power.common.si(),
                                   static_cast<double>(block.power.provenance)};
  IdleBlock all;
  bool is_first_part = true;
  const std::vector<std::string> parts =
      team_.collect(bytes_of_numbers<double>(own) + block.why_missing);
  for (std::size_t rank = 0; rank < parts.size(); ++rank) {
    if (!members_[rank].is_reader) continue;
    const std::size_t size = own.size() * sizeof(double);
    const std::vector<double> n = numbers_of<double>(std::string_view(parts[rank]).substr(0, size));
    const Estimate<Watts> power = {Watts(n[0]), Watts(n[1]), n[2], Watts(n[3]),
                                   static_cast<Provenance>(static_cast<int>(n[4]))};
    if (!power.is_known()) return {{}, of_rank(rank, std::string_view(parts[rank]).substr(size))};
    all.power = is_first_part ? power : total(all.power, power);
    is_first_part = false;
  }
  return all;
}

PERJOULE_INLINE Seconds Ensemble::pass_time(WindowRunner& runner, Seconds warm_up) {
  if (sharing_ == Sharing::items) return runner.warm_up_and_plan(warm_up);
  // All ranks run each pass, so rank 0 says how many: their clocks would not agree.
  Seconds taken{0.0};
  for (std::size_t passes = 1;; passes *= 2) {
    const Instant start = meter_.now();
    runner.run(passes);
    taken = (meter_.now() - start) / static_cast<double>(passes);
    if (team_.tell(taken * static_cast<double>(passes) < warm_up ? "more" : "") != "more") break;
  }
  return taken;
}

PERJOULE_INLINE std::size_t Ensemble::plan(Seconds window, Seconds per_pass, std::size_t items) {
  const std::vector<double> own = {per_pass.si(), static_cast<double>(items)};
  std::vector<Seconds> cycles;
  std::vector<std::size_t> of_ranks;
  for (const std::string& part : team_.collect(bytes_of_numbers<double>(own))) {
    const std::vector<double> numbers = numbers_of<double>(part);
    cycles.emplace_back(numbers[0] * numbers[1]);
    of_ranks.push_back(static_cast<std::size_t>(numbers[1]));
  }
  std::vector<std::size_t> passes;
  if (team_.rank() == 0) {
    // Passes that all ranks share are as many for each, by the clock of rank 0.
    if (sharing_ == Sharing::passes) std::fill(cycles.begin(), cycles.end(), Seconds(cycles[0]));
    passes = passes_of_ranks(window, cycles, of_ranks);
  }
  return numbers_of<std::size_t>(team_.tell(bytes_of_numbers<std::size_t>(passes)))[team_.rank()];
}

PERJOULE_INLINE Window Ensemble::window(Stopwatch& watch, WindowRunner& runner,
                                        std::size_t passes) {
  watch.start();  // at a tick of this machine's counter
  team_.meet();
  watch.begin_again();
  const std::uint64_t before = runner.items();
  const Instant begin = meter_.now();
  runner.run(passes);
  const Seconds of_passes = meter_.now() - begin;
  team_.meet();
  RankWindow own{watch.stop(), of_passes};
  own.items = Items(static_cast<double>(runner.items() - before));
  std::vector<RankWindow> of_ranks;
  for (const std::string& part : team_.collect(bytes_of_window(own))) {
    of_ranks.push_back(window_of(part));
  }
  if (of_ranks.empty()) return own;
  Window all = together(of_ranks, members_, sharing_);
  if (all.energy.energy.is_known()) {
    for (std::size_t rank = 0; rank < of_ranks.size(); ++rank) {
      if (members_[rank].is_reader) {
        energies_[members_[rank].node] += of_ranks[rank].energy.energy.value;
      }
    }
  }
  return all;
}

PERJOULE_INLINE Samples Ensemble::run(const Workload& workload, Seconds budget,
                                      double relative_halfwidth) {
  Samples samples;
  const Instant deadline = meter_.now() + budget;
  const Seconds idle_time = std::min(budget / 10.0, Seconds(0.5));
  const IdleBlock before = idle(idle_time);
  WindowRunner runner(meter_, workload, files_);
  const Seconds per_pass = pass_time(runner, warm_up_length(budget));
  const Seconds length = window_of_team(meter_.description().update_period, budget, team_.ranks());
  const std::size_t passes = plan(length, per_pass, workload.order.size());
  Stopwatch watch(is_reader() ? meter_ : clock_, files_);
  if (const MeterDescription& what = meter_.description(); !what.zones.empty()) {
    samples.edge_uncertainty = edge_uncertainty(what.zones[slowest_zone(what)], false, length);
  }
  bool goes_on = true;
  bool converged = false;
  for (std::size_t next = first_check; goes_on;) {
    const Instant begin = meter_.now();
    samples.add(window(watch, runner, passes));
    if (workload.answers != nullptr) workload.answers->after_window(runner, passes);
    if (samples.windows() == next) {
      converged = has_converged(samples, relative_halfwidth, meter_.description().provenance);
      next = next_check(next);
    }
    goes_on = !converged && meter_.now() + (meter_.now() - begin) + idle_time < deadline;
    goes_on = team_.tell(goes_on ? "on" : "") == "on";
  }
  const IdleBlock after = idle(idle_time);
  samples.others_cpu_share = others_cpu_share(samples);
  samples.idle = idle_between(before.power, after.power);
  samples.why_no_idle = before.power.is_known() ? after.why_missing : before.why_missing;
  samples.outcome = outcome_of(samples, converged);
  return samples;
}

PERJOULE_INLINE std::vector<Node> Ensemble::nodes() const {
  std::vector<Node> nodes;
  for (const TeamMember& member : members_) {
    if (member.node == nodes.size()) {
      nodes.push_back({member.boot, member.machine_key, member.source, 0, energies_[member.node]});
    }
    ++nodes[member.node].ranks;
  }
  return nodes;
}

}  // namespace perjoule::inline v0::detail
