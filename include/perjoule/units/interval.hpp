// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>

#include "perjoule/core/missing.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// How an interval was computed.
enum class IntervalMethod : std::uint8_t {
  missing,          ///< there is none
  exact,            ///< a counted value: low = high
  student_t,        ///< value ± t u
  lognormal,        ///< value ×/÷ exp(t u/value), of a modelled value
  wilson,           ///< score interval of a proportion
  log_delta,        ///< of a ratio of two positive values
  fieller,          ///< of a ratio, where log_delta would be too narrow
  box,              ///< of a ratio, from two intervals that hold together
  bootstrap,        ///< percentiles of resampled statistics
  signed_rank,      ///< of paired differences, whatever their distribution
  order_statistic,  ///< of a quantile, whatever the distribution
  bca,              ///< of resampled statistics, corrected for bias and skewness
  clopper_pearson,  ///< exact interval of a proportion
  delong,           ///< of an AUROC, on the scale of its log-odds
};

[[nodiscard]] constexpr const char* name(IntervalMethod method) noexcept {
  switch (method) {
    case IntervalMethod::exact:
      return "exact";
    case IntervalMethod::student_t:
      return "student-t";
    case IntervalMethod::lognormal:
      return "lognormal";
    case IntervalMethod::wilson:
      return "wilson";
    case IntervalMethod::log_delta:
      return "log-delta";
    case IntervalMethod::fieller:
      return "fieller";
    case IntervalMethod::box:
      return "box";
    case IntervalMethod::bootstrap:
      return "bootstrap-percentile";
    case IntervalMethod::signed_rank:
      return "signed-rank";
    case IntervalMethod::order_statistic:
      return "order-statistic";
    case IntervalMethod::bca:
      return "bootstrap-bca";
    case IntervalMethod::clopper_pearson:
      return "clopper-pearson";
    case IntervalMethod::delong:
      return "delong-logit";
    case IntervalMethod::missing:
      break;
  }
  return "missing";
}

/// What the data leave possible at a confidence level. Unlike `Estimate` it may lie unevenly about
/// the value.
/// @unit  low and high have that of Q
/// @error covers the true value with probability `level`, under the assumptions of its method
template <class Q>
struct Interval {
  Q low = Q(detail::no_number());
  Q high = Q(detail::no_number());
  double level = 0.95;  ///< @unit a share of 1
  IntervalMethod method = IntervalMethod::missing;

  /// False: the data bound the value on no side (or there is no value).
  [[nodiscard]] constexpr bool is_known() const noexcept {
    return method != IntervalMethod::missing;
  }
  [[nodiscard]] constexpr bool contains(Q value) const noexcept {
    return is_known() && low <= value && value <= high;
  }
};

namespace detail {

/// @copydoc with_unit(const Estimate<double>&)
template <class Q>
[[nodiscard]] constexpr Interval<Q> with_unit(const Interval<double>& i) noexcept {
  return {Q(i.low), Q(i.high), i.level, i.method};
}

}  // namespace detail

}  // namespace perjoule::inline v0
