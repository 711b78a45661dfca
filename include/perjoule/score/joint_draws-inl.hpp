// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/score/joint_draws.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE JointDraws::JointDraws(const Field& field, std::uint64_t seed, std::size_t draws)
    : axes_(field.axes()), has_floor_(field.has_floor()), contenders_(field.size()) {
  PERJOULE_EXPECTS(draws >= fewest);
  size_ = given(field);
  if (size_ == 0) size_ = draws;
  merits_ = Buffer<Merits>(size_ * contenders_);
  Random random(seed);
  for (std::size_t axis = 0; axis < axes_.size(); ++axis) draw(field, axis, random);
}

PERJOULE_INLINE std::size_t JointDraws::given(const Field& field) const {
  const Contender* first = nullptr;
  std::size_t draws = 0;
  for (const Contender& contender : field.contenders()) {
    for (const Coordinate& coordinate : contender.coordinates) {
      const std::size_t size = coordinate.draws.size();
      if (size == 0) continue;
      if (first == nullptr) {
        first = &contender;
        draws = size;
      }
      if (size != draws) {
        const text::Long pair = text::format("%s (%zu) and %s (%zu)", first->name.chars, draws,
                                             contender.name.chars, size);
        detail::fail("contenders with different numbers of draws are not drawn together",
                     pair.chars, "draw them from the same resamples of the same test items");
      }
    }
  }
  if (first != nullptr && draws < fewest) {
    detail::fail("fewer than 100 draws say little of any probability", first->name.chars,
                 "draw 2000, or leave the draws away");
  }
  return draws;
}

PERJOULE_INLINE Buffer<std::size_t> JointDraws::meters_of(const Field& field) {
  const View<Contender> contenders = field.contenders();
  Buffer<std::size_t> first(contenders.size());
  for (std::size_t i = 0; i < contenders.size(); ++i) {
    while (!(contenders[first[i]].meter == contenders[i].meter)) ++first[i];
  }
  return first;
}

PERJOULE_INLINE void JointDraws::check_modelled(const Contender& contender,
                                                std::size_t axis) const {
  const Coordinate& coordinate = contender.coordinates[axis];
  const Estimate<double>& value = coordinate.value;
  if (value.provenance == Provenance::modelled && coordinate.draws.empty() && value.random <= 0.0 &&
      value.common <= 0.0) {
    detail::fail("a modelled value without uncertainty may be anywhere",
                 detail::place(contender, axes_[axis]).chars, "give its model's error as `common`");
  }
}

}  // namespace perjoule::inline v0
