// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a history remembers of its searches, in a file beside its cache. It is of this version and
// has the right sum, which chance would never find; the rest of it may be anything.
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "cli/checksum.hpp"
#include "cli/history_store.hpp"
#include "cli/search_memories.hpp"
#include "fuzz/fuzz.hpp"
#include "scratch.hpp"

namespace {

using namespace perjoule;
using namespace perjoule::cli;

/// Forty nights with a step in the middle.
std::vector<double> nights() {
  std::vector<double> values;
  for (int night = 0; night < 40; ++night) {
    values.push_back((night < 20 ? 1.0 : 1.3) + 0.01 * (night * 7 % 5));
  }
  return values;
}
const std::vector<double> values = nights();

/// A history with the memory of a search of all values but the last.
struct History {
  History() {
    SearchMemories memories(store, "fuzz");
    const std::vector<double> known(values.begin(), values.end() - 1);
    static_cast<void>(memories.search("series", known, {}, {}));
    memories.write();
    for (const auto& found : std::filesystem::directory_iterator(store.folder())) {
      if (found.path().filename().string().starts_with("cache.sqlite-searches")) {
        file = found.path().string();
      }
    }
    const std::string content = scratch::content_of(file);
    head = content.substr(0, content.find('\n') + 1);
    memory = content.substr(head.size() + sizeof(std::uint64_t));
  }

  /// Replaces the memory by another one with its sum.
  void write(const std::string& other) const {
    const std::uint64_t sum = Checksum().add(other).value();
    const std::string bytes(reinterpret_cast<const char*>(&sum), sizeof sum);
    scratch::put_file(file, head + bytes + other);
  }

  scratch::Folder folder;
  HistoryStore store = HistoryStore::create(folder / "history");
  std::string file;
  std::string head;
  std::string memory;
};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const History history;
  // The input is laid over the memory of a search, so that most of it fits.
  std::string memory = history.memory;
  for (std::size_t i = 0; i < size && i < memory.size(); ++i) {
    memory[i] = static_cast<char>(memory[i] ^ data[i]);
  }
  history.write(memory);
  SearchMemories memories(history.store, "fuzz");
  const auto found = memories.search("series", values, {}, {});
  for (const ChangePoint& change : found.changes) {
    fuzz::expect(change.found < values.size(), "a change is of a night that there is");
  }
  return 0;
}
