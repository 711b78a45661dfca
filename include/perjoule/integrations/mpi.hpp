// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// Measures a model over the ranks of an MPI program: docs/how-to/measure-over-mpi.md. Needs MPI 3.

#include <mpi.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/engine/team.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The ranks of a communicator. Each call first waits for all of them with naps, since in both Open
/// MPI and MPICH a rank that waits in a collective call keeps a core busy.
class MpiTeam final : public Team {
 public:
  explicit MpiTeam(MPI_Comm communicator)
      : Team(number(MPI_Comm_rank, communicator), number(MPI_Comm_size, communicator)) {
    MPI_Comm_dup(communicator, &communicator_);  // our messages are none of the program's
  }
  ~MpiTeam() {
    int is_over = 0;
    MPI_Finalized(&is_over);
    if (is_over == 0) MPI_Comm_free(&communicator_);
  }

  void meet() override {
    MPI_Request request;
    MPI_Ibarrier(communicator_, &request);
    const Instant start = SystemClock::now();
    for (int all_came = 0;;) {
      MPI_Test(&request, &all_came, MPI_STATUS_IGNORE);
      if (all_came != 0) return;
      // An eighth of the wait so far: no rank goes on much later than it could.
      const Seconds nap = (SystemClock::now() - start) / 8.0;
      SystemClock::wait(std::clamp(nap, Seconds(10e-6), Seconds(2e-3)));
    }
  }

  std::string tell(std::string_view bytes) override {
    meet();
    std::string told(bytes);
    std::uint64_t size = told.size();
    MPI_Bcast(&size, 1, MPI_UINT64_T, 0, communicator_);
    told.resize(size);
    in_parts(told,
             [&](char* part, int length) { MPI_Bcast(part, length, MPI_BYTE, 0, communicator_); });
    return told;
  }

  std::vector<std::string> collect(std::string_view bytes) override {
    std::uint64_t size = bytes.size();
    std::vector<std::uint64_t> sizes(rank() == 0 ? ranks() : 0);
    meet();
    MPI_Gather(&size, 1, MPI_UINT64_T, sizes.data(), 1, MPI_UINT64_T, 0, communicator_);
    std::string own(bytes);
    if (rank() != 0) {
      in_parts(own, [&](char* part, int length) {
        MPI_Send(part, length, MPI_BYTE, 0, 0, communicator_);
      });
      return {};
    }
    std::vector<std::string> all = {own};
    for (std::size_t from = 1; from < ranks(); ++from) {
      in_parts(all.emplace_back(sizes[from], '\0'), [&](char* part, int length) {
        MPI_Recv(part, length, MPI_BYTE, static_cast<int>(from), 0, communicator_,
                 MPI_STATUS_IGNORE);
      });
    }
    return all;
  }

  /// Exists while a rank measures. One that calls exit() then says so and ends all ranks: nobody
  /// else could tell which it was, and MPICH ends the others without a word.
  class Measurement {
   public:
    explicit Measurement(const MpiTeam& team) {
      [[maybe_unused]] static const int is_registered = std::atexit([] {
        if (measuring != nullptr) measuring->end_all("it calls exit() while it measures");
      });
      measuring = &team;
    }
    Measurement(const Measurement&) = delete;
    Measurement& operator=(const Measurement&) = delete;
    ~Measurement() { measuring = nullptr; }
  };

  /// Ends all ranks: a single one that leaves would keep the others waiting.
  [[noreturn]] void end_all(const char* why) const {
    measuring = nullptr;  // MPI_Abort may call exit()
    std::fprintf(stderr, "perjoule: rank %zu of %zu ends the program: %s\n", rank(), ranks(), why);
    std::fflush(stderr);
    MPI_Abort(communicator_, 1);
    std::abort();  // MPI_Abort does not return
  }

 private:
  template <class Ask>
  [[nodiscard]] static std::size_t number(Ask ask, MPI_Comm communicator) {
    int is_there = 0;
    MPI_Initialized(&is_there);
    if (is_there == 0) {
      fail("MPI is not initialised", "perjoule::Ranks",
           "call MPI_Init before, and MPI_Finalize after");
    }
    int found = 0;
    ask(communicator, &found);
    return static_cast<std::size_t>(found);
  }

  /// Moves bytes in parts whose length is an int.
  template <class Move>
  static void in_parts(std::string& bytes, Move move) {
    constexpr std::size_t most = std::size_t{1} << 30U;
    for (std::size_t at = 0; at < bytes.size(); at += most) {
      move(bytes.data() + at, static_cast<int>(std::min(most, bytes.size() - at)));
    }
  }

  inline static const MpiTeam* measuring = nullptr;
  MPI_Comm communicator_ = MPI_COMM_NULL;
};

}  // namespace detail

/// The ranks of an MPI program, which measure together. Every rank makes one, and makes the same
/// calls in the same order. An error of one rank is printed with its number and ends all of them,
/// by MPI_Abort; that of a single rank is thrown.
class Ranks {
 public:
  /// @param communicator  of the ranks that measure; it is duplicated
  /// @unit   none
  /// @throws Error before MPI_Init
  explicit Ranks(MPI_Comm communicator = MPI_COMM_WORLD) : team_(communicator) {}

  /// @unit none
  [[nodiscard]] std::size_t rank() const noexcept { return team_.rank(); }
  /// @unit none
  [[nodiscard]] std::size_t size() const noexcept { return team_.ranks(); }

  /// Returns the part of this rank: a contiguous block, in the order of ranks. Sizes differ by one
  /// at most.
  /// @param all  borrowed, the same on each rank
  /// @unit   none
  /// @throws Error if there are fewer items than ranks
  template <ContiguousRange Range>
  [[nodiscard]] auto shard(const Range& all) const {
    using Item = std::remove_cvref_t<decltype(*std::data(all))>;
    const std::size_t items = std::size(all);
    if (items < size()) {
      detail::fail(text::format("{} items for {} ranks", items, size()), "Ranks::shard",
                   "start no more ranks than there are items");
    }
    const std::size_t begin = items * rank() / size();
    return View<Item>(std::data(all) + begin, items * (rank() + 1) / size() - begin);
  }

  /// Measures a model of which each rank runs passes over items of its own.
  /// @param session          each rank has one; the meter of each machine is read by one of them
  /// @param plan, forward    see Session::measure
  /// @param inputs, metrics  of this rank, as from shard()
  /// @return what was measured, to rank 0; to the others an empty entry, whose `rank` is above 0
  /// @error  see Session::measure_together
  /// @throws see Ranks
  template <class F, ContiguousRange Inputs, class... Metrics>
  [[nodiscard]] Entry measure(Session& session, const MeasureOptions& plan, F&& forward,
                              const Inputs& inputs, Metrics... metrics) {
    return measure_as(Sharing::items, session, plan, forward, inputs, std::move(metrics)...);
  }

  /// The same for a model whose passes each need all ranks, such as one whose layers are spread
  /// over them: every rank gives all inputs, and `forward` communicates.
  /// @param session, plan, forward  see measure()
  /// @param inputs, metrics         all of them, the same on each rank; rank 0 judges the outputs
  /// @return see measure()
  /// @error  see measure()
  /// @throws see Ranks
  template <class F, ContiguousRange Inputs, class... Metrics>
  [[nodiscard]] Entry measure_shared_passes(Session& session, const MeasureOptions& plan,
                                            F&& forward, const Inputs& inputs, Metrics... metrics) {
    return measure_as(Sharing::passes, session, plan, forward, inputs, std::move(metrics)...);
  }

 private:
  template <class F, class Inputs, class... Metrics>
  [[nodiscard]] Entry measure_as(Sharing sharing, Session& session, const MeasureOptions& plan,
                                 F& forward, const Inputs& inputs, Metrics... metrics) {
    if (size() == 1) {
      return session.measure_together(team_, sharing, plan, forward, inputs, std::move(metrics)...);
    }
    const detail::MpiTeam::Measurement measurement(team_);
    try {
      return session.measure_together(team_, sharing, plan, forward, inputs, std::move(metrics)...);
    } catch (const std::exception& problem) {
      team_.end_all(problem.what());
    } catch (...) {
      team_.end_all("what it threw is no std::exception");
    }
  }

  detail::MpiTeam team_;
};

}  // namespace perjoule::inline v0
