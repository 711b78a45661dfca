// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::inline v0 {

/// Returns a LaTeX macro for each number of some entries, for use in the text of a paper:
///
///     \input{macros.tex}
///     fp32 takes \perjoule{fp32}{energy}, and answers \perjoule{fp32}{accuracy} right.
///
/// Each gives what the cell of a table shows, to the character, with its unit; `\perjoulevalue`
/// gives the number alone. The first argument is the model's name, of which letters, digits and . +
/// - are kept and everything else is a hyphen; a second model of one name has -2. The file lists
/// them all. A name that it does not have is an error of LaTeX, and not an empty place in the
/// paper.
/// @throws Error for a metric with the name of another number, such as "energy"
[[nodiscard]] std::string latex_macros(Entries entries, double level = 0.95);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/latex_macros-inl.hpp"
#endif
