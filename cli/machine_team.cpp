// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/machine_team.hpp"

#include <errno.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::cli {

namespace {

using Clock = std::chrono::steady_clock;
using detail::FileDescriptor;

constexpr std::string_view what_failed = "the ranks of this machine cannot measure together";

/// What a rank and the first one tell each other.
struct Greeting {
  std::uint64_t local_rank;
  std::uint64_t rank;
};

/// Returns the process at the other end of a socket; nothing for what is none.
std::optional<ucred> peer_of(int socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return std::nullopt;
  return peer;
}

/// Returns a name that all ranks of this machine have in common, and no others.
std::string name_of_launch(const Job& job) {
  std::string launch = job.launch;
  if (launch.empty() && !job.step.empty()) launch = fmt::format("{}.{}", job.id, job.step);
  if (launch.empty()) {
    // MPICH's launcher leaves each rank a socket to its process on this machine.
    const char* const socket = std::getenv("PMI_FD");
    std::uint64_t number = 0;
    if (socket != nullptr && text::parse_integer(socket, number)) {
      const std::optional<ucred> proxy = peer_of(static_cast<int>(number));
      if (proxy) launch = fmt::format("pmi.{}", proxy->pid);
    }
  }
  if (launch.empty()) {
    detail::fail(what_failed, "the launcher gives no name to what it has started",
                 "start them by srun, or by mpirun of Open MPI or MPICH");
  }
  const char* const machine = std::getenv("PERJOULE_NODE");
  launch = fmt::format("{}|{}", launch, machine == nullptr ? "" : machine);
  return fmt::format("perjoule-{}-{}", geteuid(), detail::sha256_hex(launch).substr(0, 16));
}

/// An address without a file, which ends with its socket.
std::pair<sockaddr_un, socklen_t> address_of(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, name.data(), name.size());  // of 40 letters at most
  return {address, static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size())};
}

[[nodiscard]] FileDescriptor new_socket() {
  FileDescriptor made(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!made.is_open()) detail::fail(what_failed, detail::errno_message(errno), "try again");
  return made;
}

/// Returns what the other end tells; nothing if it does not.
std::optional<Greeting> exchange(int socket, const Greeting& own, Clock::time_point deadline) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(deadline - Clock::now());
  timeval patience{std::max<time_t>(left.count(), 1), 0};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  Greeting other{};
  const bool is_told = ::send(socket, &own, sizeof own, MSG_NOSIGNAL) == sizeof own &&
                       recv(socket, &other, sizeof other, MSG_WAITALL) == sizeof other;
  patience = {};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  return is_told ? std::optional(other) : std::nullopt;
}

/// Returns the other ranks of this machine, once all of them have come.
std::vector<SocketTeam::Peer> await_others(const Job& job, const std::string& name,
                                           Clock::time_point deadline) {
  const FileDescriptor listener = new_socket();
  const auto [address, size] = address_of(name);
  if (bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      listen(listener.get(), static_cast<int>(job.local_ranks)) != 0) {
    detail::fail(what_failed, fmt::format("{}: {}", name, detail::errno_message(errno)),
                 "let one launcher at a time start them");
  }
  std::vector<SocketTeam::Peer> peers(job.local_ranks - 1);
  for (std::size_t come = 0; come < peers.size();) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd ready{listener.get(), POLLIN, 0};
    const int found = left.count() > 0 ? poll(&ready, 1, static_cast<int>(left.count())) : 0;
    if (found == -1 && errno == EINTR) continue;
    if (found <= 0) {
      detail::fail(what_failed,
                   fmt::format("{} of its {} ranks have come", come + 1, job.local_ranks),
                   "start all of them as: perjoule run -- COMMAND");
    }
    FileDescriptor socket(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
    const std::optional<ucred> peer = peer_of(socket.get());
    if (!peer || peer->uid != geteuid()) continue;
    const Greeting of_first{0, job.rank};
    const std::optional<Greeting> greeting = exchange(socket.get(), of_first, deadline);
    if (!greeting || greeting->local_rank - 1 >= peers.size()) continue;
    SocketTeam::Peer& place = peers[greeting->local_rank - 1];
    if (!place.socket.is_open()) ++come;
    place = {std::move(socket), greeting->rank};
  }
  return peers;
}

/// Returns the first rank of this machine.
SocketTeam::Peer find_first(const Job& job, const std::string& name, Clock::time_point deadline) {
  const auto [address, size] = address_of(name);
  for (;;) {
    FileDescriptor socket = new_socket();
    if (connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0) {
      const std::optional<ucred> peer = peer_of(socket.get());
      if (!peer || peer->uid != geteuid()) {
        detail::fail(what_failed, name + " is another user's", "start them again");
      }
      const Greeting of_this{job.local_rank, job.rank};
      const std::optional<Greeting> greeting = exchange(socket.get(), of_this, deadline);
      if (greeting) return {std::move(socket), greeting->rank};
    }
    if (Clock::now() > deadline) {
      detail::fail(what_failed,
                   fmt::format("rank {} waits for the first rank of its machine", job.rank),
                   "start all of them as: perjoule run -- COMMAND");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

Job own_job() {
  return detail::job_of([](const char* name) -> const char* { return std::getenv(name); });
}

void expect_no_launcher(std::string_view program) {
  constexpr std::string_view launchers[] = {"srun", "mpirun", "mpiexec", "orterun", "prterun"};
  program = detail::base_name(program);
  const std::string_view stem = program.substr(0, program.find('.'));  // of mpirun.openmpi
  const bool is_launcher =
      std::find(std::begin(launchers), std::end(launchers), stem) != std::end(launchers);
  const bool is_in_job = stem == "srun" || std::getenv("SLURM_JOB_ID") != nullptr;
  if (!is_launcher || !is_in_job) return;
  const char* const set = std::getenv("SLURM_JOB_NUM_NODES");
  const std::string_view machines = set == nullptr ? "" : set;
  // salloc stays where it was called, which may be another machine than that of its job.
  const bool is_here = std::getenv("SLURMD_NODENAME") != nullptr;
  if (machines == "1" && is_here) return;
  const bool are_several = !machines.empty() && machines != "1";
  throw Error("the energy of this machine alone would be measured",
              fmt::format("{} starts its ranks on {}", program,
                          are_several ? fmt::format("{} machines", machines)
                                      : "the machine that Slurm chooses"),
              fmt::format("put perjoule behind it: {} perjoule run --record eval.json -- COMMAND",
                          program));
}

SocketTeam team_of_machine(const Job& job, Seconds patience) {
  if (job.ranks == 1 || job.local_ranks == 1) return {0, 1, {}};
  if (job.local_ranks == 0) {
    detail::fail(what_failed, "the launcher does not tell how many ranks run on this machine",
                 "start them by srun, or by mpirun of Open MPI or MPICH");
  }
  const std::string name = name_of_launch(job);
  const auto deadline =
      Clock::now() + std::chrono::microseconds(static_cast<long>(patience.si() * 1e6));
  std::vector<SocketTeam::Peer> peers;
  if (job.local_rank == 0) {
    peers = await_others(job, name, deadline);
  } else {
    peers.push_back(find_first(job, name, deadline));
  }
  return {job.local_rank, job.local_ranks, std::move(peers)};
}

}  // namespace perjoule::cli
