// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Returns a page of some entries for a browser: one HTML file that loads nothing, from this
/// machine or another. Without scripts it shows a table, its notes and the figure; with scripts the
/// table can be sorted and filtered, and a row shows all that its record says. Entries that cannot
/// be compared may stand in one page: then no number is marked as the best.
/// @param figure_svg  the Pareto front as gnuplot's SVG; empty: none
std::string page(Entries entries, const std::string& figure_svg);

/// Returns whether pages have a chart of the front that follows the filters. Its libraries come
/// from npm when this program is built; without them a page still has everything else.
bool page_has_chart() noexcept;

}  // namespace perjoule::cli
