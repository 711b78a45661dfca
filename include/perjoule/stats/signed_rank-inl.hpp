// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/stats/autocorrelation.hpp"
#include "perjoule/stats/signed_rank.hpp"
#include "perjoule/stats/sort.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Location signed_rank(View<double> differences, double level) {
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
