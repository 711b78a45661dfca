// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The files of a history: nights, acceptances and anchors.
#include <string>
#include <vector>

#include "cli/history_acceptance.hpp"
#include "cli/history_night.hpp"
#include "cli/history_series_reader.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/json_mutator.hpp"
#include "perjoule/core/content_hash.hpp"

namespace {

using namespace perjoule;
using namespace perjoule::cli;

/// Returns a document with the id of its content, which chance would never find.
std::string with_id(std::string_view schema, std::string_view content) {
  const std::string head = document_head(schema);
  std::string changed(content);
  if (!content.starts_with(head) || content.size() < head.size() + id_size) return changed;
  const std::string id = detail::fnv1a_hex(content.substr(head.size() + id_size));
  return changed.replace(head.size(), id_size, id);
}

/// The reader that parses each kind of series once reads what the other one does.
void expect_alike(SeriesReader& reader, const Observations& series) {
  Observations without = series;
  without.qualities.clear();
  std::vector<std::string> ignored;
  Observations read;
  const Observations& kind = reader.read(write_series(series), read.values, ignored);
  const std::vector<double> values = std::move(read.values);
  read = kind;
  read.values = values;
  fuzz::expect(write_series(read) == write_series(without), "both readers of a series agree");
}

void read_a_night(const std::string& content) {
  std::vector<std::string> ignored;
  Night night = read_night(content, "", ignored);
  const std::string once = write_night(night);
  Night again = read_night(once, file_name(night), ignored);
  fuzz::expect(write_night(again) == once, "written again, a night is the same");
  SeriesReader reader;
  for (const Observations& series : night.series) {
    expect_alike(reader, series);
    expect_alike(reader, series);
  }
}

void read_the_lines(const std::string& content) {
  std::vector<std::string> ignored;
  SeriesReader reader;
  std::vector<double> values;
  for (const std::string_view line : split_night(content, "", ignored).lines) {
    static_cast<void>(reader.read(line, values, ignored));
  }
}

/// Reads a document, whatever the name of its file.
template <class Document>
Document read_unnamed(const std::string& content) {
  try {
    return read<Document>(content, "");
  } catch (const Refusal& refusal) {
    constexpr std::string_view before_name = "which is ";
    const std::size_t name = refusal.why.find(before_name);
    if (name == refusal.why.npos) throw;
    return read<Document>(content, refusal.why.substr(name + before_name.size()));
  }
}

template <class Document>
void read_a_document(const std::string& content) {
  Document document = read_unnamed<Document>(content);
  const std::string once = write(document);
  Document again = read<Document>(once, file_name(document));
  fuzz::expect(write(again) == once, "written again, a document is the same");
}

template <class Read>
void unless_refused(Read read) {
  try {
    read();
  } catch (const Refusal& refusal) {
    fuzz::expect(!refusal.why.empty(), "a refusal says why");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const std::string night = with_id(Night::schema, text);
  unless_refused([&] { read_a_night(night); });
  unless_refused([&] { read_the_lines(night); });
  unless_refused([&] { read_a_document<Acceptance>(with_id(Acceptance::schema, text)); });
  unless_refused([&] { read_a_document<Anchor>(with_id(Anchor::schema, text)); });
  return 0;
}
