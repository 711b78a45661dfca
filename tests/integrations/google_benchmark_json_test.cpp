// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/integrations/google_benchmark_json.hpp"

#include <string>
#include <vector>

#include "catch.hpp"
#include "complaint.hpp"
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
  const json each = metered(repetition("a", 1, 1), 2e-3, 4e-3);
  const auto entries = entries_of_google_benchmark(report(json::array({each, each}), "modelled"));
  CHECK(entries[0].energy.provenance == Provenance::modelled);
  const Interval<JoulesPerItem> found = interval(entries[0].energy);
  CHECK(found.high.si() == Approx(6e-3).epsilon(1e-4));
  CHECK(found.low.si() == Approx(2e-3 / 3.0).epsilon(1e-4));
}

TEST_CASE("what is no report of Google Benchmark is refused", "[google_benchmark]") {
  for (const json& wrong : {json(3), json::object(), json({{"context", json::object()}})}) {
    CHECK_THROWS_WITH(
        entries_of_google_benchmark(wrong),
        "perjoule: not a report of Google Benchmark: the report: it has no context or no "
        "benchmarks; write one with --benchmark_out=FILE --benchmark_out_format=json, "
        "and without --benchmark_report_aggregates_only");
  }
  CHECK_THROWS_WITH(
      entries_of_google_benchmark(report(json::array())),
      "perjoule: not a report of Google Benchmark: the report: it has no repetition that ended "
      "well; write one with --benchmark_out=FILE --benchmark_out_format=json, and "
      "without --benchmark_report_aggregates_only");
  json without_time = repetition("a", 1, 1);
  without_time.erase("real_time");
  CHECK_THROWS_AS(entries_of_google_benchmark(report(json::array({without_time}))), Error);
  CHECK_THROWS_AS(entries_of_google_benchmark(report(json::array({3}))), Error);
}

TEST_CASE("each number of a report is observed, its counters included", "[google]") {
  json first = repetition("BM_a", 100.0, 90.0);
  first["rate_per_second"] = 5.0;
  first["time"] = 7.0;
  json second = repetition("BM_a", 104.0, 90.0);
  second["rate_per_second"] = 5.0;
  second["time"] = 7.0;
  json third = metered(repetition("BM_a", 102.0, 90.0), 0.002, 0.0001);
  third["rate_per_second"] = 8.0;
  third["time"] = 7.0;
  const std::vector<Observations> all =
      observations_of_google_benchmark(report({first, second, third}));
  const auto named = [&](const std::string& metric) {
    for (const Observations& of : all) {
      if (of.metric == metric) return of;
    }
    FAIL(metric);
    return Observations();
  };
  CHECK(all.size() == 5);
  CHECK(named("time").values == std::vector<double>{102e-6});  // the median of one process
  CHECK(named("time").unit == "s");
  CHECK(named("time (counter)").values == std::vector<double>{7.0});
  CHECK(named("time (counter)").is_counted);
  CHECK(named("time (counter)").better == Direction::unknown);
  CHECK(named("rate_per_second").better == Direction::higher);
  CHECK_FALSE(named("rate_per_second").is_counted);
  CHECK(named("energy").provenance == Provenance::measured);
  CHECK(named("energy").scope == (Scope::package | Scope::dram));
}

TEST_CASE("names that differ in the 300th character are two benchmarks", "[google_benchmark]") {
  const std::string name(299, 'b');
  const json of_two = report({repetition(name + "1", 1, 1), repetition(name + "2", 1, 1)});
  const std::vector<Entry> entries = entries_of_google_benchmark(of_two);
  REQUIRE(entries.size() == 2);
  CHECK(entries[1].plan.name == name + "2");
  CHECK(observations_of_google_benchmark(of_two).back().benchmark == name + "2");
}

TEST_CASE("numbers that cannot be are refused with the benchmark's name", "[google_benchmark]") {
  const json good = metered(repetition("BM_a", 100.0, 90.0), 0.002, 0.0001);
  CHECK_NOTHROW(entries_of_google_benchmark(report(json::array({good}), "modelled")));
  const auto refused = [&](const char* key, const json& value, const char* provenance) {
    CAPTURE(key, value.dump());
    json wrong = good;
    wrong[key] = value;
    const json all = report(json::array({good, wrong}), provenance);
    const std::string words = std::string("in 'BM_a', ") + key + " is " + value.dump();
    CHECK(complaint([&] { (void)entries_of_google_benchmark(all); }).find(words) != words.npos);
    CHECK(complaint([&] { (void)observations_of_google_benchmark(all); }).find(words) !=
          words.npos);
  };
  for (const json& iterations : {json(-5), json(0), json(0.5), json(1e300)}) {
    refused("iterations", iterations, "measured");
  }
  refused("energy_j", -1, "measured");
  refused("energy_halfwidth_j", -1, "measured");
  refused("energy_j", 0, "modelled");  // its interval is a factor
}

TEST_CASE("a number that is too large for all iterations is refused", "[google_benchmark]") {
  const json good = metered(repetition("BM_a", 100.0, 90.0), 0.002, 0.0001);
  for (const char* const key : {"real_time", "cpu_time", "energy_j", "energy_halfwidth_j"}) {
    json wrong = good;
    wrong[key] = 1.7e308;
    wrong["time_unit"] = "s";
    const json all = report(json::array({wrong}));
    CHECK(complaint([&] { (void)entries_of_google_benchmark(all); }).find("in 'BM_a', a number") !=
          std::string::npos);
  }
  json tiny = good;
  tiny["energy_j"] = 5e-324;  // the interval of a modelled energy is a factor
  CHECK_THROWS_AS(entries_of_google_benchmark(report(json::array({tiny}), "modelled")), Error);
}

TEST_CASE("a number of CPUs that cannot be is refused", "[google_benchmark]") {
  json wrong = report(json::array({repetition("BM_a", 100.0, 90.0)}));
  for (const json& cpus : {json(-1), json(1e300), json(2.5), json("4")}) {
    wrong["context"]["num_cpus"] = cpus;
    const std::string words = "its num_cpus is " + cpus.dump();
    CHECK(complaint([&] { (void)entries_of_google_benchmark(wrong); }).find(words) != words.npos);
    CHECK_THROWS_AS(environment_of_google_benchmark(wrong), Error);
  }
}

TEST_CASE("a unit of time that does not exist is refused", "[google]") {
  json wrong = repetition("BM_a", 100.0, 90.0);
  wrong["time_unit"] = "fortnights";
  CHECK_THROWS_AS(observations_of_google_benchmark(report({wrong})), Error);
  CHECK_THROWS_AS(entries_of_google_benchmark(report({wrong})), Error);
}
