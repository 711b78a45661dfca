// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/score/rank_acceptability.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<double> first_rank_acceptability(const CandidateSet& field) {
  std::vector<double> shares(field.size());
  detail::WeightSweep().add(field.objectives(), field.axes().size(), 1.0, shares);
  return shares;
}

PERJOULE_INLINE std::vector<double> first_rank_acceptability(const JointDraws& draws) {
  std::vector<double> shares(draws.candidates());
  detail::WeightSweep sweep;
  for (std::size_t k = 0; k < draws.size(); ++k) {
    sweep.add(draws[k], draws.axes().size(), 1.0 / static_cast<double>(draws.size()), shares);
  }
  return shares;
}

}  // namespace perjoule::inline v0
