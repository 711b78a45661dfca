// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/contender.hpp"

namespace perjoule::inline v0 {

/// A contender with every axis turned so that more is better: a cost is negated, a logarithmic axis
/// in powers of ten. An axis that a field hasn't got is 0 for all.
struct Merits {
  double of[3] = {};  ///< @unit that of the axis, or its decimal logarithm

  friend constexpr bool operator==(const Merits& a, const Merits& b) noexcept {
    return a.of[0] == b.of[0] && a.of[1] == b.of[1] && a.of[2] == b.of[2];
  }
};

/// A contender that is not ranked, and why.
struct LeftOut {
  text::Name name;
  text::Name reason;  ///< "energy is missing"
};

namespace detail {

/// @unit   of the axis, or its decimal logarithm
/// @source score/field.hpp, Merits
[[nodiscard]] inline double merit(const Axis& axis, double value) noexcept {
  const double scaled =
      axis.scale == AxisScale::logarithmic ? math::decimal_logarithm(value) : value;
  return axis.higher_is_better ? scaled : -scaled;
}

/// "cnn, energy": where an error is.
[[nodiscard]] PERJOULE_COLD inline text::Long place(const Contender& contender,
                                                    const Axis& axis) noexcept {
  return text::format("%s, %s", contender.name.chars, axis.name.chars);
}

/// A number that no axis can hold.
/// @throws Error  that says so
PERJOULE_COLD inline void check_number(const Contender& contender, const Axis& axis, double value) {
  if (!is_finite(value)) {
    fail("a value is not a number", place(contender, axis).chars,
         "give its estimate the provenance missing where there is none");
  }
  if (axis.scale == AxisScale::logarithmic && value <= 0.0) {
    fail("a value is not above zero on a logarithmic axis", place(contender, axis).chars,
         "make the axis linear");
  }
}

/// @throws Error  where the value is no number or its uncertainty is none
PERJOULE_COLD inline void check_value(const Contender& contender, const Axis& axis,
                                      const Coordinate& coordinate) {
  const Estimate<double>& e = coordinate.value;
  check_number(contender, axis, e.value);
  const bool sure = is_finite(e.random) && e.random >= 0.0 && is_finite(e.common) &&
                    e.common >= 0.0 && (e.random <= 0.0 || (is_finite(e.dof) && e.dof >= 1.0));
  if (!sure) {
    fail("the uncertainty of a value is not a number", place(contender, axis).chars,
         "give random, its degrees of freedom, and common; exact() for a value that was counted");
  }
  for (const double drawn : coordinate.draws) check_number(contender, axis, drawn);
}

/// Whether two values may stand on one axis. An estimated one says how much wider it is for being
/// an approximation of measured values, so the two are of one kind; the others are of none.
[[nodiscard]] inline bool is_of_one_kind(Provenance a, Provenance b) noexcept {
  return a == b || (a <= Provenance::estimated && b <= Provenance::estimated);
}

}  // namespace detail

/// Contenders that may be compared with one another: on the same axes, counted for the same part of
/// a machine and in the same way. Everything that ranks takes one.
///
/// A contender without a value on one of the axes is left out, with the reason: it is neither on a
/// front nor off it, and every position that a function could give it would be a number for what
/// nobody knows. It is no error, since one model of twelve without a meter must not cost the other
/// eleven their table; a table names who was left out.
class Field {
 public:
  /// @param axes        one to three
  /// @param contenders  each with a coordinate for each axis; their draws stay borrowed
  /// @throws Error  where two may not be compared (energy of different scopes; measured beside
  ///         modelled or simulated); where a number is none; where a logarithmic axis meets zero
  PERJOULE_COLD Field(View<Axis> axes, View<Contender> contenders) {
    if (axes.empty() || axes.size() > 3) {
      detail::fail("a field has one to three axes", "Field", "compare by fewer things at a time");
    }
    for (const Axis& axis : axes) axes_.push_back(axis);
    for (const Contender& contender : contenders) enter(contender);
  }

  [[nodiscard]] std::size_t size() const noexcept { return contenders_.size(); }
  [[nodiscard]] const Few<Axis, 3>& axes() const noexcept { return axes_; }
  /// Those that are ranked: what is said of contender i in any result is said of the i-th of these.
  [[nodiscard]] View<Contender> contenders() const noexcept { return contenders_; }
  [[nodiscard]] View<Merits> merits() const noexcept { return merits_; }
  [[nodiscard]] View<LeftOut> left_out() const noexcept { return left_out_; }
  /// Whether each contender reaches a floor of quality: see reaching().
  [[nodiscard]] bool has_floor() const noexcept { return has_floor_; }

  /// The same without those for whom `why_not(contender)` gives a reason, over a floor from now on.
  template <class WhyNot>
  [[nodiscard]] Field over_floor(WhyNot why_not) const {
    Field kept;
    kept.axes_ = axes_;
    kept.left_out_ = left_out_;
    kept.has_floor_ = true;
    for (std::size_t i = 0; i < size(); ++i) {
      const text::Name reason = why_not(contenders_[i]);
      if (reason.empty()) {
        kept.contenders_.push_back(contenders_[i]);
        kept.merits_.push_back(merits_[i]);
      } else {
        kept.left_out_.push_back({contenders_[i].name, reason});
      }
    }
    return kept;
  }

 private:
  Field() = default;

  PERJOULE_COLD void enter(const Contender& contender) {
    if (contender.coordinates.size() != axes_.size()) {
      detail::fail("a contender has another number of coordinates than there are axes",
                   contender.name.chars, "give one for each; a default Coordinate is missing");
    }
    Merits merits;
    for (std::size_t a = 0; a < axes_.size(); ++a) {
      const Coordinate& coordinate = contender.coordinates[a];
      if (!coordinate.value.is_known()) {
        left_out_.push_back(
            {contender.name, text::format("%s is missing", axes_[a].name.chars).chars});
        return;
      }
      detail::check_value(contender, axes_[a], coordinate);
      merits.of[a] = detail::merit(axes_[a], coordinate.value.value);
    }
    if (!contenders_.empty()) check_comparable(contenders_[0], contender);
    contenders_.push_back(contender);
    merits_.push_back(merits);
  }

  PERJOULE_COLD void check_comparable(const Contender& a, const Contender& b) const {
    if (a.scope != b.scope) {
      refuse(a, name(a.scope), b, name(b.scope),
             "measure both with the same meter, or rank each scope by itself");
    }
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      const Provenance of_a = a.coordinates[i].value.provenance;
      const Provenance of_b = b.coordinates[i].value.provenance;
      if (detail::is_of_one_kind(of_a, of_b)) continue;
      const text::Long said_a = text::format("%s %s", axes_[i].name.chars, name(of_a));
      const text::Long said_b = text::format("%s %s", axes_[i].name.chars, name(of_b));
      refuse(a, said_a.chars, b, said_b.chars, "measure both, or rank each kind by itself");
    }
  }

  [[noreturn]] PERJOULE_COLD static void refuse(const Contender& a, const char* is,
                                                const Contender& b, const char* but,
                                                const char* next_step) {
    const text::Long pair =
        text::format("%s (%s) and %s (%s)", a.name.chars, is, b.name.chars, but);
    detail::fail("values of different kinds are not ranked together", pair.chars, next_step);
  }

  Few<Axis, 3> axes_;
  Buffer<Contender> contenders_;
  Buffer<Merits> merits_;
  Buffer<LeftOut> left_out_;
  bool has_floor_ = false;
};

}  // namespace perjoule::inline v0
