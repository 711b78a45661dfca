// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/units/estimate.hpp"

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
[[nodiscard]] Buffer<FileRow> file_rows(Entries entries);

/// What an entry has beside its files.
struct ManifestRow {
  const char* head;
  Number number;
};
inline constexpr std::size_t manifest_rows = 8;

/// Those of an entry, of which the heads are the same for all.
[[nodiscard]] Few<ManifestRow, manifest_rows> manifest_of(const Entry& entry);

/// What was counted stands to its last digit, so that a reader can add it up.
[[nodiscard]] text::Name manifest_cell(const Number& number) noexcept;

}  // namespace detail

/// Every byte that a model has: a row each, a column an entry. Files add up to what is stored in
/// all. What nobody counted is n/a.
[[nodiscard]] Table manifest_table(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/manifest-inl.hpp"
#endif
