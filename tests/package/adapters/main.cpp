// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One layer, by libtorch and by oneDNN.
#include <cmath>
#include <cstdio>
#include <perjoule/integrations/onednn.hpp>
#include <perjoule/integrations/torch.hpp>
#include <perjoule/perjoule.hpp>
#include <vector>

int main() {
  perjoule::use_torch_threads(1);
  torch::nn::Linear model(8, 2);
  const at::Tensor weights = model->weight.detach();
  const at::Tensor bias = model->bias.detach();
  perjoule::OneDnnLayer layer({.inputs = 8, .outputs = 2},
                              perjoule::View<float>(weights.data_ptr<float>(), 16),
                              perjoule::View<float>(bias.data_ptr<float>(), 2));
  const std::vector<float> input(8, 0.5F);
  const perjoule::View<float> found = layer(input);
  const at::Tensor wanted = perjoule::torch_forward(model)(torch::full({8}, 0.5F));
  const bool is_same = std::fabs(found[0] - wanted[0].item<float>()) < 1e-5F &&
                       std::fabs(found[1] - wanted[1].item<float>()) < 1e-5F;
  const auto of_torch = perjoule::torch_options(model);
  const auto of_onednn = perjoule::onednn_options({}, layer);
  std::printf("%s, %llu and %llu parameters\n", is_same ? "the same" : "not the same",
              static_cast<unsigned long long>(of_torch.parameters),
              static_cast<unsigned long long>(of_onednn.parameters));
}
