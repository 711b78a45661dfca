// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/search_memories.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <type_traits>
#include <utility>

#include "cli/checksum.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::cli {
namespace {

/// Changes with what a search finds, and with what is in the file. Another compiler may round
/// otherwise.
std::string head_of_file() {
  constexpr int search = 4;
  return fmt::format("perjoule searches {} {} {}\n", search, version, __VERSION__);
}

/// In the file, before the steps and the changes.
struct Record {
  std::uint64_t name = 0;
  std::uint64_t hash = 0;
  detail::SearchMark mark;
  std::uint64_t steps = 0;
  std::uint64_t changes = 0;
};

template <class T>
void append(std::string& content, const T* objects, std::size_t count) {
  static_assert(std::is_trivially_copyable_v<T>);
  if (count != 0) content.append(reinterpret_cast<const char*>(objects), count * sizeof(T));
}

/// Takes objects off the front of a file; nothing if it has fewer.
template <class T>
std::optional<std::vector<T>> taken(std::string_view& content, std::size_t count) {
  if (count > content.size() / sizeof(T)) return {};
  std::vector<T> objects(count);
  if (count != 0) std::memcpy(objects.data(), content.data(), count * sizeof(T));
  content.remove_prefix(count * sizeof(T));
  return objects;
}

std::uint64_t hash_of_name(const std::string& name) { return Checksum().add(name).value(); }

/// Returns a hash of all that a search of the first nights depends on.
std::uint64_t hash_of(const std::vector<double>& values, std::size_t nights,
                      const ChangeOptions& options, const std::vector<MachineSwap>& swaps) {
  Checksum hash;
  hash.add(static_cast<std::uint64_t>(options.better))
      .add(static_cast<std::uint64_t>(options.search))
      .add(std::uint64_t{options.confirm});
  for (const double number : {options.least_effect, options.threshold, options.quick_effect,
                              options.quick_threshold, options.quick_noise, options.jump_effect,
                              options.patient_effect, options.patient_threshold, options.level}) {
    hash.add(number);
  }
  for (const MachineSwap& swap : swaps) {
    hash.add(std::uint64_t{swap.night}).add(swap.ratio).add(swap.uncertainty);
  }
  const auto* const bytes = reinterpret_cast<const char*>(values.data());
  return hash.add(std::string_view(bytes, nights * sizeof(double))).value();
}

}  // namespace

SearchMemories::SearchMemories(const HistoryStore& store, std::string_view purpose)
    : store_(store),
      file_(fmt::format("cache.sqlite-searches-{:016x}", Checksum().add(purpose).value())) {
  try {
    parse(read_regular_file(store.path_of(file_)));
  } catch (const Refusal&) {
    // There is none yet, or it is no file of ours.
  }
}

void SearchMemories::parse(std::string_view content) {
  const std::string head = head_of_file();
  std::uint64_t sum = 0;
  if (!content.starts_with(head) || content.size() < head.size() + sizeof sum) return;
  std::memcpy(&sum, content.data() + head.size(), sizeof sum);
  content.remove_prefix(head.size() + sizeof sum);
  if (Checksum().add(content).value() != sum) return;
  while (const auto record = taken<Record>(content, 1)) {
    const Record& of = record->front();
    auto steps = taken<detail::NightHistory::Step>(content, of.steps);
    auto changes = taken<ChangePoint>(content, of.changes);
    if (!steps || !changes) return;
    memories_[of.name] = {of.hash, {of.mark, std::move(*steps), std::move(*changes)}, false};
  }
}

SearchMemories::Found SearchMemories::search(const std::string& name,
                                             const std::vector<double>& values,
                                             const ChangeOptions& options,
                                             const std::vector<MachineSwap>& swaps) {
  Memory& memory = memories_[hash_of_name(name)];
  memory.is_used = true;
  const std::size_t known = memory.search.mark.nights;
  const auto is_in = [&](const ChangePoint& of) {
    return std::max({of.first, of.last_old, of.first_new, of.found}) < known;
  };
  const bool fits = known <= values.size() &&
                    memory.hash == hash_of(values, known, options, swaps) &&
                    std::all_of(memory.search.changes.begin(), memory.search.changes.end(), is_in);
  if (!fits) memory.search = {};
  const bool is_new = !fits || known != values.size();
  NightVerdict last = search_further(memory.search, values, options, swaps);
  if (is_new) memory.hash = hash_of(values, values.size(), options, swaps);
  has_changed_ = has_changed_ || is_new;
  return {memory.search.changes, last};
}

void SearchMemories::keep(const std::string& name) {
  const auto memory = memories_.find(hash_of_name(name));
  if (memory != memories_.end()) memory->second.is_used = true;
}

void SearchMemories::write() const {
  if (!has_changed_) return;
  std::string content = head_of_file();
  const std::size_t head = content.size();
  std::uint64_t sum = 0;
  content.reserve(memories_.size() * 2 * sizeof(Record));
  append(content, &sum, 1);
  for (const auto& [name, memory] : memories_) {
    if (!memory.is_used) continue;
    const auto& [mark, steps, changes] = memory.search;
    const Record record{name, memory.hash, mark, steps.size(), changes.size()};
    append(content, &record, 1);
    append(content, steps.data(), steps.size());
    append(content, changes.data(), changes.size());
  }
  sum = Checksum().add(std::string_view(content).substr(head + sizeof sum)).value();
  std::memcpy(content.data() + head, &sum, sizeof sum);
  store_.replace_cache(file_, content);
}

}  // namespace perjoule::cli
