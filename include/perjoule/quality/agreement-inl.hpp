// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/quality/agreement.hpp"
#include "perjoule/units/interval.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double mean_recall(View<ClassCount> classes, const double*) {
  double sum = 0.0;
  double present = 0.0;
  for (const ClassCount& count : classes) {
    if (count.actual <= 0.0) continue;
    sum += count.right / count.actual;
    present += 1.0;
  }
  return sum / present;
}

PERJOULE_INLINE Agreement agreement_of(View<ClassCount> classes) {
  Agreement sums;
  for (const ClassCount& count : classes) {
    sums.items += count.actual;
    sums.right += count.right;
    sums.by_chance += count.named * count.actual;
    sums.named += math::square(count.named);
    sums.actual += math::square(count.actual);
  }
  return sums;
}

PERJOULE_INLINE double matthews(View<ClassCount> classes, const double*) {
  const Agreement s = agreement_of(classes);
  const double n2 = math::square(s.items);
  const double spread = (n2 - s.named) * (n2 - s.actual);
  if (spread <= 0.0) return 0.0;
  return (s.items * s.right - s.by_chance) / math::square_root(spread);
}

PERJOULE_INLINE double kappa(View<ClassCount> classes, const double*) {
  const Agreement s = agreement_of(classes);
  const double by_chance = s.by_chance / math::square(s.items);
  if (by_chance >= 1.0) return no_number();
  return (s.right / s.items - by_chance) / (1.0 - by_chance);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Quality ClassAgreement::result() const {
  Quality quality;
  quality.signature = "classes:seen|trivial:most-frequent";
  switch (kind_) {
    case detail::AgreementKind::balanced_accuracy:
      quality.metric = "balanced-accuracy";
      finish<detail::mean_recall>(quality, classes());
      break;
    case detail::AgreementKind::matthews:
      quality.metric = "mcc";
      quality.unit = "";
      finish<detail::matthews>(quality, classes());
      break;
    case detail::AgreementKind::kappa:
      quality.metric = "kappa";
      quality.unit = "";
      finish<detail::kappa>(quality, classes());
      break;
  }
  // No correlation is below -1, nor is its skill, since the trivial predictor's is 0.
  for (Interval<double>* const interval : {&quality.value_interval, &quality.skill_interval}) {
    if (interval->is_known() && interval->low < -1.0) interval->low = -1.0;
  }
  return quality;
}

}  // namespace perjoule::inline v0
