// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::inline v0::detail {

/// Returns "8 hardware threads", or that their number is not known.
[[nodiscard]] std::string threads_text(const Machine& machine);

/// Returns "16.00 GB memory", or that it is not known.
[[nodiscard]] std::string memory_text(const Machine& machine);

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

/// Returns the paragraph that says how some entries were measured: what with, over how many
/// windows, how the intervals were computed, on which hardware, and what was not measured. A
/// sentence for each fact, of which authors take what their paper has room for.
[[nodiscard]] std::vector<std::string> methods(Entries entries, double level = 0.95);

/// Returns that paragraph in LaTeX, with citations of bibtex().
[[nodiscard]] std::string latex_methods(Entries entries, double level = 0.95);

/// Returns BibTeX entries of perjoule and of the methods by which the entries' intervals were
/// computed.
[[nodiscard]] std::string bibtex(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/methods-inl.hpp"
#endif
