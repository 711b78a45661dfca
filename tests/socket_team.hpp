// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "../cli/socket_team.hpp"

using perjoule::cli::SocketTeam;

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
  std::vector<SocketTeam::Peer> sockets;
  std::vector<int> outcomes;
  std::vector<pid_t> children;
  for (std::size_t rank = 1; rank < ranks; ++rank) {
    int pair[2];
    int told[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 || pipe(told) != 0) return {"no sockets"};
    const pid_t child = fork();
    if (child == 0) {
      sockets.clear();
      close(pair[0]);
      std::string text;
      {
        std::vector<SocketTeam::Peer> first;
        first.push_back({perjoule::detail::FileDescriptor(pair[1]), 0});
        SocketTeam team(rank, ranks, std::move(first));
        text = outcome(team);
      }
      (void)!write(told[1], text.data(), text.size());
      _exit(0);
    }
    close(pair[1]);
    close(told[1]);
    sockets.push_back({perjoule::detail::FileDescriptor(pair[0]), rank});
    outcomes.push_back(told[0]);
    children.push_back(child);
  }
  std::vector<std::string> all;
  {
    SocketTeam team(0, ranks, std::move(sockets));
    all.push_back(outcome(team));
  }
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
