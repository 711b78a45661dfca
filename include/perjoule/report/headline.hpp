// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/config.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// True where the items leave open which of two models is better by their first metric: the
/// interval of their difference, paired by item, contains zero.
[[nodiscard]] bool cannot_be_told_apart(const Entry& a, const Entry& b);

}  // namespace detail

/// A sentence or two: the best model, and the cheapest of those that cannot be told from it.
/// Quality comes first and energy second, since their ratio crowns a model that knows little for
/// next to nothing. Where energy is not measured it speaks of CPU time. Empty when there is no
/// quality, or nothing to compare.
[[nodiscard]] std::string headline(Entries entries);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/report/headline-inl.hpp"
#endif
