// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A step of making a model: training, a search before it, distillation, pruning, quantization.
/// Session::train measures one; another program's, or a paper's, can be given.
struct TrainingStage {
  std::string name = {};  ///< "pretraining", "distillation", "calibration of int8"
  /// Total energy, with the machine's idle share: of this one training, not of another with another
  /// seed.
  Estimate<Joules> energy = {};
  Estimate<Seconds> wall_time = {};
  Estimate<Seconds> cpu_time = {};  ///< of all threads of the process
};

}  // namespace perjoule::inline v0
