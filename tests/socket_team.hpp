// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/engine/team.hpp"

/// Forked processes that reach each other through sockets, rank 0 in the middle.
class SocketTeam final : public perjoule::Team {
 public:
  /// @param sockets  of rank 0: one to each other rank, in order; of the others: the one to rank 0
  SocketTeam(std::size_t rank, std::size_t ranks, std::vector<int> sockets)
      : Team(rank, ranks), sockets_(std::move(sockets)) {}

  void meet() override {
    (void)collect("");
    (void)tell("");
  }
  std::string tell(std::string_view bytes) override {
    if (rank() != 0) return receive(0);
    for (std::size_t i = 0; i < sockets_.size(); ++i) send(i, bytes);
    return std::string(bytes);
  }
  std::vector<std::string> collect(std::string_view bytes) override {
    if (rank() != 0) {
      send(0, bytes);
      return {};
    }
    std::vector<std::string> all = {std::string(bytes)};
    for (std::size_t i = 0; i < sockets_.size(); ++i) all.push_back(receive(i));
    return all;
  }

 private:
  [[noreturn]] void has_ended(std::size_t socket) const {
    throw perjoule::Error("a rank has ended",
                          "rank " + std::to_string(rank() == 0 ? socket + 1 : 0),
                          "see its own message");
  }
  void move(std::size_t socket, char* bytes, std::size_t size, bool sends) const {
    while (size != 0) {
      const ssize_t moved = sends ? ::send(sockets_[socket], bytes, size, MSG_NOSIGNAL)
                                  : ::recv(sockets_[socket], bytes, size, 0);
      if (moved == -1 && errno == EINTR) continue;
      if (moved <= 0) has_ended(socket);
      bytes += moved;
      size -= static_cast<std::size_t>(moved);
    }
  }
  void send(std::size_t socket, std::string_view bytes) const {
    std::string copy(bytes);
    std::uint64_t size = copy.size();
    move(socket, reinterpret_cast<char*>(&size), sizeof size, true);
    move(socket, copy.data(), copy.size(), true);
  }
  std::string receive(std::size_t socket) const {
    std::uint64_t size = 0;
    move(socket, reinterpret_cast<char*>(&size), sizeof size, false);
    std::string bytes(size, '\0');
    move(socket, bytes.data(), bytes.size(), false);
    return bytes;
  }

  std::vector<int> sockets_;
};

/// Returns what each rank's action returns; "threw: ..." with the message of what it throws. Rank 0
/// is this process.
/// @param action  called as action(team), returns a string
template <class Action>
std::vector<std::string> in_team(std::size_t ranks, Action action) {
  const auto outcome = [&](perjoule::Team& team) -> std::string {
    try {
      return action(team);
    } catch (const std::exception& problem) {
      return std::string("threw: ") + problem.what();
    }
  };
  std::vector<int> sockets;
  std::vector<int> outcomes;
  std::vector<pid_t> children;
  for (std::size_t rank = 1; rank < ranks; ++rank) {
    int pair[2];
    int told[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || pipe(told) != 0) return {"no sockets"};
    const pid_t child = fork();
    if (child == 0) {
      for (const int other : sockets) close(other);
      close(pair[0]);
      std::string text;
      {
        SocketTeam team(rank, ranks, {pair[1]});
        text = outcome(team);
      }
      (void)!write(told[1], text.data(), text.size());
      _exit(0);
    }
    close(pair[1]);
    close(told[1]);
    sockets.push_back(pair[0]);
    outcomes.push_back(told[0]);
    children.push_back(child);
  }
  std::vector<std::string> all;
  {
    SocketTeam team(0, ranks, sockets);
    all.push_back(outcome(team));
  }
  for (const int socket : sockets) close(socket);
  for (std::size_t i = 0; i < children.size(); ++i) {
    std::string& text = all.emplace_back();
    char buffer[4096];
    for (ssize_t size = 0; (size = read(outcomes[i], buffer, sizeof buffer)) > 0;) {
      text.append(buffer, static_cast<std::size_t>(size));
    }
    close(outcomes[i]);
    waitpid(children[i], nullptr, 0);
  }
  return all;
}
