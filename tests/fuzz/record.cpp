// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Run records: one is refused, or can be shown, and written again gives the same.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "cli/baseline.hpp"
#include "cli/verify.hpp"
#include "fuzz/fuzz.hpp"
#include "fuzz/json_mutator.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/integrations/read_json.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/csv.hpp"
#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/report/methods.hpp"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<perjoule::Entry> entries;
  try {
    entries = perjoule::parse_json(fuzz::text_of(data, size));
  } catch (const perjoule::Error&) {
    return 0;
  }
  fuzz::expect(!entries.empty(), "a record has an entry");
  std::string text = perjoule::markdown(entries, {.columns = {"full"}});
  text += perjoule::csv(entries, 0.99) + perjoule::latex_methods(entries);
  text += perjoule::markdown(perjoule::event_table(entries));
  text += perjoule::markdown(perjoule::footprint_table(entries));
  for (const perjoule::Entry& entry : entries) {
    for (const std::string& line : perjoule::cli::compare_with_baseline(entry, entries[0])) {
      text += line;
    }
  }
  fuzz::expect(!text.empty(), "a record can be shown");
  const std::string once = perjoule::to_json(entries);
  std::vector<perjoule::Entry> again;
  try {
    again = perjoule::parse_json(once);
  } catch (const perjoule::Error&) {
    return 0;  // a number next to the largest may have none for an interval
  }
  fuzz::expect(perjoule::to_json(again) == once, "written again, a record is the same");
  perjoule::cli::Verification verified;
  nlohmann::ordered_json record;
  verified.entries = perjoule::parse_json(once, "once", &record);
  perjoule::cli::check_record(record, {}, verified);
  for (const perjoule::cli::Finding& finding : verified.findings) {
    fuzz::expect(finding.code != "hash-differs", "what was written has its own hash");
    fuzz::expect(finding.pointer.starts_with("/entries/"), "a finding has its place");
  }
  return 0;
}
