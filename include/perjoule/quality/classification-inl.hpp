// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/classification.hpp"
#include "perjoule/units/estimate.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t Confusion::index_of(std::int64_t number) const noexcept {
  std::size_t place = 0;
  for (const LabelIndex::LabelCount& seen : classes_.entries()) {
    if (seen.number == number) break;
    ++place;
  }
  return place;
}

PERJOULE_INLINE double averaged_f_score(View<ClassCount> classes, const double* parameters) {
  const auto average = static_cast<Average>(static_cast<int>(parameters[0]));
  const auto kind = static_cast<FScoreKind>(static_cast<int>(parameters[1]));
  const double beta = parameters[2];
  if (average == Average::binary) {
    const auto positive = static_cast<std::size_t>(parameters[3]);
    return positive < classes.size() ? f_score_of(classes[positive], kind, beta) : 0.0;
  }
  ClassCount all;
  double sum = 0.0;
  double weights = 0.0;
  for (const ClassCount& count : classes) {
    if (count.predicted + count.actual <= 0.0) continue;  // not among items that were drawn again
    all.right += count.right;
    all.predicted += count.predicted;
    all.actual += count.actual;
    const double weight = average == Average::weighted ? count.actual : 1.0;
    sum += weight * f_score_of(count, kind, beta);
    weights += weight;
  }
  return average == Average::micro ? f_score_of(all, kind, beta) : sum / weights;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE FScore::FScore(detail::FScoreKind kind, const FScoreOptions& options)
    : Confusion(options.keep), kind_(kind), options_(options) {
  if (is_finite(options.beta) && options.beta > 0.0) return;
  detail::fail("an F score weighs recall by a beta above 0", text::shortest(options.beta).chars,
               "write .beta = 1, or leave it out");
}

PERJOULE_INLINE Quality FScore::result() const {
  const bool binary = options_.average == Average::binary;
  const text::Short positive = text::shortest(static_cast<double>(options_.positive));
  const std::size_t place = index_of(options_.positive);
  if (binary && items() != 0 && place == classes()) {
    detail::fail("no label and no output is of the positive class", positive.chars,
                 "name the class that is looked for, as in .positive = 1");
  }
  Quality quality;
  const bool is_f = kind_ == detail::FScoreKind::f;
  const text::Short f = text::format("f%s", text::shortest(options_.beta).chars).chars;
  quality.metric = text::format("%s-%s", name(options_.average),
                                is_f                                     ? f.chars
                                : kind_ == detail::FScoreKind::precision ? "precision"
                                                                         : "recall")
                       .chars;
  quality.signature =
      text::format("average:%s%s%s|zero-division:0|trivial:%s", name(options_.average),
                   binary ? "|positive:" : "", binary ? positive.chars : "",
                   binary ? "always-positive" : "most-frequent")
          .chars;
  double* const parameters = quality.formula.parameters;
  parameters[0] = static_cast<double>(options_.average);
  parameters[1] = static_cast<double>(kind_);
  parameters[2] = options_.beta;
  parameters[3] = static_cast<double>(place);
  finish<detail::averaged_f_score>(quality, binary ? place : classes());
  return quality;
}

}  // namespace perjoule::inline v0

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
    sums.by_chance += count.predicted * count.actual;
    sums.predicted += math::square(count.predicted);
    sums.actual += math::square(count.actual);
  }
  return sums;
}

PERJOULE_INLINE double matthews(View<ClassCount> classes, const double*) {
  const Agreement s = agreement_of(classes);
  const double n2 = math::square(s.items);
  const double spread = (n2 - s.predicted) * (n2 - s.actual);
  if (spread <= 0.0) return 0.0;
  return (s.items * s.right - s.by_chance) / math::square_root(spread);
}

PERJOULE_INLINE double kappa(View<ClassCount> classes, const double*) {
  const Agreement s = agreement_of(classes);
  const double by_chance = s.by_chance / math::square(s.items);
  if (by_chance >= 1.0) return quiet_nan();
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
