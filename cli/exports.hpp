// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/record/entry.hpp"

// What other tools read. Where one of their fields has no place for what is not known, it is left
// out: none gets a 0, and none gets a modelled energy as if it were measured.
namespace perjoule::cli {

/// Returns an emissions.csv of CodeCarbon: a row for each entry, of what its windows took in all.
/// Emissions are empty, since a record does not have the intensity of a grid.
/// @unit   kWh, s
/// @source CodeCarbon 3, the columns of its output
std::string codecarbon_csv(Entries entries);

/// Returns the metadata of a Hugging Face model card (a README.md): its model-index has the
/// metrics.
/// @source https://github.com/huggingface/hub-docs, modelcard.md
std::string model_card(Entries entries);

/// Returns JSON as Google Benchmark writes it: times in ns, other numbers as counters in SI units.
std::string google_benchmark_output(Entries entries);

/// Returns numbers in the text format of OpenMetrics 1.0, which Prometheus reads.
std::string openmetrics(Entries entries);

/// Returns a JSON object with an object of flat metrics for each model, for mlflow.log_metrics().
std::string mlflow_metrics(Entries entries);

/// Returns an aggregate record of Every Eval Ever 0.3.0: an entry's metrics with their uncertainty.
/// Energy has no place of its own there, and stands in the details of each score.
/// @source https://github.com/evaleval/every_eval_ever, eval.schema.json
std::string every_eval_ever(const Entry& entry);

}  // namespace perjoule::cli
