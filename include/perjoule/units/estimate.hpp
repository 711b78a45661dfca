// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdint>
#include <string_view>

#include "perjoule/core/nan.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// Origin of a number, from best to worst. It only gets worse on the way to a table.
enum class Provenance : std::uint8_t {
  measured,   ///< read from an instrument, or counted
  estimated,  ///< derived from measured values by an approximation
  modelled,   ///< computed from a model of the machine; never ranked with measured values
  simulated,  ///< read from a simulated machine that exists only in this process
  missing,    ///< there is no number; the value must not be read
};

/// Returns the worst provenance of the inputs.
[[nodiscard]] constexpr Provenance worst(Provenance a, Provenance b) noexcept {
  return a < b ? b : a;
}

[[nodiscard]] constexpr std::string_view name(Provenance provenance) noexcept {
  switch (provenance) {
    case Provenance::measured:
      return "measured";
    case Provenance::estimated:
      return "estimated";
    case Provenance::modelled:
      return "modelled";
    case Provenance::simulated:
      return "simulated";
    case Provenance::missing:
      break;
  }
  return "missing";
}

/// Degrees of freedom of an uncertainty that was not estimated from repeats, such as the quantum of
/// a counter. From here on t is normal to four digits. It is a finite number, since infinity
/// neither exists in JSON nor survives -ffast-math.
/// @unit none
inline constexpr double infinite_dof = 1e6;

/// A value with its provenance and its standard uncertainty in two parts.
///
/// `random` differs from window to window (run-to-run scatter, tick phase, quantum) and decreases
/// when more windows are measured. `common` is shared by all windows of a run (gain of the meter,
/// idle power, error of a model) and does not decrease. The difference matters when two values of
/// one run are compared, so the two are not added up early. There are no operators between two
/// estimates: each function in stats/propagate.hpp and stats/ratio.hpp names its formula and
/// assumptions.
///
/// Where nothing tells how far a value is off, as that of a single window, `random` is NaN and
/// `dof` is 0: there is a value and no interval.
///
/// A modelled value is lognormal: `common / value` is the standard deviation of its logarithm.
///
/// @unit  value, random and common have the unit of Q
/// @error random and common are standard uncertainties; the 95 % interval is interval(estimate)
template <class Q>
struct Estimate {
  Q value = Q(detail::quiet_nan());
  Q random = Q(detail::quiet_nan());
  double dof = 0.0;  ///< degrees of freedom of `random`. @unit none
  Q common = Q(detail::quiet_nan());
  Provenance provenance = Provenance::missing;

  /// False if there is no number here; no other member may then be read.
  [[nodiscard]] constexpr bool is_known() const noexcept {
    return provenance != Provenance::missing;
  }
};

/// Returns a counted value without uncertainty, such as the bytes of a file.
template <class Q>
[[nodiscard]] constexpr Estimate<Q> exact(Q value) noexcept {
  return {value, Q(0.0), infinite_dof, Q(0.0), Provenance::measured};
}

namespace detail {

/// Converts an estimate to one without its unit, or back. Computations that are alike for every
/// unit are done on doubles and compiled once.
/// @unit SI unit of Q
template <class Q>
[[nodiscard]] constexpr Estimate<double> strip_unit(const Estimate<Q>& e) noexcept {
  return {number(e.value), number(e.random), e.dof, number(e.common), e.provenance};
}
template <class Q>
[[nodiscard]] constexpr Estimate<Q> with_unit(const Estimate<double>& e) noexcept {
  return {Q(e.value), Q(e.random), e.dof, Q(e.common), e.provenance};
}

/// Tells whether there is a number and arithmetic on it gives a number: a division by zero in the
/// code that filled the estimate may have left NaN or infinity.
[[nodiscard]] constexpr bool is_known_and_finite(const Estimate<double>& e) noexcept {
  return e.is_known() && is_finite(e.value) && is_finite(e.random) && is_finite(e.common);
}

/// Tells whether there is a number of which may not be known how far it is off: that of a single
/// window has no scatter, which is NaN then, and no interval.
[[nodiscard]] constexpr bool has_value(const Estimate<double>& e) noexcept {
  return e.is_known() && is_finite(e.value) && is_finite(e.common);
}

}  // namespace detail

/// Method by which an interval was computed.
enum class IntervalMethod : std::uint8_t {
  missing,          ///< there is no interval
  exact,            ///< a counted value: low = high
  student_t,        ///< value ± t u
  lognormal,        ///< value ×/÷ exp(t u/value), of a modelled value
  wilson,           ///< score interval of a proportion
  tango,            ///< score interval of a difference of paired proportions
  log_delta,        ///< of a ratio of two positive values, and of a mean of losses
  mover,            ///< of a ratio or a mean over classes, from an interval of each part
  fieller,          ///< of a ratio, where log_delta would be too narrow
  box,              ///< of a ratio, from two intervals that hold together
  bootstrap,        ///< percentiles of resampled statistics
  signed_rank,      ///< of paired differences, whatever their distribution
  rank_sum,         ///< of the shift between two samples, whatever their distribution
  order_statistic,  ///< of a quantile, whatever the distribution
  bca,              ///< of resampled statistics, corrected for bias and skewness
  clopper_pearson,  ///< exact interval of a proportion
  delong,           ///< of an AUROC, with DeLong's variance and the shape of Wilson's
  bound,            ///< no interval of chance: a limit that holds in 95 of 100 cases or more
  fisher_z,         ///< of a correlation r, on the scale of atanh(r)
  logit,            ///< of a share, on the scale of its log odds
  gamma,            ///< of a mean of losses that few items have
  other,            ///< a method of another version, in a record that was read
};

[[nodiscard]] constexpr std::string_view name(IntervalMethod method) noexcept {
  switch (method) {
    case IntervalMethod::exact:
      return "exact";
    case IntervalMethod::student_t:
      return "student-t";
    case IntervalMethod::lognormal:
      return "lognormal";
    case IntervalMethod::wilson:
      return "wilson";
    case IntervalMethod::tango:
      return "tango";
    case IntervalMethod::mover:
      return "mover";
    case IntervalMethod::bound:
      return "bound";
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
    case IntervalMethod::rank_sum:
      return "rank-sum";
    case IntervalMethod::order_statistic:
      return "order-statistic";
    case IntervalMethod::bca:
      return "bootstrap-bca";
    case IntervalMethod::clopper_pearson:
      return "clopper-pearson";
    case IntervalMethod::delong:
      return "delong-wilson";
    case IntervalMethod::fisher_z:
      return "fisher-z";
    case IntervalMethod::logit:
      return "logit";
    case IntervalMethod::gamma:
      return "gamma";
    case IntervalMethod::other:
      return "other";
    case IntervalMethod::missing:
      break;
  }
  return "missing";
}

/// Range of values compatible with the data at a confidence level. Unlike `Estimate` it may be
/// asymmetric about the value.
/// @unit  low and high have the unit of Q
/// @error covers the true value with probability `level`, under the assumptions of its method
template <class Q>
struct Interval {
  Q low = Q(detail::quiet_nan());
  Q high = Q(detail::quiet_nan());
  double level = 0.95;  ///< @unit a share of 1
  IntervalMethod method = IntervalMethod::missing;

  /// False if the data bound the value on neither side, or if there is no value.
  [[nodiscard]] constexpr bool is_known() const noexcept {
    return method != IntervalMethod::missing;
  }
  [[nodiscard]] constexpr bool contains(Q value) const noexcept {
    return is_known() && low <= value && value <= high;
  }
};

/// An estimate with its interval, which may be asymmetric about it.
template <class Q>
struct IntervalEstimate {
  Estimate<Q> estimate;
  Interval<Q> interval;
};

namespace detail {

/// @copydoc with_unit(const Estimate<double>&)
template <class Q>
[[nodiscard]] constexpr Interval<Q> with_unit(const Interval<double>& i) noexcept {
  return {Q(i.low), Q(i.high), i.level, i.method};
}

/// @copydoc strip_unit(const Estimate<Q>&)
template <class Q>
[[nodiscard]] IntervalEstimate<double> strip_unit(const IntervalEstimate<Q>& measured) noexcept {
  return {strip_unit(measured.estimate),
          {number(measured.interval.low), number(measured.interval.high), measured.interval.level,
           measured.interval.method}};
}

}  // namespace detail

}  // namespace perjoule::inline v0
