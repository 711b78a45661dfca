// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/file_descriptor.hpp"
#include "perjoule/engine/team.hpp"

namespace perjoule::cli {

/// The socket of another rank has closed.
struct RankEnded : Error {
  explicit RankEnded(std::size_t of_rank)
      : Error("a rank has ended", "rank " + std::to_string(of_rank), "see its own message"),
        number(of_rank) {}
  std::size_t number;
};

/// Processes of one machine that reach each other through sockets, rank 0 in the middle.
class SocketTeam final : public Team {
 public:
  /// Another rank.
  struct Peer {
    detail::FileDescriptor socket;
    std::size_t number = 0;  ///< by which users know it
  };

  /// @param peers  of rank 0: each other rank, in order; of the others: rank 0
  SocketTeam(std::size_t rank, std::size_t ranks, std::vector<Peer> peers)
      : Team(rank, ranks), peers_(std::move(peers)) {}

  void meet() override {
    (void)collect("");
    (void)tell("");
  }
  [[nodiscard]] std::string tell(std::string_view bytes) override {
    if (rank() != 0) return receive(peers_[0]);
    for (const Peer& peer : peers_) send(peer, bytes);
    return std::string(bytes);
  }
  [[nodiscard]] std::vector<std::string> collect(std::string_view bytes) override {
    if (rank() != 0) {
      send(peers_[0], bytes);
      return {};
    }
    std::vector<std::string> all = {std::string(bytes)};
    try {
      for (const Peer& peer : peers_) all.push_back(receive(peer));
    } catch (const RankEnded& ended) {
      for (const Peer& peer : peers_) tell_who_ended(peer, ended.number);
      throw;
    }
    return all;
  }

 private:
  static void move(const Peer& peer, char* bytes, std::size_t size, bool sends) {
    while (size != 0) {
      const ssize_t moved = sends ? ::send(peer.socket.get(), bytes, size, MSG_NOSIGNAL)
                                  : ::recv(peer.socket.get(), bytes, size, 0);
      if (moved == -1 && errno == EINTR) continue;
      if (moved <= 0) throw RankEnded(peer.number);
      bytes += moved;
      size -= static_cast<std::size_t>(moved);
    }
  }
  static void tell_who_ended(const Peer& peer, std::uint64_t number) noexcept {
    try {
      std::uint64_t message[2] = {somebody_has_ended, number};
      move(peer, reinterpret_cast<char*>(message), sizeof message, true);
    } catch (const RankEnded&) {  // that one, or another
    }
  }
  static void send(const Peer& peer, std::string_view bytes) {
    std::string copy(bytes);
    std::uint64_t size = copy.size();
    try {
      move(peer, reinterpret_cast<char*>(&size), sizeof size, true);
      move(peer, copy.data(), copy.size(), true);
    } catch (const RankEnded&) {
      (void)receive(peer);  // which may have said why it has ended
      throw;
    }
  }
  [[nodiscard]] static std::string receive(const Peer& peer) {
    std::uint64_t size = 0;
    move(peer, reinterpret_cast<char*>(&size), sizeof size, false);
    if (size == somebody_has_ended) {
      std::uint64_t number = 0;
      move(peer, reinterpret_cast<char*>(&number), sizeof number, false);
      throw RankEnded(number);
    }
    std::string bytes(size, '\0');
    move(peer, bytes.data(), bytes.size(), false);
    return bytes;
  }

  static constexpr std::uint64_t somebody_has_ended = UINT64_MAX;  // in place of a length
  std::vector<Peer> peers_;
};

}  // namespace perjoule::cli
