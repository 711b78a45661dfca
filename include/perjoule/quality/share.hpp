// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/quality/metric.hpp"

namespace perjoule::inline v0::detail {

/// A share of items, each right or wrong, with Wilson's interval.
/// @unit a share of 1
[[nodiscard]] Bounded share_of(std::size_t right, std::size_t items);

/// Fills in value, interval and skill of a share of items that are right.
///
/// @param quality      with name, items, trivial and perfect
/// @param why_no_room  see add_skill
/// @throws Error for no items
void sum_up_share(Quality& quality, std::size_t right, const char* why_no_room);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/quality/share-inl.hpp"
#endif
