// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/score/field.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE text::Long place(const Contender& contender, const Axis& axis) noexcept {
  return text::format("%s, %s", contender.name.chars, axis.name.chars);
}

PERJOULE_INLINE void check_number(const Contender& contender, const Axis& axis, double value) {
  if (!is_finite(value)) {
    fail("a value is not a number", place(contender, axis).chars,
         "give its estimate the provenance missing where there is none");
  }
  if (axis.scale == AxisScale::logarithmic && value <= 0.0) {
    fail("a value is not above zero on a logarithmic axis", place(contender, axis).chars,
         "make the axis linear");
  }
}

PERJOULE_INLINE void check_value(const Contender& contender, const Axis& axis,
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

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE Field::Field(View<Axis> axes, View<Contender> contenders) {
  if (axes.empty() || axes.size() > 3) {
    detail::fail("a field has one to three axes", "Field", "compare by fewer things at a time");
  }
  for (const Axis& axis : axes) axes_.push_back(axis);
  for (const Contender& contender : contenders) enter(contender);
}

PERJOULE_INLINE void Field::enter(const Contender& contender) {
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

PERJOULE_INLINE void Field::check_comparable(const Contender& a, const Contender& b) const {
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

PERJOULE_INLINE void Field::refuse(const Contender& a, const char* is, const Contender& b,
                                   const char* but, const char* next_step) {
  const text::Long pair = text::format("%s (%s) and %s (%s)", a.name.chars, is, b.name.chars, but);
  detail::fail("values of different kinds are not ranked together", pair.chars, next_step);
}

}  // namespace perjoule::inline v0
