// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/cell.hpp"
#include "perjoule/report/manifest.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Buffer<FileRow> file_rows(Entries entries) {
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

PERJOULE_INLINE Few<ManifestRow, manifest_rows> manifest_of(const Entry& entry) {
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

PERJOULE_INLINE text::Name manifest_cell(const Number& number) noexcept {
  const auto& [estimate, interval] = number;
  text::Name cell = text::cell(estimate, interval);
  if (!estimate.is_known()) return cell;
  const text::Short whole = text::rounded(estimate.value, 0);
  const bool is_whole = to_number(whole.chars, nullptr) == estimate.value;
  if (interval.method == IntervalMethod::exact && is_whole) cell = whole.chars;
  if (estimate.provenance == Provenance::measured) return cell;
  return text::format("%s (%s)", cell.chars, name(estimate.provenance)).chars;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Table manifest_table(Entries entries) {
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
