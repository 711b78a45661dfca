// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/stats/autocorrelation.hpp"
#include "perjoule/stats/sort.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0 {

/// Where the middle of a symmetric distribution is, and its interval, from its values.
struct Location {
  double value = 0.0;         ///< @unit that of the values
  Interval<double> interval;  ///< @unit that of the values
};

/// The Hodges-Lehmann estimate of differences of pairs and the interval of Wilcoxon's signed-rank
/// test: no distribution is assumed but that differences are as likely above the middle as below
/// it, as those of two variants in turns are. A few wild pairs hardly move it, and under normal
/// noise it needs only 5 % more pairs than the mean.
///
/// Of more than 200 values neighbours are averaged first, since it takes the square of their
/// number.
///
/// @unit   that of the values
/// @shape  differences: in the order of time, at least six
/// @error  missing where no interval of these few values reaches the level. The normal
///         approximation of the test, widened by the autocorrelation time as in mean_of_windows
/// @source Hodges and Lehmann (1963); Hollander, Wolfe and Chicken, Nonparametric Statistical
///         Methods (2014), 3.2 and 3.3
[[nodiscard]] PERJOULE_COLD inline Location signed_rank(View<double> differences,
                                                        double level = 0.95) {
  PERJOULE_EXPECTS(!differences.empty());
  constexpr std::size_t most = 200;
  const std::size_t together = (differences.size() + most - 1) / most;
  Buffer<double> values(differences.size() / together);
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < together; ++j) values[i] += differences[i * together + j];
    values[i] /= static_cast<double>(together);
  }
  Buffer<double> averages;  // Walsh's, of each value with itself and all behind it
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = i; j < values.size(); ++j) {
      averages.push_back(0.5 * (values[i] + values[j]));
    }
  }
  detail::sort(averages.data(), averages.size());
  const std::size_t middle = averages.size() / 2;
  Location found;
  found.value =
      averages.size() % 2 == 1 ? averages[middle] : 0.5 * (averages[middle - 1] + averages[middle]);

  const auto n = static_cast<double>(values.size());
  const double ranks = n * (n + 1.0);
  const double p = 0.5 * (1.0 + level);
  const double spread =
      t_quantile(p, known_dof) * math::square_root(ranks * (2.0 * n + 1.0) / 24.0);
  const double below = 0.25 * ranks - spread;
  if (below < 1.0) return found;
  const auto outside = static_cast<std::size_t>(below);
  double wider = 1.0;
  const double time = autocorrelation_time(values);
  if (time > 1.0) {
    wider = math::square_root(time * (n - 1.0) / (n - time)) *
            t_quantile(p, detail::dependent_dof(n, time)) / t_quantile(p, n - 1.0);
  }
  found.interval = {found.value - wider * (found.value - averages[outside - 1]),
                    found.value + wider * (averages[averages.size() - outside] - found.value),
                    level, IntervalMethod::signed_rank};
  return found;
}

}  // namespace perjoule::inline v0
