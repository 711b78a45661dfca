// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <istream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/integrations/field_reader.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/quality/recorded_formula.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/record/record_fields.hpp"

namespace perjoule::inline v0::detail::record {

/// The characters of a file, for the parser: a stream's own iterator takes a fifth of its time.
class FileCharacters {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  FileCharacters() = default;  ///< the end
  explicit FileCharacters(std::istream& file) : file_(&file), part_(65536) { next_part(); }

  const char& operator*() const noexcept { return part_[place_]; }
  FileCharacters& operator++() {
    if (++place_ == size_) next_part();
    return *this;
  }
  friend bool operator==(const FileCharacters& a, const FileCharacters& b) noexcept {
    return a.file_ == b.file_;
  }
  friend bool operator!=(const FileCharacters& a, const FileCharacters& b) noexcept {
    return !(a == b);
  }

 private:
  void next_part() {
    file_->read(part_.data(), static_cast<std::streamsize>(part_.size()));
    size_ = static_cast<std::size_t>(file_->gcount());
    place_ = 0;
    if (size_ == 0) file_ = nullptr;
  }

  std::istream* file_ = nullptr;  // nullptr: nothing is left
  std::vector<char> part_;
  std::size_t place_ = 0;
  std::size_t size_ = 0;
};

/// Parses a run record. Each entry is read and freed as soon as it ends, so that a record of many
/// thousands of them takes little more memory than they do.
class RecordParser {
 public:
  /// @param document  gets the whole record as it was parsed, unless it is null
  explicit RecordParser(Json* document = nullptr) : document_(document) {}

  /// @param begin, end  its characters
  template <class Iterator>
  [[nodiscard]] std::vector<Entry> parse(Iterator begin, Iterator end) {
    Json rest = Json::parse(std::move(begin), std::move(end),
                            [this](int depth, Json::parse_event_t event, Json& json) {
                              return keep(static_cast<std::size_t>(depth), event, json);
                            });
    if (!rest.is_object()) throw Refusal{"", "it is not a run record"};
    const auto schema = rest.find("schema");
    if (schema == rest.end() || !schema->is_string()) {
      throw Refusal{"/schema", "it is missing, so this is not a run record"};
    }
    const auto& name = schema->get_ref<const std::string&>();
    if (!name.starts_with("perjoule.run/")) {
      throw Refusal{"/schema", "this is a '" + name + "', and not a run record"};
    }
    if (name != "perjoule.run/1") {
      throw Refusal{"/schema", "this version of perjoule reads perjoule.run/1, and not " + name};
    }
    if (refusal_) throw *refusal_;
    add_surroundings(rest);
    if (document_ != nullptr) *document_ = std::move(rest);
    if (!entries_.empty()) return std::move(entries_);
    throw Refusal{"/entries", "there is none"};
  }

 private:
  /// Called for each event of the parser. Returns whether to keep what was parsed.
  bool keep(std::size_t depth, Json::parse_event_t event, Json& json) {
    using Event = Json::parse_event_t;
    // What is deep would take the stack of whoever walks through it; a record has eight levels.
    constexpr std::size_t deepest = 64;
    if (depth > deepest) throw Refusal{"/" + top_, "it is nested more than 64 deep"};
    if (event == Event::object_start) keys_.push_back(0);
    if (event == Event::key) {
      ++keys_.back();
      if (depth == 1) top_ = json.get<std::string>();
    }
    const bool is_in_entries = depth == 2 && top_ == "entries";
    if (is_in_entries && (event == Event::value || event == Event::array_end) && !refusal_) {
      refusal_ = {text::format("/entries/{}", entries_.size()),
                  text::format("it is {}, and has to be an object", json.type_name())};
    }
    if (event != Event::object_end) return true;
    const bool has_twice = keys_.back() != json.size();
    keys_.pop_back();
    if (has_twice && !refusal_) refusal_ = {"/" + top_, "a key stands twice in one object"};
    if (!is_in_entries) return true;
    const std::string pointer = text::format("/entries/{}", entries_.size());
    Entry& entry = entries_.emplace_back();
    if (!refusal_) {
      try {
        FieldReader reader(json, pointer, entry.ignored_keys);
        entry_fields(reader, entry, places_.emplace_back());
      } catch (const Refusal& refusal) {
        refusal_ = refusal;  // unless the whole record is of another schema
      }
    }
    return document_ != nullptr;
  }

  /// Adds runs, machines and meters to the entries.
  void add_surroundings(const Json& rest) {
    std::vector<std::string> ignored;
    std::vector<Entry> runs(1);
    std::vector<Entry> meters;
    {
      FieldReader record(rest, "", ignored);
      std::string schema;
      record.text("schema", schema);
      other_run_fields(record, runs[0].environment, runs[0].build);
      if (record.has("other_runs")) {
        std::vector<Entry> others;
        record.list("other_runs", {}, others, [](auto&& fields, Entry& of) {
          other_run_fields(fields, of.environment, of.build);
        });
        runs.insert(runs.end(), others.begin(), others.end());
      }
      record.list("meters", {}, meters, [](auto&& fields, Entry& of) {
        meter_fields(fields, of.meter, of.absent_meters);
      });
      record.skip_list("entries");  // all are in entries_ already
      std::string hash;             // 'perjoule verify' compares it
      if (record.has("sha256")) record.text("sha256", hash);
    }
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      Entry& entry = entries_[i];
      const Places& place = places_[i];
      if (place.meter >= meters.size()) {
        throw Refusal{text::format("/entries/{}/meter", i), "there is no such meter"};
      }
      if (place.run >= runs.size()) {
        throw Refusal{text::format("/entries/{}/run", i), "there is no such run"};
      }
      entry.environment = runs[place.run].environment;
      entry.build = runs[place.run].build;
      entry.meter = meters[place.meter].meter;
      entry.absent_meters = meters[place.meter].absent_meters;
      entry.footprint.parameters = if_given(static_cast<double>(entry.plan.parameters));
      entry.footprint.non_zero_parameters =
          if_given(static_cast<double>(entry.plan.non_zero_parameters));
      settle_caveats(entry);
      for (std::size_t metric = 0; metric < entry.quality.size(); ++metric) {
        restore_formula(entry.quality[metric], per_item_of(entry, metric));
      }
    }
    if (entries_.empty()) return;
    std::vector<std::string>& all = entries_[0].ignored_keys;
    all.insert(all.end(), ignored.begin(), ignored.end());
  }

  /// Keeps of the recorded caveats those that do not follow from the numbers.
  static void settle_caveats(Entry& entry) {
    Caveats recorded;
    recorded.swap(entry.recorded_caveats);
    const auto has = [](const Caveats& caveats, CaveatFlag flag) {
      return std::any_of(caveats.begin(), caveats.end(),
                         [&](const Caveat& caveat) { return caveat.flag == flag; });
    };
    entry.meter.has_foreign_root = has(recorded, CaveatFlag::foreign_root);
    entry.concurrent = has(recorded, CaveatFlag::concurrent);
    // The record has the compiler's flags of its first entry alone.
    const bool is_built_here = !entry.build.compiler.empty();
    if (is_built_here) entry.build.optimized = !has(recorded, CaveatFlag::unoptimized);
    const Caveats derived = caveats(entry);
    for (const Caveat& caveat : recorded) {
      if (caveat.flag == CaveatFlag::other || !has(derived, caveat.flag)) {
        entry.recorded_caveats.push_back(caveat);
      }
    }
  }

  Json* document_;
  std::vector<Entry> entries_;
  std::vector<Places> places_;
  std::vector<std::size_t> keys_;  // number of keys in each open object
  std::string top_;                // the key in the record's own object
  std::optional<Refusal> refusal_;
};

/// Returns the entries of a record, whose errors name the file.
/// @param begin, end  its characters
/// @param document    see RecordParser
template <class Iterator>
[[nodiscard]] std::vector<Entry> entries_of(Iterator begin, Iterator end, const std::string& file,
                                            Json* document = nullptr) {
  const auto refuse = [&](const std::string& place, std::string_view why, std::string_view fix) {
    fail("cannot read a run record", text::format("{}{}: {}", file, place, why), fix);
  };
  try {
    return RecordParser(document).parse(std::move(begin), std::move(end));
  } catch (const Refusal& refusal) {
    const std::string place = refusal.pointer.empty() ? "" : ", " + refusal.pointer;
    refuse(place, refusal.why,
           "name a file that write_json() or 'perjoule run --record' wrote, as it was written");
  } catch (const Json::exception& problem) {
    const std::string_view why = problem.what();  // "[json.exception.parse_error.101] parse ..."
    refuse("", why.substr(std::min(why.size(), why.find("] ") + 2)),
           "copy the file again, if it was cut off; a record is valid JSON, without NaN");
  }
  return {};
}

}  // namespace perjoule::inline v0::detail::record

namespace perjoule::inline v0 {

/// Returns the entries of a run record: values as measure() returns them, so that what was measured
/// yesterday can be compared, ranked and tabulated. Writing them again gives the same record.
///
/// What a later minor version added and this one does not know is listed in Entry::ignored_keys.
/// Not in a record, and therefore lost: a metric's formula, unless this version knows one by that
/// name, and the paths of files.
///
/// @param path  a file or a pipe
/// @throws Error if it can't be read, is no record, is of another major version, or holds what
///         cannot be: the message has the JSON pointer of the place
[[nodiscard]] inline std::vector<Entry> read_json(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  const int opened = errno;
  std::error_code ignored;  // a file that cannot be looked at could not be opened, either
  const int problem = std::filesystem::is_directory(path, ignored) ? EISDIR : opened;
  if (!file || problem == EISDIR) {
    detail::fail("cannot read a run record",
                 text::format("{}: {}", path, detail::errno_message(problem)),
                 "name a file that write_json() or 'perjoule run --record' wrote");
  }
  return detail::record::entries_of(detail::record::FileCharacters(file),
                                    detail::record::FileCharacters(), path);
}

/// The same, of a record that is in memory.
/// @param name      what messages call it
/// @param document  gets the record as it was parsed, for what reads more of it; null: nobody does
[[nodiscard]] inline std::vector<Entry> parse_json(std::string_view record,
                                                   const std::string& name = "the text",
                                                   nlohmann::ordered_json* document = nullptr) {
  return detail::record::entries_of(record.begin(), record.end(), name, document);
}

}  // namespace perjoule::inline v0
