// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"
#include "complaint.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/csv.hpp"
#include "perjoule/report/markdown.hpp"
#include "socket_team.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;
using namespace perjoule::literals;

namespace {

/// Sets the name of this process's machine.
void stand_on(const std::string& node) { setenv("PERJOULE_NODE", node.c_str(), 1); }

std::vector<int> numbers_from(int first, int count) {
  std::vector<int> numbers;
  for (int i = 0; i < count; ++i) numbers.push_back(first + i);
  return numbers;
}

/// Returns the entry of a rank with its share of forty numbers: a quarter for the first of two.
/// A pass takes a millisecond at 60 W, and is right for numbers below 30.
Entry measured_by(Team& team, Sharing sharing, SimulatedMachine& machine) {
  Session session{SimulatedMeter(machine)};
  const auto model = [&](const int& input) {
    machine.work(1_ms, 60_W);
    return input < 30 ? input : -1;
  };
  const bool has_all = sharing == Sharing::passes || team.ranks() == 1;
  const std::vector<int> inputs = has_all            ? numbers_from(0, 40)
                                  : team.rank() == 0 ? numbers_from(0, 10)
                                                     : numbers_from(10, 30);
  return session.measure_together(team, sharing, {.name = "m", .budget = 2_s}, model, inputs,
                                  accuracy(inputs));
}

std::string shown(const Entry& entry) {
  return std::to_string(entry.energy.value.si() * 1e3) + " mJ " +
         std::to_string(entry.wall_time.value.si() * 1e3) + " ms";
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("two machines use twice the energy in the time of the slowest", "[measure][team]") {
  Entry entry;
  const std::vector<std::string> ends = in_team(2, [&](Team& team) {
    stand_on(team.rank() == 0 ? "a" : "b");
    SimulatedMachine machine(20_W);
    Entry own = measured_by(team, Sharing::items, machine);
    if (team.rank() != 0) return std::to_string(own.rank) + std::to_string(own.samples.windows());
    entry = own;
    return std::string();
  });
  INFO(ends[0]);
  CHECK(ends[1] == "10");  // rank 1 has nothing
  // Each item takes a millisecond at 60 W on either machine; 30 of 40 on the slower one.
  CHECK(entry.energy.value.si() == Approx(60e-3).epsilon(0.005));
  CHECK(entry.wall_time.value.si() == Approx(0.75e-3).epsilon(0.005));
  CHECK(entry.inputs == 40);
  CHECK(entry.ranks == 2);
  REQUIRE(entry.nodes.size() == 2);
  CHECK(entry.nodes[1].boot == detail::sha256_hex("perjoule|b").substr(0, 16));
  CHECK(entry.nodes[1].ranks == 1);
  CHECK(entry.nodes[1].energy / entry.nodes[0].energy == Approx(3.0).epsilon(0.005));
  // Active energy: 40 W of each machine for as long as its own items take.
  CHECK(entry.samples.idle.value.si() == Approx(40.0).epsilon(0.01));
  REQUIRE(entry.quality.size() == 1);
  CHECK(entry.quality[0].value.value == 0.75);
  CHECK(per_item_of(entry, 0).size() == 40);
  keep_record("measure/team", to_json(entry));
  CHECK(has(markdown(entry), "m: over 2 ranks on 2 machines, each metered once"));
}

TEST_CASE("what a rank other than 0 has is neither written nor shown", "[measure][team]") {
  Entry empty;
  empty.rank = 1;
  CHECK(has(complaint([&] { (void)to_json(empty); }), "rank 1"));
  CHECK(has(complaint([&] { (void)markdown(empty); }), "rank 1"));
  CHECK(has(complaint([&] { (void)csv(empty); }), "rank 1"));
}

TEST_CASE("two ranks of one machine count its energy once", "[measure][team]") {
  Entry entry;
  (void)in_team(2, [&](Team& team) {
    stand_on("a");
    SimulatedMachine machine(20_W);
    Entry own = measured_by(team, Sharing::items, machine);
    if (team.rank() == 0) entry = own;
    return shown(own);
  });
  // The clocks of simulated machines stand still while a rank waits: the first one's 10 ms at 60 W.
  CHECK(entry.energy.value.si() == Approx(60e-3 * 10 / 40).epsilon(0.005));
  REQUIRE(entry.nodes.size() == 1);
  CHECK(entry.nodes[0].ranks == 2);
  CHECK(has(markdown(entry), "m: over 2 ranks on one machine, metered once"));
}

TEST_CASE("a pass that all ranks run is counted once", "[measure][team]") {
  Entry entry;
  (void)in_team(2, [&](Team& team) {
    stand_on(team.rank() == 0 ? "a" : "b");
    SimulatedMachine machine(20_W);
    Entry own = measured_by(team, Sharing::passes, machine);
    if (team.rank() == 0) entry = own;
    return shown(own);
  });
  CHECK(entry.inputs == 40);
  CHECK(entry.energy.value.si() == Approx(120e-3).epsilon(0.005));
  CHECK(entry.wall_time.value.si() == Approx(1e-3).epsilon(0.005));
  CHECK(entry.quality.at(0).value.value == 0.75);
}

TEST_CASE("a team of one measures what a process by itself does", "[measure][team]") {
  SimulatedMachine machine(20_W);
  SocketTeam alone(0, 1, {});
  const Entry entry = measured_by(alone, Sharing::items, machine);
  CHECK(entry.energy.value.si() == Approx(60e-3).epsilon(0.005));
  CHECK(entry.wall_time.value.si() == Approx(1e-3).epsilon(0.005));
  CHECK(entry.ranks == 1);
  CHECK(entry.answers.outputs == OutputCheck::same);
}

TEST_CASE("a rank that throws or dies in a window ends the others with its name",
          "[measure][team]") {
  for (const std::string how : {"throws", "exits", "is killed"}) {
    const std::vector<std::string> ends = in_team(3, [&](Team& team) {
      stand_on("node" + std::to_string(team.rank()));
      SimulatedMachine machine(20_W);
      Session session{SimulatedMeter(machine)};
      const std::vector<int> inputs = numbers_from(0, 10);
      int passes = 0;
      const auto model = [&](const int& input) -> int {
        machine.work(1_ms, 60_W);
        if (team.rank() == 1 && ++passes == 1500) {
          if (how == "throws") throw std::runtime_error("out of memory");
          if (how == "exits") _exit(0);
          kill(getpid(), SIGKILL);
        }
        return input;
      };
      return shown(session.measure_together(team, Sharing::items, {.name = "m", .budget = 5_s},
                                            model, inputs));
    });
    INFO(how << ": " << ends[0]);
    CHECK(has(ends[0], "threw: perjoule: a rank has ended: rank 1"));
    if (how == "throws") CHECK(has(ends[1], "out of memory"));
    CHECK(has(ends[2], "threw: perjoule: a rank has ended: rank 1"));
  }
}
