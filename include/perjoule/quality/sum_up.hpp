// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0::detail {

[[nodiscard]] bool is_share(const Quality& quality) noexcept;

/// Nothing is better than perfect, and a share lies between 0 and 1.
void keep_possible(Quality& quality) noexcept;

/// The interval of a value that all items agree on, whose scatter is 0 and shows nothing: what
/// Wilson's leaves open of n right ones of n. A share has it as it is, as an accuracy of n of n
/// has; else it is on the scale from the trivial predictor to a perfect one. Missing where there is
/// no such scale, since a width of 0 would be wrong.
/// @unit  that of the metric
/// @error covers .95 and more where an item is right or wrong; else a stand-in, wide and not zero
[[nodiscard]] Bounded of_items_alike(const Quality& quality, double value);

/// The mean of a number of each item: a share where each is 0 or 1, with Student's interval else.
/// @unit that of the items
[[nodiscard]] Bounded mean_of_items(View<double> rows);

/// Fills in what follows from the rows of a metric alone: value, interval and skill.
///
/// A mean of items has Wilson's or Student's interval, every other formula that of the bootstrap
/// over items.
///
/// @param quality      with name, formula, trivial and perfect
/// @param why_no_room  see add_skill
/// @shape  rows: [quality.items, columns], row-major
/// @throws Error for no items
void sum_up(Quality& quality, View<double> rows, const char* why_no_room);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/sum_up-inl.hpp"
#endif
