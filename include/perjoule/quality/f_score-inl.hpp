// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/f_score.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE double averaged_f(View<ClassCount> classes, const double* parameters) {
  const auto average = static_cast<Average>(static_cast<int>(parameters[0]));
  const auto kind = static_cast<FKind>(static_cast<int>(parameters[1]));
  const double beta = parameters[2];
  if (average == Average::binary) {
    const auto positive = static_cast<std::size_t>(parameters[3]);
    return positive < classes.size() ? f_of(classes[positive], kind, beta) : 0.0;
  }
  ClassCount all;
  double sum = 0.0;
  double weights = 0.0;
  for (const ClassCount& count : classes) {
    if (count.named + count.actual <= 0.0) continue;  // not among items that were drawn again
    all.right += count.right;
    all.named += count.named;
    all.actual += count.actual;
    const double weight = average == Average::weighted ? count.actual : 1.0;
    sum += weight * f_of(count, kind, beta);
    weights += weight;
  }
  return average == Average::micro ? f_of(all, kind, beta) : sum / weights;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE FScore::FScore(detail::FKind kind, const FScoreOptions& options)
    : Confusion(options.keep), kind_(kind), options_(options) {
  if (is_finite(options.beta) && options.beta > 0.0) return;
  detail::fail("an F score weighs recall by a beta above 0", text::shortest(options.beta).chars,
               "write .beta = 1, or leave it out");
}

PERJOULE_INLINE Quality FScore::result() const {
  const bool binary = options_.average == Average::binary;
  const text::Short positive = text::shortest(static_cast<double>(options_.positive));
  const std::size_t place = place_of(options_.positive);
  if (binary && items() != 0 && place == classes()) {
    detail::fail("no label and no output is of the positive class", positive.chars,
                 "name the class that is looked for, as in .positive = 1");
  }
  Quality quality;
  const bool is_f = kind_ == detail::FKind::f;
  const text::Short f = text::format("f%s", text::shortest(options_.beta).chars).chars;
  quality.metric = text::format("%s-%s", name(options_.average),
                                is_f                                ? f.chars
                                : kind_ == detail::FKind::precision ? "precision"
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
  finish<detail::averaged_f>(quality, binary ? place : classes());
  return quality;
}

}  // namespace perjoule::inline v0
