// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/cell.hpp"
#include "perjoule/report/table.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// The first file of a role, the second: so two models' weights stand side by side, whatever their
/// files are called.
struct FileRow {
  text::Short role;
  std::size_t place = 0;  ///< among the files of its role

  [[nodiscard]] Number of(const Entry& entry) const noexcept {
    std::size_t before = 0;
    for (const ModelFile& file : entry.footprint.files) {
      if (file.role == role && before++ == place) return with_interval(bare(exact(file.bytes)));
    }
    return {};
  }
};

/// Each once, in the order of the first entry that has it.
[[nodiscard]] PERJOULE_COLD inline Buffer<FileRow> file_rows(Entries entries) {
  Buffer<FileRow> rows;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const ModelFiles& files = entries[i].footprint.files;
    for (const ModelFile& file : files) {
      FileRow row{file.role, 0};
      for (const ModelFile* before = files.begin(); before != &file; ++before) {
        if (before->role == file.role) ++row.place;
      }
      bool known = false;
      for (const FileRow& other : rows) {
        known = known || (other.role == row.role && other.place == row.place);
      }
      if (!known) rows.push_back(row);
    }
  }
  return rows;
}

/// What an entry has beside its files.
struct ManifestRow {
  const char* head;
  Number number;
};
inline constexpr std::size_t manifest_rows = 8;

/// Those of an entry, of which the heads are the same for all.
[[nodiscard]] PERJOULE_COLD inline Few<ManifestRow, manifest_rows> manifest_of(const Entry& entry) {
  const Footprint& found = entry.footprint;
  Number moved;
  for (const Figure& figure : entry.figures) {
    if (strcmp(figure.name, "moved_b_per_item") == 0) moved = {figure.value, figure.interval};
  }
  return {{"stored in all (B)", with_interval(bare(found.stored))},
          {"compressed (B)", with_interval(bare(found.compressed))},
          {"resident weights (B)", with_interval(bare(found.resident))},
          {"inflation", with_interval(found.inflation)},
          {"peak of a pass (B)", with_interval(bare(entry.heap.peak))},
          {"moved per item (B)", moved},
          {"parameters", with_interval(found.parameters)},
          {"non-zero parameters", with_interval(found.non_zero_parameters)}};
}

/// What was counted stands to its last digit, so that a reader can add it up.
[[nodiscard]] PERJOULE_COLD inline text::Name manifest_cell(const Number& number) noexcept {
  const auto& [estimate, interval] = number;
  text::Name cell = text::cell(estimate, interval);
  if (!estimate.is_known()) return cell;
  const text::Short whole = text::rounded(estimate.value, 0);
  const bool is_whole = to_number(whole.chars, nullptr) == estimate.value;
  if (interval.method == IntervalMethod::exact && is_whole) cell = whole.chars;
  if (estimate.provenance == Provenance::measured) return cell;
  return text::format("%s (%s)", cell.chars, name(estimate.provenance)).chars;
}

}  // namespace detail

/// Every byte that a model has: a row each, a column an entry. Files add up to what is stored in
/// all. What nobody counted is n/a.
[[nodiscard]] PERJOULE_COLD inline Table manifest_table(Entries entries) {
  const Buffer<detail::FileRow> files = detail::file_rows(entries);
  Table table(1 + files.size() + detail::manifest_rows);
  table.add("manifest");
  for (const detail::FileRow& row : files) {
    const char* const role = row.role.chars;
    table.add(row.place == 0 ? text::format("%s (B)", role).chars
                             : text::format("%s, file %zu (B)", role, row.place + 1).chars);
  }
  for (const auto& [head, number] : detail::manifest_of(Entry{})) table.add(head);
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const char* const model = entry.plan.label();
    table.add(model);
    for (const detail::FileRow& row : files) table.add(detail::manifest_cell(row.of(entry)).chars);
    for (const auto& [head, number] : detail::manifest_of(entry)) {
      table.add(detail::manifest_cell(number).chars);
    }
  }
  table.note("inflation is the weights' bytes in memory over those on disk");
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const char* const model = entries[i].plan.label();
    for (const ModelFile& file : entries[i].footprint.files) {
      table.note(text::format("%s of %s: %s", file.role.chars, model, file.name.chars));
    }
    if (!entries[i].heap.peak.is_known()) {
      table.note(text::format("no peak of a pass of %s: %s", model, entries[i].heap.why_missing));
    }
  }
  return table;
}

}  // namespace perjoule::inline v0
