// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A researcher's program: one file, one header, nothing installed. bench/compile_cost compiles it.
#include "perjoule.hpp"

#include <cstdio>

using namespace perjoule::literals;

int main() {
  constexpr double images[] = {0.2, 0.9, 0.4, 0.7, 0.1, 0.8};
  constexpr int labels[] = {0, 1, 0, 1, 0, 0};
  constexpr float weights[] = {0.5F};
  perjoule::write_file("mlp.int8", "\x7f");

  auto result = perjoule::measure(
      {.name = "mlp-int8",
       .relative_halfwidth = 1_percent,
       .budget = 300_ms,
       .weights = "mlp.int8",
       .resident_weights = perjoule::resident_bytes(weights)},
      [&](const double& x) { return x > static_cast<double>(weights[0]) ? 1 : 0; }, images,
      perjoule::accuracy(labels));
  const std::string table = perjoule::markdown({result});
  perjoule::write_json("out/mlp-int8.json", result);
  std::printf("%s", table.c_str());
}
