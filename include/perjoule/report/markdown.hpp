// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/table.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// A cell in which no bar opens a column of its own.
[[nodiscard]] text::Long without_bars(const char* cell) noexcept;

}  // namespace detail

/// A table for a terminal and a README alike: GitHub Markdown, padded so that columns stand below
/// each other.
[[nodiscard]] std::string markdown(const Table& table);

/// The efficiency table of some entries.
[[nodiscard]] inline std::string markdown(Entries entries) { return markdown(table(entries)); }

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/markdown-inl.hpp"
#endif
