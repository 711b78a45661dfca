// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/engine/ensemble.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "complaint.hpp"
#include "perjoule/core/nan.hpp"

using namespace perjoule;
using detail::TeamMember;

namespace {

TeamMember on(const std::string& boot, Scope scope = Scope::package,
              Provenance provenance = Provenance::measured) {
  return {boot, "key", "rapl-powercap", provenance, scope};
}

/// A window of a rank that took a second.
detail::RankWindow of_rank(double items, double joules, double random, double common) {
  detail::RankWindow window;
  window.items = Items(items);
  window.wall = Seconds(1.0);
  window.cpu = Seconds(0.75);
  window.energy.energy = {Joules(joules), Joules(random), infinite_dof, Joules(common),
                          Provenance::measured};
  window.interference.others_cpu = Seconds(2.0);
  window.interference.steal = Seconds(0.25);
  return window;
}

}  // namespace

TEST_CASE("the first rank of each machine reads its meter", "[engine][ensemble]") {
  std::vector<TeamMember> members = {on("a"), on("b"), on("a"), on("b"), on("c")};
  detail::find_nodes(members);
  const std::size_t nodes[] = {0, 1, 0, 1, 2};
  const bool readers[] = {true, true, false, false, true};
  for (std::size_t rank = 0; rank < members.size(); ++rank) {
    CHECK(members[rank].node == nodes[rank]);
    CHECK(members[rank].is_reader == readers[rank]);
  }
}

TEST_CASE("each rank reads the energy of its own process", "[engine][ensemble]") {
  std::vector<TeamMember> members = {on("a", Scope::process, Provenance::modelled),
                                     on("a", Scope::process, Provenance::modelled)};
  detail::find_nodes(members);
  CHECK(members[0].node == members[1].node);
  CHECK(members[1].is_reader);
}

TEST_CASE("machines that were metered in different ways are not added up", "[engine][ensemble]") {
  std::vector<TeamMember> members = {on("a"), on("a"),
                                     on("b", Scope::process, Provenance::modelled)};
  const std::string why = complaint([&] { detail::find_nodes(members); });
  CHECK(why.find("rank 2 has rapl-powercap (modelled), rank 0 has rapl-powercap (measured)") !=
        std::string::npos);
  // A rank whose meter is not read may lack it.
  members = {on("a"), on("a", Scope::process, Provenance::modelled)};
  CHECK_NOTHROW(detail::find_nodes(members));
  members = {on("a"), on("")};
  CHECK(complaint([&] { detail::find_nodes(members); }).find("PERJOULE_NODE") != std::string::npos);
}

TEST_CASE("ranks run whole cycles through their items", "[engine][ensemble]") {
  using Counts = std::vector<std::size_t>;
  const std::vector<Seconds> cycles = {Seconds(0.1), Seconds(0.2)};
  // Two and a half cycles of the longest: three of each rank.
  CHECK(detail::passes_of_ranks(Seconds(0.5), cycles, Counts{10, 20}) == Counts{30, 60});
  // A cycle of 4 windows is run whole, one of 8 is not.
  CHECK(detail::passes_of_ranks(Seconds(0.05), cycles, Counts{10, 20}) == Counts{10, 20});
  CHECK(detail::passes_of_ranks(Seconds(0.025), cycles, Counts{80, 160}) == Counts{10, 20});
  CHECK(detail::passes_of_ranks(Seconds(1e-9), cycles, Counts{10, 20}) == Counts{1, 1});
}

TEST_CASE("energies of machines add up, and time is that of the slowest", "[engine][ensemble]") {
  std::vector<TeamMember> members = {on("a"), on("a"), on("b")};
  detail::find_nodes(members);
  std::vector<detail::RankWindow> windows = {of_rank(10, 100, 3, 1), of_rank(20, 7, 7, 7),
                                             of_rank(30, 50, 4, 2)};
  windows[0].energy.gain = {0.02, 0.01};
  windows[2].energy.gain = {0.05, 0.04};
  windows[1].wall = Seconds(1.5);  // not that of a reader
  windows[2].wall = Seconds(1.004);
  const Window all = detail::together(windows, members, Sharing::items);
  CHECK(all.items == Items(60.0));
  CHECK(all.wall.si() == Approx(1.002));
  windows[1].passes = Seconds(1.25);  // the slowest, for whom the others waited on another clock
  CHECK(detail::together(windows, members, Sharing::items).wall == Seconds(1.25));
  CHECK(all.cpu == Seconds(2.25));
  CHECK(all.energy.energy.value == Joules(150.0));  // without that of the second rank, not read
  CHECK(all.energy.energy.random == Joules(5.0));
  CHECK(all.energy.energy.common == Joules(3.0));
  CHECK(all.energy.gain.whole == Approx((100 * 0.02 + 50 * 0.05) / 150));
  CHECK(all.energy.gain.between == Approx((100 * 0.01 + 50 * 0.04) / 150));
  // Others took 2 s of CPU time on each machine, .75 of it the second rank on the first.
  CHECK(all.interference.others_cpu == Seconds(3.25));
  CHECK(all.interference.steal == Seconds(0.5));
  CHECK(detail::together(windows, members, Sharing::passes).items == Items(10.0));
}

TEST_CASE("one machine without an energy is never a smaller sum", "[engine][ensemble]") {
  std::vector<TeamMember> members = {on("a"), on("a"), on("b")};
  detail::find_nodes(members);
  std::vector<detail::RankWindow> windows = {of_rank(10, 100, 3, 1), of_rank(20, 7, 7, 7),
                                             of_rank(30, 50, 4, 2)};
  windows[2].energy = {{}, "the counter stopped moving"};
  const Window all = detail::together(windows, members, Sharing::items);
  CHECK_FALSE(all.energy.energy.is_known());
  CHECK(all.energy.why_missing == "on the machine of rank 2: the counter stopped moving");
  windows[1].energy = {{}, "another rank reads it"};  // as always
  windows[2] = of_rank(30, 50, 4, 2);
  CHECK(detail::together(windows, members, Sharing::items).energy.energy.is_known());
}
