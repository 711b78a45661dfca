// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/integrations/google_benchmark_json.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/stats/confidence.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;
using nlohmann::json;

namespace {

json repetition(const std::string& name, double real_us, double cpu_us) {
  return {{"name", name},       {"run_name", name},     {"run_type", "iteration"},
          {"iterations", 1000}, {"real_time", real_us}, {"cpu_time", cpu_us},
          {"time_unit", "us"}};
}

json metered(json run, double energy_j, double halfwidth_j) {
  run["energy_j"] = energy_j;
  run["energy_halfwidth_j"] = halfwidth_j;
  return run;
}

json report(const json& runs, const std::string& provenance = "measured") {
  return {{"context",
           {{"date", "2026-01-31T13:00:00+01:00"},
            {"host_name", "lab7"},
            {"executable", "/home/somebody/bench"},
            {"num_cpus", 8},
            {"energy_meter", "rapl-powercap"},
            {"energy_provenance", provenance},
            {"energy_scope", "package+dram"}}},
          {"benchmarks", runs}};
}

}  // namespace

TEST_CASE("repetitions of Google Benchmark are the windows of an entry", "[google_benchmark]") {
  json mean = repetition("fp32", 12, 11);
  mean["run_type"] = "aggregate";
  json failed = repetition("fp32", 99, 99);
  failed["error_occurred"] = true;
  const std::vector<Entry> entries = entries_of_google_benchmark(
      report({metered(repetition("fp32", 10, 9), 2.0e-3, 1e-4),
              metered(repetition("fp32", 12, 11), 2.2e-3, 1e-4), failed, repetition("int8", 5, 4),
              metered(repetition("fp32", 14, 13), 2.4e-3, 1e-4), mean}));
  keep_record("google_benchmark", to_json(entries));
  REQUIRE(entries.size() == 2);
  const Entry& fp32 = entries[0];
  CHECK(fp32.plan.name == "fp32");
  CHECK(fp32.inputs == 3000);
  CHECK(fp32.samples.windows() == 3);
  CHECK(fp32.wall_time.value.si() == Approx(12e-6));
  CHECK(fp32.wall_time.random.si() == Approx(1.154700538e-6));  // 2 us/sqrt(3)
  CHECK(fp32.wall_time.dof == Approx(2.0));
  CHECK(fp32.cpu_time.value.si() == Approx(11e-6));
  CHECK(fp32.energy.value.si() == Approx(2.2e-3));
  CHECK(fp32.energy.random.si() == Approx(1.154700538e-4));  // 0.2 mJ/sqrt(3)
  CHECK(fp32.energy.common.si() == Approx(5.10213e-5));      // 0.1 mJ/1.959964
  CHECK(fp32.energy.provenance == Provenance::measured);
  CHECK(fp32.meter.scope == (Scope::package | Scope::dram));
  CHECK(fp32.samples.outcome == Outcome::few_windows);

  const Entry& int8 = entries[1];
  CHECK(int8.wall_time.value.si() == Approx(5e-6));
  CHECK_FALSE(int8.energy.is_known());
  CHECK(std::string(int8.samples.why_dropped) ==
        "the benchmark was not metered, or its label says why");
  CHECK(int8.samples.outcome == Outcome::no_energy);
}

TEST_CASE("a record of Google Benchmark says when and where, and no more", "[google_benchmark]") {
  const auto entries = entries_of_google_benchmark(report(json::array({repetition("a", 1, 1)})));
  const json record = json::parse(to_json(entries));
  CHECK(record["run"]["started_utc"] == "2026-01-31T12:00:00Z");
  CHECK(record["run"]["command"] == "bench");
  CHECK(record["run"]["build"]["compiler"].is_null());
  CHECK(record["run"]["build"]["optimized"].is_null());
  CHECK(record["machine"]["host_processor_core_count"] == 8);
  CHECK(to_json(entries).find("lab7") == std::string::npos);
  CHECK(to_json(entries).find("somebody") == std::string::npos);
  CHECK(to_json(entries).find("unoptimized") == std::string::npos);
}

TEST_CASE("energy that Google Benchmark had from a model stays modelled", "[google_benchmark]") {
  // 2 mJ, and up to a factor of 3 above: 4 mJ more.
  const auto entries = entries_of_google_benchmark(
      report(json::array({metered(repetition("a", 1, 1), 2e-3, 4e-3)}), "modelled"));
  CHECK(entries[0].energy.provenance == Provenance::modelled);
  const Interval<JoulesPerItem> found = interval(entries[0].energy);
  CHECK(found.high.si() == Approx(6e-3).epsilon(1e-4));
  CHECK(found.low.si() == Approx(2e-3 / 3.0).epsilon(1e-4));
}

TEST_CASE("what is no report of Google Benchmark is refused", "[google_benchmark]") {
  for (const json& wrong : {json(3), json::object(), json({{"context", json::object()}})}) {
    CHECK_THROWS_WITH(
        entries_of_google_benchmark(wrong),
        "perjoule: not a report of Google Benchmark: it has no context or no "
        "benchmarks; write one with --benchmark_out=FILE --benchmark_out_format=json, "
        "and without --benchmark_report_aggregates_only");
  }
  CHECK_THROWS_WITH(entries_of_google_benchmark(report(json::array())),
                    "perjoule: not a report of Google Benchmark: it has no repetition that ended "
                    "well; write one with --benchmark_out=FILE --benchmark_out_format=json, and "
                    "without --benchmark_report_aggregates_only");
  json without_time = repetition("a", 1, 1);
  without_time.erase("real_time");
  CHECK_THROWS_AS(entries_of_google_benchmark(report(json::array({without_time}))), Error);
  CHECK_THROWS_AS(entries_of_google_benchmark(report(json::array({3}))), Error);
}
