// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/score/contender.hpp"
#include "perjoule/score/field.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/stats/student_draw.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0 {

/// Where all contenders of a field may as well stand together: as often as the data leave it
/// possible. What holds in a share of the draws holds with that probability.
///
/// A coordinate with draws of its own lends them: draw k of one goes with draw k of each other. The
/// others are drawn from their estimates. Their random parts are independent, Student t with their
/// degrees of freedom. Their common parts are one draw for all contenders of one meter, of each as
/// much as its own `common`: where the meter reads 3 % too much, it does so for all of them. On
/// logarithmic axes, and for modelled values, both parts move the logarithm.
///
/// @error  a probability from n draws has a standard error of sqrt(p(1 - p)/n): at most .011 with
///         2000. Random parts that are drawn as independent though the same test items made both
///         leave a difference wider than it is. Parts of `common` that are not the meter's gain
///         (what is not known of idle power) are drawn as if they were, which leaves it narrower.
/// @source GUM Supplement 1 (JCGM 101:2008) 6.4.9.5 for t; stats/confidence.hpp for lognormal
/// values
class JointDraws {
 public:
  static constexpr std::size_t fewest = 100;

  /// @param draws  at least 100; where contenders bring draws, as many as they bring
  /// @throws Error  where contenders bring different numbers of draws, or too few; where a modelled
  ///         value has no uncertainty, since nothing says where else it may be
  JointDraws(const Field& field, std::uint64_t seed, std::size_t draws = 2000);

  /// How many draws.
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] std::size_t contenders() const noexcept { return contenders_; }
  [[nodiscard]] const Few<Axis, 3>& axes() const noexcept { return axes_; }
  [[nodiscard]] bool has_floor() const noexcept { return has_floor_; }
  /// All contenders in one draw.
  /// @shape [contenders]
  [[nodiscard]] View<Merits> operator[](std::size_t draw) const noexcept {
    return {merits_.data() + draw * contenders_, contenders_};
  }

 private:
  [[nodiscard]] std::size_t given(const Field& field) const;

  void draw(const Field& field, std::size_t axis, Random& random) {
    const Buffer<std::size_t> meters = meters_of(field);
    Buffer<double> shared(contenders_);  // of each meter, at its first contender
    for (std::size_t k = 0; k < size_; ++k) {
      for (std::size_t i = 0; i < contenders_; ++i) {
        if (meters[i] == i) shared[i] = student_draw(random, known_dof);
      }
      for (std::size_t i = 0; i < contenders_; ++i) {
        const Coordinate& coordinate = field.contenders()[i].coordinates[axis];
        double& merit = merits_[k * contenders_ + i].of[axis];
        if (!coordinate.draws.empty()) {
          merit = detail::merit(axes_[axis], coordinate.draws[k]);
        } else {
          merit = drawn(coordinate.value, axes_[axis], field.merits()[i].of[axis],
                        shared[meters[i]], random);
        }
      }
    }
    for (std::size_t i = 0; i < contenders_; ++i) check_modelled(field.contenders()[i], axis);
  }

  /// The first contender with the same meter, for each.
  [[nodiscard]] static Buffer<std::size_t> meters_of(const Field& field);

  /// @unit that of the merit
  [[nodiscard]] static double drawn(const Estimate<double>& value, const Axis& axis, double merit,
                                    double shared, Random& random) {
    double error = value.common * shared;
    if (value.random > 0.0) error += value.random * student_draw(random, value.dof);
    if (axis.scale == AxisScale::logarithmic) {
      constexpr double decades_per_e = 0.43429448190325182765;
      error *= decades_per_e / value.value;
    } else if (value.provenance == Provenance::modelled && value.value > 0.0) {
      error = value.value * (math::exponential(error / value.value) - 1.0);
    }
    return axis.higher_is_better ? merit + error : merit - error;
  }

  void check_modelled(const Contender& contender, std::size_t axis) const;

  Few<Axis, 3> axes_;
  bool has_floor_;
  std::size_t contenders_;
  std::size_t size_ = 0;
  Buffer<Merits> merits_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/joint_draws-inl.hpp"
#endif
