// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/quality/evaluate.hpp"

#include <list>
#include <string>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "evaluate.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/quality/quality_result.hpp"
#include "perjoule/quality/translation.hpp"

using namespace perjoule;

TEST_CASE("outputs that are there already are judged without a measurement",
          "[quality][evaluate]") {
  const std::vector<int> labels = {0, 1, 1, 0, 1};
  const std::list<int> outputs = {0, 1, 0, 0, 1};
  const Quality quality = evaluate(accuracy(labels), outputs);
  CHECK(agrees(quality.value.value, 0.8));
  CHECK(quality.items == 5);
  CHECK(agrees(evaluate(Accuracy(1), outputs, labels).value.value, 0.8));
  // Outputs of bits and references that are not contiguous are fine where nothing is borrowed.
  CHECK(evaluate(Accuracy(1), std::vector<bool>{true, false}, std::list<int>{1, 1}).value.value ==
        0.5);
}

TEST_CASE("two models that were judged so are compared item by item", "[quality][evaluate]") {
  const std::vector<int> labels = {0, 1, 1, 0, 1};
  auto first = accuracy(labels);
  auto second = accuracy(labels);
  const Quality a = evaluate(first, std::vector<int>{0, 1, 1, 0, 1});
  const Quality b = evaluate(second, std::vector<int>{0, 1, 0, 0, 0});
  CHECK(a.columns == 1);
  const IntervalEstimate<double> difference =
      paired_difference(a, first.per_item(), b, second.per_item());
  CHECK(difference.estimate.value == Approx(0.4).epsilon(1e-12));
  CHECK(difference.interval.method == IntervalMethod::tango);
}

TEST_CASE("as many outputs as references are judged", "[quality][evaluate][error]") {
  const std::vector<int> labels = {0, 1, 1};
  const std::vector<int> outputs = {0, 1};
  CHECK(mentions(complaint([&] { (void)evaluate(accuracy(labels), outputs); }),
                 "2 outputs for 3 references"));
  CHECK(mentions(complaint([&] { (void)evaluate(Accuracy(1), outputs, labels); }),
                 "2 outputs for 3 references"));
  CHECK(mentions(
      complaint([] { (void)evaluate(Accuracy(1), std::vector<int>{}, std::vector<int>{}); }),
      "no items"));
}

TEST_CASE("references in sacrebleu's order are put in order of items", "[quality][bleu]") {
  // The example of sacrebleu's documentation, of which 2.3.1 gives 48.530827009929865.
  const std::vector<std::vector<std::string>> sets = {
      {"The dog bit the man.", "It was not unexpected.", "The man bit him first."},
      {"The dog had bit the man.", "No one was surprised.", "The man had bitten the dog."}};
  const std::vector<std::string> outputs = {"The dog bit the man.", "It wasn't surprising.",
                                            "The man had just bitten him."};
  const auto references = references_by_item(sets);
  REQUIRE(references.size() == 3);
  CHECK(references[1][1] == "No one was surprised.");
  CHECK(agrees(evaluate(bleu(references), outputs).value.value, 48.530827009929865));
  const std::vector<std::vector<std::string>> uneven = {{"a", "b"}, {"c"}};
  CHECK(mentions(complaint([&] { (void)references_by_item(uneven); }), "differ in length"));
}
