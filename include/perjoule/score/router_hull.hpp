// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/score/field.hpp"

namespace perjoule::inline v0 {

/// The contenders that stay on the front once models may be mixed. A router that sends a share s of
/// the items to one model and the rest to another, blindly, takes s and 1 - s of their joules and
/// has s and 1 - s of their quality: every point of the chord between the two. Whoever lies below a
/// chord is beaten by the pair; what the result leaves of the front isn't.
///
/// The chord is straight in joules and quality as they are, so an axis' logarithmic scale is not
/// heeded: on it the same mixtures are a curve. It holds for a quality that is a mean over items
/// (accuracy, word error rate over items of equal length; no F1, BLEU or perplexity) and for costs
/// per item, with both models ready: a router that loads one when it is asked costs more, and the
/// router's own cost is taken as nothing. One that looks at the item can be better than the chord.
///
/// @param field  with two axes, one of quality and one of cost
/// @return numbers in the field of the corners, from the cheapest to the best; of equal ones the
///         first
/// @error  of the values alone
/// @throws Error  where the axes are others, or the cost is a rate
/// @source Provost and Fawcett, Machine Learning 42 (2001) 203, for classifiers; Andrew,
/// Information
///         Processing Letters 9 (1979) 216, for the hull
[[nodiscard]] Buffer<std::size_t> router_hull(const Field& field);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/router_hull-inl.hpp"
#endif
