// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/report/table_columns.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Returns a text as HTML shows it, in an element or in a quoted attribute.
[[nodiscard]] std::string escape_html(std::string_view text);

}  // namespace detail

/// Formats a table as an HTML fragment: a table element, and a list of its notes. Of a table for
/// readers, the best numbers are strong, and the second is underlined.
[[nodiscard]] std::string html(const Table& table);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/html-inl.hpp"
#endif
