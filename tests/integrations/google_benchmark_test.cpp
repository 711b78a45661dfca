// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/integrations/google_benchmark.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "aborts.hpp"
#include "catch.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/simulated.hpp"
#include "sanitized.hpp"

using namespace perjoule;
using benchmark::State;
using nlohmann::json;
using Row = benchmark::BenchmarkReporter::Run;

namespace {

/// Keeps what Google Benchmark reports.
class Kept : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Row>& runs) override {
    for (const Row& run : runs)
      found[run.run_type == Row::RT_Aggregate ? run.aggregate_name : ""] = run;
  }
  std::map<std::string, Row> found;  ///< "" for the last repetition, else "mean" and so on
};

struct Times {
  int iterations = 200;
  int repetitions = 1;
  int threads = 1;
  benchmark::TimeUnit unit = benchmark::kNanosecond;
};

template <class Body>
void add(const char* name, Body body, Times times = {}) {
  benchmark::RegisterBenchmark(name, body)
      ->Iterations(times.iterations)
      ->Repetitions(times.repetitions)
      ->Threads(times.threads)
      ->Unit(times.unit);
}

/// Runs the benchmarks that were added, and removes them.
void report(benchmark::BenchmarkReporter& reporter) {
  benchmark::RunSpecifiedBenchmarks(&reporter, ".");
  benchmark::ClearRegisteredBenchmarks();
}

template <class Reporter>
std::string text_of_report() {
  std::ostringstream out;
  Reporter reporter;
  reporter.SetOutputStream(&out);
  reporter.SetErrorStream(&out);
  report(reporter);
  return out.str();
}

json json_of_report() { return json::parse(text_of_report<benchmark::JSONReporter>()); }

template <class Body>
std::map<std::string, Row> run(Body body, Times times = {}) {
  add("one", body, times);
  Kept kept;
  report(kept);
  return kept.found;
}

double counter(const Row& run, const char* name) {
  const auto found = run.counters.find(name);
  return found == run.counters.end() ? detail::quiet_nan() : found->second.value;
}

bool has(const Row& run, const char* name) { return run.counters.count(name) != 0; }

Quality skill_of(double skill) {
  Quality quality;
  quality.skill = {skill, 0.01, infinite_dof, 0.0, Provenance::measured};
  return quality;
}

}  // namespace

TEST_CASE("energy and power of an iteration are those that the machine drew",
          "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  const auto found = run([&](State& state) {
    machine.work(Seconds(0.3), Watts(300.0));  // not in it
    for (auto _ : metered(session, state)) machine.work(Seconds(1e-3), Watts(60.0));
    machine.work(Seconds(0.3), Watts(300.0));  // not in it
  });
  const Row& one = found.at("");
  const double halfwidth = counter(one, "energy_halfwidth_j");
  CHECK(counter(one, "energy_j") == Approx(0.060).epsilon(0.01));
  CHECK(counter(one, "energy_j") == Approx(0.060).margin(halfwidth).epsilon(0.0));
  CHECK(halfwidth > 1e-6);
  CHECK(halfwidth < 0.01 * 0.060);
  CHECK(counter(one, "power_w") == Approx(60.0).epsilon(0.01));
  CHECK(one.report_label == "energy simulated by simulated (package)");
  CHECK_FALSE(has(one, "quality_per_joule"));
  CHECK_FALSE(has(one, "quality_per_stored_byte"));
  CHECK_FALSE(has(one, "quality_per_resident_byte"));
}

TEST_CASE("a window of few ticks has a wide interval, which holds the truth",
          "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  const auto share = [&](int iterations, Seconds duration) {
    const auto found = run(
        [&](State& state) {
          for (auto _ : metered(session, state)) machine.work(duration, Watts(60.0));
        },
        {.iterations = iterations});
    const double truth = (duration * Watts(60.0)).si();
    const double halfwidth = counter(found.at(""), "energy_halfwidth_j");
    CHECK(counter(found.at(""), "energy_j") == Approx(truth).margin(halfwidth).epsilon(0.0));
    return halfwidth / truth;
  };
  // Both end eight tenths of a period of 0.977 ms after the last tick.
  const double few = share(2, Seconds(0.9e-3));
  const double many = share(200, Seconds(1e-3));
  CHECK(few > 0.1);
  CHECK(many < 0.01);
}

TEST_CASE("scores are of an item and of a byte", "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  MeteredOptions options;
  options.quality = skill_of(0.8);
  options.footprint = footprint(exact(Bytes(1000.0)), exact(Bytes(4000.0)));
  options.items = Items(4.0);
  options.label = "int8";
  const auto found = run([&](State& state) {
    for (auto _ : metered(session, state, options)) machine.work(Seconds(1e-3), Watts(60.0));
  });
  const Row& one = found.at("");
  CHECK(counter(one, "energy_j") == Approx(0.060).epsilon(0.01));
  CHECK(counter(one, "quality_per_joule") == Approx(0.8 / 0.015).epsilon(0.01));
  CHECK(counter(one, "quality_per_stored_byte") == Approx(0.8e-3));
  CHECK(counter(one, "quality_per_resident_byte") == Approx(0.2e-3));
  CHECK(one.report_label == "int8; energy simulated by simulated (package)");
}

TEST_CASE("mean, stddev and cv are those of the energies of repetitions", "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  double power = 40.0;
  const auto found = run(
      [&](State& state) {
        power += 10.0;  // 50, 60, 70 W
        for (auto _ : metered(session, state)) machine.work(Seconds(1e-3), Watts(power));
      },
      {.repetitions = 3});
  CHECK(counter(found.at("mean"), "energy_j") == Approx(0.060).epsilon(0.01));
  CHECK(counter(found.at("stddev"), "energy_j") == Approx(0.010).epsilon(0.05));
  CHECK(counter(found.at("cv"), "energy_j") == Approx(1.0 / 6.0).epsilon(0.05));
  CHECK(counter(found.at("mean"), "power_w") == Approx(60.0).epsilon(0.01));
  CHECK(found.at("mean").report_label == "energy simulated by simulated (package)");
}

TEST_CASE("threads share the joules of one machine", "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  MeteredOptions options;
  options.quality = skill_of(0.8);
  options.footprint = footprint(exact(Bytes(1000.0)), exact(Bytes(1000.0)));
  const auto found = run(
      [&](State& state) {
        for (auto _ : metered(session, state, options)) {
          if (state.thread_index() == 0) machine.work(Seconds(1e-3), Watts(60.0));
        }
      },
      {.threads = 4});
  const Row& one = found.at("");
  REQUIRE(one.iterations == 800);
  CHECK(counter(one, "energy_j") == Approx(0.015).epsilon(0.01));
  CHECK(counter(one, "energy_halfwidth_j") < 0.01 * 0.015);
  CHECK(counter(one, "power_w") == Approx(60.0).epsilon(0.01));
  CHECK(counter(one, "quality_per_joule") == Approx(0.8 / 0.015).epsilon(0.01));
  CHECK(counter(one, "quality_per_stored_byte") == Approx(0.8e-3));
}

namespace {

/// A simulated machine shared by several threads.
struct SharedMeter {
  SimulatedMeter meter;
  std::mutex* mutex;
  std::atomic<int>* looks_at_the_clock;
  bool read(Reading& reading) noexcept {
    const std::lock_guard<std::mutex> lock(*mutex);
    return meter.read(reading);
  }
  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    return meter.energy(before, after);
  }
  [[nodiscard]] const MeterDescription& description() const noexcept { return meter.description(); }
  [[nodiscard]] Instant now() noexcept {
    const std::lock_guard<std::mutex> lock(*mutex);
    ++*looks_at_the_clock;
    return meter.now();
  }
  void wait(Seconds duration) noexcept {
    const std::lock_guard<std::mutex> lock(*mutex);
    meter.wait(duration);
  }
};

}  // namespace

TEST_CASE("what other threads do before their loop is in the interval, not in the energy",
          "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  std::mutex mutex;
  std::atomic<int> looks{0};
  Session session{SharedMeter{SimulatedMeter(machine), &mutex, &looks}};
  const auto found = run(
      [&](State& state) {
        if (state.thread_index() == 1) {
          // The window has begun, and the first thread is about to wait at the barrier.
          for (int i = 0; i < 1000 && looks < 2; ++i) SystemClock::wait(Seconds(1e-3));
          const std::lock_guard<std::mutex> lock(mutex);
          machine.work(Seconds(0.1), Watts(20.0));
        }
        for (auto _ : metered(session, state)) {
          const std::lock_guard<std::mutex> lock(mutex);
          if (state.thread_index() == 0) machine.work(Seconds(2e-3), Watts(60.0));
        }
      },
      {.threads = 2});
  const Row& one = found.at("");
  const double halfwidth = counter(one, "energy_halfwidth_j");
  CHECK(counter(one, "energy_j") == Approx(0.060).margin(halfwidth).epsilon(0.0));
  // Of 26 J in 0.5 s, 5.2 J may belong to the 0.1 s before the loop: half of it is subtracted.
  CHECK(counter(one, "energy_j") == Approx(23.4 / 400).epsilon(0.01));
  CHECK(halfwidth == Approx(1.96 * 5.2 / 3.4641 / 400).epsilon(0.02));
  CHECK(counter(one, "power_w") == Approx(23.4 / 0.4).epsilon(0.01));
}

TEST_CASE("nothing is taken off where no thread was waited for", "[google_benchmark]") {
  const Estimate<Joules> ten{Joules(10.0), Joules(0.1), infinite_dof, Joules(1.0),
                             Provenance::measured};
  const Estimate<Joules> left = detail::without_waiting(ten, Seconds(1.0), Seconds(2.0));
  CHECK(left.value.si() == Approx(7.5));
  CHECK(left.random.si() == 0.1);
  CHECK(left.common.si() == Approx(std::sqrt(1.0 + 25.0 / 12.0)));
  CHECK(detail::without_waiting(ten, Seconds(0.0), Seconds(2.0)).value.si() == 10.0);
  CHECK_FALSE(detail::without_waiting({}, Seconds(1.0), Seconds(2.0)).is_known());
}

TEST_CASE("the half-width of a modelled energy goes to the farther end", "[google_benchmark]") {
  // exp(1.95996 * 0.56052) = 3: from a third to three times the value.
  const Estimate<double> modelled{1.0, 0.0, infinite_dof, 0.56052, Provenance::modelled};
  CHECK(detail::larger_halfwidth(modelled).value == Approx(2.0).epsilon(1e-3));
  const Estimate<double> measured{1.0, 0.0, infinite_dof, 0.1, Provenance::measured};
  CHECK(detail::larger_halfwidth(measured).value == Approx(0.195996).epsilon(1e-4));
  CHECK_FALSE(detail::larger_halfwidth({}).is_known());
}

TEST_CASE("what stands between PauseTiming and ResumeTiming is in the energy",
          "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  const auto found = run([&](State& state) {
    for (auto _ : metered(session, state)) {
      machine.work(Seconds(1e-3), Watts(60.0));
      state.PauseTiming();
      machine.work(Seconds(1e-3), Watts(20.0));
      state.ResumeTiming();
    }
  });
  CHECK(counter(found.at(""), "energy_j") == Approx(0.080).epsilon(0.01));
  CHECK(counter(found.at(""), "power_w") == Approx(40.0).epsilon(0.01));
}

TEST_CASE("a benchmark that is skipped says nothing of energy", "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  const bool at_once = GENERATE(true, false);
  int iterations = 0;
  const auto found = run([&](State& state) {
    if (at_once) state.SkipWithError("no data");
    for (auto _ : metered(session, state)) {
      ++iterations;
      machine.work(Seconds(1e-3), Watts(60.0));
      if (iterations < 100) continue;
      state.SkipWithError("no data");
      break;
    }
  });
  CHECK(iterations == (at_once ? 0 : 100));
  CHECK(found.at("").counters.empty());
  CHECK(found.at("").report_label.empty());

  struct Skipped {
    [[nodiscard]] static bool skipped() { return true; }
    [[nodiscard]] static bool error_occurred() { return false; }
  };
  CHECK(detail::is_skipped(Skipped{}));
}

TEST_CASE("an energy that is missing is left out, and the label says why", "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  MeteredOptions options;
  options.quality = skill_of(0.8);
  options.footprint = footprint(exact(Bytes(1000.0)), {});
  const auto check = [&](Session& session, const char* why) {
    const auto found = run([&](State& state) {
      for (auto _ : metered(session, state, options)) machine.work(Seconds(1e-3), Watts(60.0));
    });
    const Row& one = found.at("");
    CHECK(one.counters.size() == 1);
    CHECK(counter(one, "quality_per_stored_byte") == Approx(0.8e-3));
    CHECK(one.report_label == std::string("no energy: ") + why);
  };
  Session none{NoMeter()};
  check(none, "no meter was asked for");
  Session session{SimulatedMeter(machine)};
  machine.freeze_counter(0, true);
  check(session, "the counter did not move");
}

TEST_CASE("a skill that is missing is told, too", "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  MeteredOptions options;
  options.quality.why_no_skill = "all labels are of one class";
  const auto found = run([&](State& state) {
    for (auto _ : metered(session, state, options)) machine.work(Seconds(1e-3), Watts(60.0));
  });
  CHECK(found.at("").report_label ==
        "energy simulated by simulated (package); no skill: all labels are of one class");
  CHECK_FALSE(has(found.at(""), "quality_per_joule"));
}

TEST_CASE("Google Benchmark's JSON holds the counters, and the meter in its context",
          "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  Session none{NoMeter()};
  add_context(session);
  MeteredOptions useless;
  useless.quality = skill_of(0.0);  // a cv of 0 is 0/0, which 1.7.1 prints
  const auto body = [&](Session& with, const MeteredOptions& options) {
    return [&](State& state) {
      for (auto _ : metered(with, state, options)) machine.work(Seconds(1e-3), Watts(60.0));
    };
  };
  add("useless", body(session, useless), {.repetitions = 2});
  add("unmetered", body(none, useless), {.repetitions = 2});
  const json report = json_of_report();
  CHECK(report.at("context").at("energy_meter") == "simulated");
  CHECK(report.at("context").at("energy_provenance") == "simulated");
  CHECK(report.at("context").at("energy_scope") == "package");
  CHECK(report.at("context").at("energy_note") == "a machine that exists in this process only");
  std::size_t rows = 0;
  for (const json& row : report.at("benchmarks")) {
    ++rows;
    const bool is_metered = row.at("run_name").get<std::string>().find("useless") == 0;
    CHECK(row.contains("energy_j") == is_metered);
    CHECK_FALSE(row.contains("quality_per_joule"));
    if (is_metered && row.at("run_type") == "iteration") {
      CHECK(row.at("energy_j").get<double>() == Approx(0.060).epsilon(0.01));
      CHECK(row.at("label") == "energy simulated by simulated (package); quality_per_joule is 0");
    }
  }
  CHECK(rows == 12);  // two benchmarks, each of two repetitions and mean, median, stddev, cv
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
TEST_CASE("a CSV report goes on where an energy comes later than others", "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  MeteredOptions options;
  options.for_csv = true;
  MeteredOptions scored = options;
  scored.quality = skill_of(0.8);
  const auto add_both = [&] {
    add("held", [&](State& state) {
      machine.freeze_counter(0, true);
      for (auto _ : metered(session, state, options)) machine.work(Seconds(1e-3), Watts(60.0));
      machine.freeze_counter(0, false);
    });
    add("moving", [&](State& state) {
      for (auto _ : metered(session, state, scored)) machine.work(Seconds(1e-3), Watts(60.0));
    });
  };
  add_both();
  CHECK(abort_message([] { text_of_report<benchmark::CSVReporter>(); }) == "");
  benchmark::ClearRegisteredBenchmarks();
  add_both();
  const std::string report = text_of_report<benchmark::CSVReporter>();
  std::vector<std::string> lines;
  std::istringstream in(report.substr(report.find("name,")));
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].find("\"energy_j\"") != std::string::npos);
  CHECK(lines[1].find(",nan,nan,nan,nan,nan,nan") != std::string::npos);
  CHECK(lines[2].find(",nan") != std::string::npos);  // bytes: none were given
  CHECK(lines[2].find(",nan,nan,nan") == std::string::npos);
}
#pragma GCC diagnostic pop

TEST_CASE("energies stand where the times were, for programs that compare times",
          "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  Session none{NoMeter()};
  double power = 40.0;
  const auto body = [&](Session& with) {
    return [&](State& state) {
      power += 10.0;  // 50, 60, 70 W
      for (auto _ : metered(with, state)) machine.work(Seconds(1e-3), Watts(power));
    };
  };
  add("nano", body(session), {.repetitions = 3});
  add("none", body(none), {.repetitions = 3});
  add("whole",
      [&](State& state) {
        for (auto _ : metered(session, state)) machine.work(Seconds(1e-3), Watts(60.0));
      },
      {.threads = 1, .unit = benchmark::kSecond});
  const json report = json::parse(text_of_report<EnergiesAsTimes>());
  std::map<std::string, json> rows;
  for (const json& row : report.at("benchmarks")) {
    const std::string run_name = row.at("run_name");
    const std::string name = run_name.substr(0, run_name.find('/'));
    const std::string what = row.value("aggregate_name", "");
    const json index = row.value("repetition_index", json(0));
    rows[name + (what.empty() ? index.dump() : what)] = row;
  }
  REQUIRE(rows.size() == 3 + 4 + 1);
  CHECK(rows.at("nano0").at("real_time").get<double>() == Approx(50e6).epsilon(0.01));
  CHECK(rows.at("nano1").at("real_time").get<double>() == Approx(60e6).epsilon(0.01));
  CHECK(rows.at("nano1").at("time_unit") == "ns");
  CHECK(rows.at("nano1").at("label") ==
        "real_time is energy in nJ; energy simulated by simulated (package)");
  CHECK(rows.at("nanomean").at("real_time").get<double>() == Approx(60e6).epsilon(0.01));
  CHECK(rows.at("nanostddev").at("real_time").get<double>() == Approx(10e6).epsilon(0.05));
  CHECK(rows.at("nanocv").at("real_time").get<double>() == Approx(1.0 / 6.0).epsilon(0.05));
  CHECK(rows.at("whole0").at("real_time").get<double>() == Approx(0.060).epsilon(0.01));
  CHECK(rows.at("whole0").at("label").get<std::string>().find("energy in J;") != std::string::npos);
  CHECK(rows.at("whole0").at("cpu_time").get<double>() < 0.06);
}

TEST_CASE("the peak of a pass is what it touches, whoever asked for it", "[google_benchmark]") {
  PeakMemory peak;
#ifdef PERJOULE_TEST_SANITIZED
  const bool is_hidden = true;
#else
  const bool is_hidden = access("/proc/self/clear_refs", W_OK) != 0;
#endif
  if (is_hidden) {
    CHECK_FALSE(peak.is_working());
    return;
  }
  REQUIRE(peak.is_working());
  benchmark::RegisterMemoryManager(&peak);
  constexpr std::size_t size = std::size_t{64} << 20U;
  const auto touch = [](void* room) {
    std::fill_n(static_cast<char*>(room), size, '\1');
    benchmark::DoNotOptimize(room);
  };
  add("mapped",
      [&](State& state) {
        for (auto _ : state) {
          void* const room =
              mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
          touch(room);
          munmap(room, size);
        }
      },
      {.iterations = 3});
  // The last piece is kept, so that the allocator keeps the rest from one pass to the next.
  std::vector<std::vector<char>> kept;
  add("small pieces",
      [&](State& state) {
        for (auto _ : state) {
          std::vector<std::vector<char>> pieces;
          pieces.reserve(size / 4096);
          while (pieces.size() < size / 4096) pieces.emplace_back(4096 - 16, '\1');
          benchmark::DoNotOptimize(pieces.data());
          kept.push_back(std::move(pieces.back()));
        }
      },
      {.iterations = 3});
  add("nothing",
      [&](State& state) {
        for (auto _ : state) {
        }
      },
      {.iterations = 3});
  const json report = json_of_report();
  benchmark::RegisterMemoryManager(nullptr);
  const json& rows = report.at("benchmarks");
  REQUIRE(rows.size() == 3);
  const auto found = [&](std::size_t row) {
    return rows[row].at("max_bytes_used").get<double>() / static_cast<double>(size);
  };
  CHECK(found(0) == Approx(1.0).margin(0.05));
  CHECK(found(1) == Approx(1.0).margin(0.05));
  CHECK(found(2) == Approx(0.0).margin(0.02));
  CHECK(found(2) >= 0.0);
  for (const json& row : rows) CHECK(row.at("allocs_per_iter").get<double>() < 0.0);
}

TEST_CASE("a memory manager's pass, of one thread in the place of several, comes to an end",
          "[google_benchmark]") {
  SimulatedMachine machine(Watts(5.0));
  Session session{SimulatedMeter(machine)};
  PeakMemory peak;
  benchmark::RegisterMemoryManager(&peak);
  const auto found = run(
      [&](State& state) {
        for (auto _ : metered(session, state)) {
          if (state.thread_index() == 0) machine.work(Seconds(1e-3), Watts(60.0));
        }
      },
      {.threads = 2});
  benchmark::RegisterMemoryManager(nullptr);
  CHECK(counter(found.at(""), "energy_j") == Approx(0.030).epsilon(0.01));
}
