// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/contender.hpp"
#include "perjoule/units/provenance.hpp"

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
[[nodiscard]] text::Long place(const Contender& contender, const Axis& axis) noexcept;

/// A number that no axis can hold.
/// @throws Error  that says so
void check_number(const Contender& contender, const Axis& axis, double value);

/// @throws Error  where the value is no number or its uncertainty is none
void check_value(const Contender& contender, const Axis& axis, const Coordinate& coordinate);

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
  Field(View<Axis> axes, View<Contender> contenders);

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

  void enter(const Contender& contender);

  void check_comparable(const Contender& a, const Contender& b) const;

  [[noreturn]] static void refuse(const Contender& a, const char* is, const Contender& b,
                                  const char* but, const char* next_step);

  Few<Axis, 3> axes_;
  Buffer<Contender> contenders_;
  Buffer<Merits> merits_;
  Buffer<LeftOut> left_out_;
  bool has_floor_ = false;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/field-inl.hpp"
#endif
