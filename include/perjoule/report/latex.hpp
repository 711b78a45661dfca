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

/// Returns a text as LaTeX shows it, whatever it contains. What pdfTeX has no letter for is shown
/// by its code point there, and as it is by XeTeX and LuaTeX. Fragments that contain such a letter
/// begin with latex_preamble().
[[nodiscard]] std::string escape_latex(std::string_view text);

/// Returns a number with a minus sign instead of a hyphen, as it is otherwise.
[[nodiscard]] std::string latex_number(std::string_view number);

/// The two lines of a head: what it is, and its unit.
struct LatexHead {
  std::string title;
  std::string unit;  ///< "(mJ)"
};

[[nodiscard]] LatexHead latex_head(const TableCell& head);

/// Returns the definition of what escape_latex() uses; may stand several times in a document.
[[nodiscard]] std::string_view latex_preamble() noexcept;

}  // namespace detail

/// Formats a table for a paper: a tabular that needs the package booktabs, and the notes below it.
/// Write it to a file, and use it in a table environment:
///
///     \begin{table}
///       \centering
///       \input{table.tex}
///       \caption{...}
///     \end{table}
///
/// Of a table for readers (TableOptions), the best number of a column and all that cannot be told
/// from it are bold, the second is underlined, arrows say which numbers are better, and models on
/// the Pareto front have a letter. A dagger says that a number was not measured.
[[nodiscard]] std::string latex(const Table& table);

/// Formats the efficiency table of some entries, with marks.
/// @throws as table()
[[nodiscard]] std::string latex(Entries entries, const TableOptions& options = {{"paper"}, true});

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/latex-inl.hpp"
#endif
