// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/history_acceptance.hpp"

#include <time.h>

#include <cstddef>
#include <vector>

#include "cli/history_night.hpp"
#include "perjoule/record/record_fields.hpp"

namespace perjoule::cli {

namespace {

template <class Fields>
constexpr bool reads = detail::record::reads<Fields>;

std::string name_of_file(std::string compact, const std::string& id) {
  std::erase_if(compact, [](char c) { return c == '-' || c == ':'; });
  return compact + '-' + id + ".json";
}

void expect_utc(const std::string& utc, std::string_view pointer) {
  if (!is_utc(utc)) throw Refusal{std::string(pointer), "it is not a time in UTC"};
}

}  // namespace

template <class Fields, class Of>
void document_fields(Fields& fields, Of& of) {
  if constexpr (requires { of.reason; }) {
    fields.text("accepted_utc", of.utc)
        .text("series", of.series)
        .text("first_night", of.first_night)
        .text("from_utc", of.from_utc)
        .text("reason", of.reason)
        .text_or_null("until", of.until);
    if constexpr (reads<Fields>) {
      expect_utc(of.from_utc, "/from_utc");
      if (!of.until.empty() && !is_day(of.until)) throw Refusal{"/until", "it is not a day"};
    }
  } else {
    fields.text("chosen_utc", of.utc).text("run", of.run);
  }
}

bool Acceptance::holds_for(const std::string& name, std::string_view night_utc) const {
  const bool is_within =
      night_utc >= from_utc && (until.empty() || night_utc.substr(0, 10) <= until);
  return is_within && series_matches(series, name);
}

std::string series_name(const std::string& benchmark, const std::string& metric) {
  return benchmark + '/' + metric;
}

bool series_matches(std::string_view pattern, std::string_view name) {
  constexpr std::size_t none = std::string_view::npos;
  std::size_t p = 0;
  std::size_t n = 0;
  // Where to go on after a mismatch: behind the last *, which then stands for one byte more.
  std::size_t after_star = none;
  std::size_t star_end = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      star_end = n;
      continue;
    }
    const bool is_escape = p + 1 < pattern.size() && pattern[p] == '\\' &&
                           std::string_view("*?\\").find(pattern[p + 1]) != none;
    const std::size_t at = is_escape ? p + 1 : p;
    const bool is_any = !is_escape && p < pattern.size() && pattern[p] == '?';
    if (at < pattern.size() && (is_any || pattern[at] == name[n])) {
      p = at + 1;
      ++n;
    } else if (after_star != none) {
      p = after_star;
      n = ++star_end;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool is_day(std::string_view text) { return is_utc(std::string(text) + "T00:00:00Z"); }

std::string now_utc() {
  const time_t now = time(nullptr);
  tm utc{};
  gmtime_r(&now, &utc);
  char text[32];
  return {text, strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc)};
}

std::string file_name(const Acceptance& acceptance) {
  return name_of_file(acceptance.utc, acceptance.id);
}
std::string file_name(const Anchor& anchor) { return name_of_file(anchor.utc, anchor.id); }

std::string write(Acceptance& acceptance) { return write_document(acceptance); }
std::string write(Anchor& anchor) { return write_document(anchor); }

template <class Document>
Document read(std::string_view content, std::string_view name) {
  static_cast<void>(checked_id(Document::schema, content));
  std::vector<std::string> ignored;
  const Document document = parse_document<Document>(content, ignored);
  expect_utc(document.utc, "");
  if (name == file_name(document)) return document;
  throw Refusal{"", "its name is not that of its content, which is " + file_name(document)};
}

template Acceptance read(std::string_view content, std::string_view name);
template Anchor read(std::string_view content, std::string_view name);

}  // namespace perjoule::cli
