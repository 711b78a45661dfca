// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "perjoule/score/candidate_set.hpp"
#include "perjoule/stats/random.hpp"

/// A model that always says the same class, and three that look at the digit. By accuracy per joule
/// the first is better by a factor of a hundred: 1e5, 920, 19.8, 0.2.
struct FourModels {
  static constexpr std::size_t constant = 0, linear = 1, cnn = 2, ensemble = 3;
  static constexpr double accuracy[] = {0.10, 0.92, 0.991, 0.997};
  static constexpr double joules[] = {1e-6, 1e-3, 0.05, 5.0};

  std::vector<perjoule::Axis> axes{perjoule::quality_axis("accuracy"),
                                   perjoule::cost_axis("energy")};
  std::vector<perjoule::Candidate> models;

  /// @param relative  standard uncertainty of the joules
  explicit FourModels(double relative = 0.02) {
    const char* const names[] = {"constant", "linear", "cnn", "ensemble"};
    for (std::size_t i = 0; i < 4; ++i) {
      perjoule::Candidate model;
      model.name = names[i];
      model.scope = perjoule::Scope::package;
      model.coordinates.push_back(
          {{accuracy[i], 0.001, perjoule::infinite_dof, 0.0, perjoule::Provenance::measured},
           {},
           {}});
      model.coordinates.push_back(
          {{joules[i], relative * joules[i], 9.0, 0.0, perjoule::Provenance::measured}, {}, {}});
      models.push_back(model);
    }
  }
  [[nodiscard]] perjoule::CandidateSet field() const { return {axes, models}; }
};

/// A candidate with counted values.
inline perjoule::Candidate counted(const char* name, std::initializer_list<double> values) {
  perjoule::Candidate candidate;
  candidate.name = name;
  for (const double value : values) {
    candidate.coordinates.push_back({perjoule::exact(value), {}, {}});
  }
  return candidate;
}

/// Axes on which more is better, without a transformation.
inline std::vector<perjoule::Axis> plain_axes(std::size_t count) {
  const char* const names[] = {"x", "y", "z"};
  std::vector<perjoule::Axis> axes;
  for (std::size_t a = 0; a < count; ++a) axes.push_back(perjoule::quality_axis(names[a]));
  return axes;
}

/// Candidates on a grid with this many steps: the coarser it is, the more of them are equal.
inline std::vector<perjoule::Candidate> on_a_grid(perjoule::Random& random, std::size_t count,
                                                  std::size_t axes, std::size_t steps) {
  std::vector<perjoule::Candidate> candidates(count);
  for (perjoule::Candidate& candidate : candidates) {
    for (std::size_t a = 0; a < axes; ++a) {
      const double value = static_cast<double>(random.below(steps)) / static_cast<double>(steps);
      candidate.coordinates.push_back({perjoule::exact(value), {}, {}});
    }
  }
  return candidates;
}
