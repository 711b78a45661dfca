// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A suite for Google Benchmark, of the classifiers of examples/quickstart, to which perjoule adds
// energy and quality. Flags, repetitions, JSON and comparisons remain those of Google Benchmark.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdio>
#include <exception>
#include <perjoule/integrations/google_benchmark.hpp>
#include <perjoule/perjoule.hpp>
#include <perjoule/quality/evaluate.hpp>
#include <string>
#include <vector>

#include "quickstart/digits.hpp"
#include "quickstart/int8.hpp"
#include "quickstart/mlp.hpp"
#include "quickstart/variants.hpp"

namespace {

template <class Model>
void add(perjoule::Session& session, const quickstart::Digits& digits, int hidden) {
  const Model model(quickstart::train(digits, hidden, 1, /*epochs*/ 20));
  std::vector<int> answers;
  for (const quickstart::Image& image : digits.test_images) answers.push_back(model(image));
  perjoule::MeteredOptions options;
  options.quality = perjoule::evaluate(perjoule::accuracy(digits.test_labels), answers);
  options.footprint.resident =
      perjoule::exact(perjoule::Bytes(static_cast<double>(model.resident_bytes())));

  const std::string name = std::string(Model::name) + "/" + std::to_string(hidden);
  benchmark::RegisterBenchmark(name.c_str(), [=, &session, &digits](benchmark::State& state) {
    std::size_t next = 0;
    for (auto _ : perjoule::metered(session, state, options)) {  // was: for (auto _ : state)
      benchmark::DoNotOptimize(model(digits.test_images[next]));
      if (++next == digits.test_images.size()) next = 0;
    }
  });
}

void run() {
  perjoule::Session session;
  perjoule::add_context(session);
  const quickstart::Digits digits = quickstart::find_or_generate_digits();
  benchmark::AddCustomContext("data", digits.source);
  for (const int hidden : {16, 64}) {
    add<quickstart::Fp32>(session, digits, hidden);
    add<quickstart::Int8>(session, digits, hidden);
  }
  benchmark::RunSpecifiedBenchmarks();
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  try {
    run();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  benchmark::Shutdown();
}
