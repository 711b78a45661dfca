// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reports of Google Benchmark, as the program and the library read them.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/observations.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/json_mutator.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/integrations/google_benchmark_json.hpp"
#include "perjoule/integrations/read_json.hpp"
#include "perjoule/record/run_record.hpp"
#include "scratch.hpp"

namespace {

void read_by_the_program(const std::string& file) {
  try {
    const perjoule::cli::ObservedRun run = perjoule::cli::read_observations({file});
    for (const perjoule::Observations& series : run.numbers) {
      fuzz::expect(!series.values.empty(), "a number has a value");
      for (const double value : series.values) {
        fuzz::expect(perjoule::is_finite(value), "a value is finite");
      }
    }
  } catch (const perjoule::Error&) {
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const scratch::Folder folder;
  static const std::string file = folder / "report.json";
  const std::string_view text = fuzz::text_of(data, size);
  scratch::put_file(file, text);
  read_by_the_program(file);
  const nlohmann::json report = nlohmann::json::parse(text, nullptr, false);
  if (report.is_discarded()) return 0;
  std::string record;
  try {
    record = perjoule::to_json(perjoule::entries_of_google_benchmark(report));
  } catch (const perjoule::Error&) {
    return 0;
  }
  try {
    fuzz::expect(perjoule::to_json(perjoule::parse_json(record)) == record,
                 "written again, the record of a report is the same");
  } catch (const perjoule::Error&) {  // a number next to the largest may have none for an interval
  }
  return 0;
}
