// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/contender.hpp"
#include "perjoule/score/field.hpp"
#include "perjoule/score/rank_range.hpp"
#include "perjoule/stats/order.hpp"
#include "perjoule/stats/sort.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Buffer<RankRange> rank_ranges(const JointDraws& draws, std::size_t axis,
                                              double level) {
  PERJOULE_EXPECTS(axis < draws.axes().size() && level > 0.0 && level < 1.0);
  if (draws.axes()[axis].role == AxisRole::cost && !draws.has_floor()) {
    detail::fail("a cost alone ranks a model that knows nothing first",
                 draws.axes()[axis].name.chars, "rank reaching(field, axis, floor of quality)");
  }
  const std::size_t n = draws.contenders();
  Buffer<std::uint32_t> from(n * draws.size());  // of each contender in turn, all its draws
  Buffer<std::uint32_t> to(n * draws.size());
  detail::Order order;
  for (std::size_t k = 0; k < draws.size(); ++k) {
    const View<Merits> merits = draws[k];
    order.reset(n);
    order.sort_by([merits, axis](std::size_t i) { return merits[i].of[axis]; });
    for (std::size_t first = 0, next = 0; first < n; first = next) {
      const double merit = merits[order[first]].of[axis];
      while (next < n && merits[order[next]].of[axis] == merit) ++next;
      for (std::size_t place = first; place < next; ++place) {
        from[order[place] * draws.size() + k] = static_cast<std::uint32_t>(first + 1);
        to[order[place] * draws.size() + k] = static_cast<std::uint32_t>(next);
      }
    }
  }
  Buffer<RankRange> ranges(n);
  // 1 - .9 is a little less than a tenth in binary.
  const double tail = 0.5 * (1.0 - level) + 1e-12;
  const auto beyond = static_cast<std::size_t>(tail * static_cast<double>(draws.size()));
  const std::size_t last = draws.size() - 1;
  for (std::size_t i = 0; i < n; ++i) {
    std::uint32_t* const lows = from.data() + i * draws.size();
    std::uint32_t* const highs = to.data() + i * draws.size();
    detail::sort(lows, draws.size());
    detail::sort(highs, draws.size());
    ranges[i] = {lows[0], lows[beyond], highs[last - beyond], highs[last]};
  }
  return ranges;
}

}  // namespace perjoule::inline v0
