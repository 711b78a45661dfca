// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

namespace shrink {

/// Minimises a loss with AdamW. The rate rises for a tenth of the steps, and then falls to nothing
/// along a cosine.
/// @param loss  called as loss() in each step; draws its own batch
template <class Loss>
void minimise(const std::vector<torch::Tensor>& parameters, std::int64_t steps, double rate,
              Loss&& loss) {
  torch::optim::AdamW optimizer(parameters, torch::optim::AdamWOptions(rate).betas({0.9, 0.98}));
  for (std::int64_t step = 0; step < steps; ++step) {
    const double done = static_cast<double>(step) / static_cast<double>(steps);
    const double share = done < 0.1 ? (done + 0.01) / 0.11
                                    : 0.5 + 0.5 * std::cos(std::numbers::pi * (done - 0.1) / 0.9);
    for (auto& group : optimizer.param_groups()) group.options().set_lr(rate * share);
    optimizer.zero_grad();
    loss().backward();
    torch::nn::utils::clip_grad_norm_(parameters, 1.0);
    optimizer.step();
  }
}

}  // namespace shrink
