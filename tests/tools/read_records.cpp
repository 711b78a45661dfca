// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// read_records FILE-OR-FOLDER...         reads every record, writes it again, and compares the
// bytes read_records --mutated COUNT FILE...   reads so many that were damaged at random
//
// A damaged record must be refused by an Error that names its file, or be read and shown in a
// table: nothing else may be thrown, and no sanitizer may have a word to say.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "perjoule/integrations/read_json.hpp"
#include "perjoule/perjoule.hpp"
#include "perjoule/report/csv.hpp"
#include "perjoule/report/methods.hpp"

namespace {

using Json = nlohmann::ordered_json;
using Random = std::mt19937_64;

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> records_in(const std::filesystem::path& place) {
  if (!std::filesystem::is_directory(place)) return {place};
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(place)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  return paths;
}

/// Tells whether two records are the same but for the last digits of fractions, and their hash.
bool are_alike(const Json& a, const Json& b) {
  if (a.is_number() && b.is_number()) {
    const auto x = a.get<double>();
    const auto y = b.get<double>();
    return std::abs(x - y) <= 1e-9 * std::abs(x);
  }
  if (!a.is_structured()) return a == b;
  if (a.type() != b.type() || a.size() != b.size()) return false;
  for (auto i = a.begin(), k = b.begin(); i != a.end(); ++i, ++k) {
    if (a.is_object() && i.key() == "sha256" && k.key() == "sha256") continue;
    if ((a.is_object() && i.key() != k.key()) || !are_alike(*i, *k)) return false;
  }
  return true;
}

/// Returns what differs between a record and what is written of it again; empty if nothing does.
std::string difference(const std::filesystem::path& path) {
  const std::string before = content_of(path);
  const std::vector<perjoule::Entry> entries = perjoule::read_json(path);
  if (!entries[0].ignored_keys.empty()) return "not read: " + entries[0].ignored_keys[0];
  const std::string after = perjoule::to_json(entries);
  if (after == before) return {};
  const Json a = Json::parse(before);
  const Json b = Json::parse(after);
  if (a.dump() == b.dump()) return {};  // JSON Lines have another layout
  // What was compiled with other flags rounds the ends of intervals in another way.
  const bool has_other_flags = path.string().find("fast_math") != std::string::npos;
  if (has_other_flags && are_alike(a, b)) return {};
  return "written again, it differs: " + Json::diff(a, b).dump();
}

std::size_t below(Random& random, std::size_t count) { return random() % count; }

/// Returns a value somewhere in a record.
Json& any_value(Json& record, Random& random) {
  Json* value = &record;
  while (value->is_structured() && !value->empty()) {
    auto member = value->begin();
    std::advance(member, static_cast<std::ptrdiff_t>(below(random, value->size())));
    value = &*member;
    if (below(random, 8) == 0) break;
  }
  return *value;
}

/// Returns an object that has members, somewhere in a record.
Json& any_object(Json& record, Random& random) {
  for (;;) {
    Json& value = any_value(record, random);
    if (value.is_object() && !value.empty()) return value;
  }
}

const Json& any_replacement(Random& random) {
  static const std::vector<Json> replacements = {nullptr,
                                                 true,
                                                 0,
                                                 -1,
                                                 1e308,
                                                 -1e308,
                                                 5e-324,
                                                 18446744073709551615U,
                                                 4294967296,
                                                 "",
                                                 "x",
                                                 "\u202Eevil\n\x1B[31m",
                                                 std::string(10000, 'a'),
                                                 Json::array(),
                                                 Json::object(),
                                                 Json::array({1, nullptr, "x"}),
                                                 "measured",
                                                 "missing",
                                                 0.5,
                                                 1};
  return replacements[below(random, replacements.size())];
}

std::string mutated(const std::string& text, Random& random) {
  std::string bytes = text;
  switch (below(random, 6)) {
    case 0:  // some bits are flipped
      for (std::size_t i = 0; i <= below(random, 4); ++i) {
        bytes[below(random, bytes.size())] ^= static_cast<char>(1U << below(random, 8));
      }
      return bytes;
    case 1:  // it ends early
      return bytes.substr(0, below(random, bytes.size()));
    case 2:  // a stretch is gone, or stands twice
      return bytes.substr(0, below(random, bytes.size())) +
             bytes.substr(below(random, bytes.size()));
    default:
      break;
  }
  Json record = Json::parse(text);
  for (std::size_t i = 0; i <= below(random, 3); ++i) {
    Json& object = any_object(record, random);
    auto member = object.begin();
    std::advance(member, static_cast<std::ptrdiff_t>(below(random, object.size())));
    switch (below(random, 4)) {
      case 0:
        object.erase(member);
        break;
      case 1:
        object["new"] = any_replacement(random);
        break;
      default:
        any_value(record, random) = any_replacement(random);
        break;
    }
  }
  return record.dump();
}

/// Does with entries what the program does, and returns whether they are the same when they were
/// written and read again. That may be refused, since a number next to the largest may have none
/// for an interval.
bool are_usable(const std::vector<perjoule::Entry>& entries) {
  std::string text = perjoule::markdown(entries, {.columns = {"full"}});
  text += perjoule::markdown(perjoule::table(entries, {{"full"}, true, "", 0.9}));
  text += perjoule::csv(entries, 0.99) + perjoule::latex_methods(entries);
  text += perjoule::markdown(perjoule::event_table(entries));
  text += perjoule::markdown(perjoule::footprint_table(entries));
  for (const perjoule::Entry& entry : entries) {
    text += perjoule::no_worse(entry, entries[0], {.cost = 0.03}).text;
  }
  const std::string once = perjoule::to_json(entries);
  try {
    return !text.empty() && perjoule::to_json(perjoule::parse_json(once)) == once;
  } catch (const perjoule::Error&) {
    return true;
  }
}

int read_mutated(std::size_t count, int files, char** paths) {
  std::vector<std::string> texts;
  for (int i = 0; i < files; ++i) texts.push_back(content_of(paths[i]));
  Random random(20261130);
  std::size_t refused = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string text = mutated(texts[i % texts.size()], random);
    try {
      if (!are_usable(perjoule::parse_json(text, "damaged.json"))) {
        std::printf("not the same when it is written and read again:\n%s\n", text.c_str());
        return 1;
      }
    } catch (const perjoule::Error& error) {
      ++refused;
      const std::string_view message = error.what();
      if (message.find("damaged.json") != message.npos) continue;
      std::printf("the message names no file: %s\n%s\n", error.what(), text.c_str());
      return 1;
    }
  }
  std::printf("%zu damaged records: %zu refused, %zu read\n", count, refused, count - refused);
  return refused != 0 && refused != count ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 3 && std::string_view(argv[1]) == "--mutated") {
    return read_mutated(std::strtoul(argv[2], nullptr, 10), argc - 3, argv + 3);
  }
  std::size_t read = 0;
  std::size_t bad = 0;
  for (int i = 1; i < argc; ++i) {
    for (const std::filesystem::path& path : records_in(argv[i])) {
      ++read;
      std::string problem;
      try {
        problem = difference(path);
      } catch (const std::exception& error) {
        problem = error.what();
      }
      if (problem.empty()) continue;
      ++bad;
      std::printf("%s: %s\n", path.c_str(), problem.c_str());
    }
  }
  std::printf("%zu records, %zu of them not the same when they are written again\n", read, bad);
  return read != 0 && bad == 0 ? 0 : 1;
}
