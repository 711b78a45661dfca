// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A unit test that holds a model to a budget of quality, bytes, time and energy. A claim passes
// only if the whole 95 % interval lies within the budget.

#define CATCH_CONFIG_MAIN  // of Catch2 2; Catch2 3 has its main() in a library
#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <perjoule/integrations/catch2.hpp>
#include <perjoule/perjoule.hpp>

#include "quickstart/digits.hpp"
#include "quickstart/int8.hpp"
#include "quickstart/mlp.hpp"

using namespace perjoule::literals;
using perjoule::StaysWithin;

TEST_CASE("the digit classifier stays in its budget") {
  const quickstart::Digits digits = quickstart::find_or_generate_digits();
  const quickstart::Int8 model(quickstart::train(digits, 16, 1, /*epochs*/ 20));
  const auto entry = perjoule::measure(
      {.name = "int8-16",
       .budget = 500_ms,
       .resident_weights = perjoule::Bytes(static_cast<double>(model.resident_bytes()))},
      model, digits.test_images, perjoule::accuracy(digits.test_labels));
  INFO(digits.source);

  CHECK(entry.quality[0].value_interval.low > 0.85);
  CHECK_THAT(entry, perjoule::ResidentWithin(2_kB));
  // Ten times what it takes: a machine that is busy meanwhile does not matter.
  CHECK_THAT(entry, StaysWithin(5_us).accept(perjoule::Outcome::unstable));
  // Energy that is modelled shows nothing unless it is accepted: this claim then becomes a warning.
  CHECK_THAT(entry, StaysWithin(10_uJ).or_warn());
  // It may be wrong by a factor of 3, so a model that is accepted has to stay far below the budget.
  CHECK_THAT(entry, StaysWithin(50_uJ)
                        .accept(perjoule::Provenance::modelled)
                        .accept(perjoule::Outcome::unstable));
}
