// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/measure/session.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <fstream>
#include <memory>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/engine/measured_span.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/rapl.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/quantity.hpp"
#include "sanitized.hpp"
#include "scratch.hpp"
#include "unit/meters/powercap_tree.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;

namespace {

bool has(std::string_view text, std::string_view words) {
  return text.find(words) != std::string_view::npos;
}

const std::vector<int> inputs{0, 1, 2, 3, 4, 5, 6, 7};
/// Labels of class 0 and 1, half each; a model that returns `input % 2` is right except for items 6
/// and 7.
const std::vector<int> labels{0, 1, 0, 1, 0, 1, 1, 0};

/// Moves a counter of a tree once a millisecond, never half-written, until the end of the scope.
class Mover {
 public:
  explicit Mover(const PowercapTree& tree)
      : file_(open(tree.file("intel-rapl:0", "energy_uj").c_str(), O_WRONLY)), thread_([this] {
          for (int energy = 101'000'000; !done_; energy += 40'000) {
            const std::string digits = std::to_string(energy);
            (void)!pwrite(file_, digits.data(), digits.size(), 0);
            SystemClock::wait(1_ms);
          }
        }) {}
  Mover(const Mover&) = delete;
  Mover& operator=(const Mover&) = delete;
  ~Mover() {
    done_ = true;
    thread_.join();
    close(file_);
  }

 private:
  std::atomic<bool> done_ = false;
  int file_;
  std::thread thread_;
};

/// A model on a simulated machine: each pass takes one millisecond at 65 W.
struct Parity {
  SimulatedMachine& machine;
  std::vector<int>* seen = nullptr;

  int operator()(const int& input) {
    machine.work(1_ms, 65_W);
    if (seen != nullptr) seen->push_back(input);
    return input % 2;
  }
};

/// Records its items; its value for an item is that item's output.
struct Witness {
  std::vector<std::pair<std::size_t, int>>* fed;
  std::size_t length;
  std::vector<double> outputs = {};
  const char* metric = "recorder";

  [[nodiscard]] std::size_t items() const { return length; }
  void add(std::size_t item, const int& output) {
    if (fed != nullptr) fed->emplace_back(item, output);
    outputs.push_back(static_cast<double>(output));
  }
  [[nodiscard]] Quality result() const {
    Quality quality;
    quality.metric = metric;
    quality.items = length;
    quality.value = exact(0.5);
    quality.value_interval = {0.5, 0.5, 0.95, IntervalMethod::exact};
    quality.why_no_skill = "it records";
    return quality;
  }
  [[nodiscard]] std::span<const double> per_item() const { return outputs; }
};

/// A metric that keeps nothing per item.
struct Summing {
  [[nodiscard]] std::size_t items() const { return inputs.size(); }
  void add(std::size_t, const int&) {}
  [[nodiscard]] Quality result() const {
    Quality quality;
    quality.metric = "sum";
    quality.items = inputs.size();
    quality.why_no_skill = "it sums";
    return quality;
  }
  [[nodiscard]] static std::span<const double> per_item() { return {}; }
};

/// A metric that rejects an output.
struct Refusing : Summing {
  void add(std::size_t item, const int&) {
    if (item == 3) throw Error("a score is not a finite number", "item 3", "look at the model");
  }
};

Session simulated(SimulatedMachine& machine) { return Session(SimulatedMeter(machine)); }

constexpr Seconds budget{3.0};

/// A text that is not kept by value.
struct Line {
  const char* words;
};
std::string_view content_bytes(const Line& line) { return line.words; }

}  // namespace

TEST_CASE("quality is judged in a pass of its own, each input once and in order", "[measure]") {
  SimulatedMachine machine;
  std::vector<int> seen;
  std::vector<std::pair<std::size_t, int>> fed;
  Session session = simulated(machine);
  (void)session.measure({.budget = budget}, Parity{machine, &seen}, inputs,
                        Witness{&fed, inputs.size()});
  REQUIRE(fed.size() == inputs.size());
  for (std::size_t i = 0; i < fed.size(); ++i) {
    CHECK(fed[i] == std::pair<std::size_t, int>(i, inputs[i] % 2));
  }
  REQUIRE(seen.size() > 10 * inputs.size());
  CHECK(std::vector<int>(seen.begin(), seen.begin() + 8) == inputs);
}

TEST_CASE("energy per item of a session covers what the machine drew, total and active",
          "[measure]") {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SimulatedMachine machine(20_W, {.seed = seed});
    machine.rest(0.41_ms * static_cast<double>(seed));
    Session session = simulated(machine);
    const Entry entry = session.measure({.relative_halfwidth = 1e-9, .budget = 5_s},
                                        Parity{machine}, inputs, accuracy(labels));
    // 1 ms at 65 W, of which 20 W would have been drawn anyway.
    CHECK(interval(entry.energy).contains(JoulesPerItem(0.065)));
    CHECK(interval(entry.active_energy).contains(JoulesPerItem(0.045)));
    CHECK(entry.active_energy.value.si() == Approx(0.045).epsilon(0.01));
    CHECK(entry.wall_time.value.si() == Approx(1e-3).epsilon(1e-3));
    CHECK(entry.samples.outcome == Outcome::timeout);
    keep_record("session-" + std::to_string(seed), to_json({entry}));
  }
}

TEST_CASE("idle time of longer windows does not scatter the active energy", "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  int calls = 0;
  const auto uneven = [&](const int& input) {
    machine.work(++calls / 300 % 2 == 0 ? 0.5_ms : 1.5_ms, 65_W);
    return input;
  };
  const Entry entry = session.measure({.relative_halfwidth = 1e-9, .budget = 10_s}, uneven, inputs);
  // A longer window has 65 W more of energy and 45 W more of active energy.
  CHECK(entry.active_energy.random / entry.energy.random == Approx(45.0 / 65.0).epsilon(0.05));
}

TEST_CASE("the numbers of a simulated machine say that they are simulated", "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  const Entry entry =
      session.measure({.budget = budget}, Parity{machine}, inputs, accuracy(labels));
  CHECK(session.meter().source == "simulated");
  CHECK(entry.meter.source == "simulated");
  CHECK(entry.energy.provenance == Provenance::simulated);
  CHECK(entry.active_energy.provenance == Provenance::simulated);
  CHECK(entry.wall_time.provenance == Provenance::simulated);
  CHECK(entry.cpu_time.provenance == Provenance::measured);
  CHECK(entry.quality[0].value.provenance == Provenance::measured);
}

TEST_CASE("scores keep the worse provenance, and are missing without what they divide by",
          "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  const Entry entry =
      session.measure({.budget = budget, .compressed = 50_B, .resident_weights = 100_B},
                      Parity{machine}, inputs, accuracy(labels));
  // 6 of 8 right, 4 of 8 by chance: skill 0.5.
  CHECK(entry.quality[0].value.value == Approx(0.75));
  CHECK(entry.quality[0].skill.value == Approx(0.5));
  REQUIRE(entry.scores.size() == 8);
  const auto check = [&](std::size_t i, const char* name, double value, Provenance provenance) {
    INFO(name);
    CHECK(std::string(entry.scores[i].name) == name);
    CHECK(entry.scores[i].metric == "accuracy");
    CHECK(entry.scores[i].value.provenance == provenance);
    if (provenance != Provenance::missing) {
      CHECK(entry.scores[i].value.value == Approx(value).epsilon(0.01));
    }
  };
  check(0, "quality_per_joule", 0.5 / 0.065, Provenance::simulated);
  check(1, "quality_per_active_joule", 0.5 / 0.045, Provenance::simulated);
  check(2, "quality_per_second", 500.0, Provenance::simulated);
  check(3, "quality_per_stored_byte", 0.0, Provenance::missing);
  check(4, "quality_per_compressed_byte", 0.01, Provenance::measured);
  check(5, "quality_per_resident_byte", 0.005, Provenance::measured);
  check(6, "quality_per_peak_byte", 0.0, Provenance::missing);
}

TEST_CASE("a session carries the plan, the machine, the run and the build into the entry",
          "[measure]") {
  SimulatedMachine machine;
  const scratch::Folder folder;
  scratch::put_file(folder / "weights.bin", std::string(1234, 'w'));
  Session session = simulated(machine);
  const Entry entry = session.measure({.name = "parity",
                                       .budget = budget,
                                       .weights = folder / "weights.bin",
                                       .resident_weights = 2468_B},
                                      Parity{machine}, inputs, accuracy(labels));
  CHECK(entry.plan.name == "parity");
  CHECK(entry.inputs == 8);
  CHECK(entry.footprint.stored.value.si() == 1234.0);
  CHECK(entry.footprint.resident.value.si() == 2468.0);
  CHECK(entry.footprint.inflation.value == Approx(2.0));
  REQUIRE(entry.footprint.files.size() == 1);
  CHECK(entry.footprint.files[0].sha256 ==  // of Python's hashlib
        "587e421bd5607053492041332f2411600280459eb2e1f7fa19fe7a275ba0ccb0");
  CHECK_FALSE(entry.environment.run.id.empty());
  CHECK(entry.environment.run.program_sha256 == detail::sha256_of_file("/proc/self/exe"));
  CHECK(entry.environment.run.boot.size() == 16);
  CHECK_FALSE(entry.span.is_known());  // a simulated machine knows no time of day
  CHECK(std::string(entry.build.compiler).size() > 4);
  CHECK(entry.absent_meters.empty());
  keep_record("session-weights", to_json({entry}));
}

TEST_CASE("a measurement on a machine says when it was and how long it took", "[measure]") {
  const std::string before = detail::utc_now();
  Session session;
  const Entry first = session.measure(
      {.budget = Seconds(0.05)}, [](int x) { return x; }, inputs);
  const Entry second = session.measure(
      {.budget = Seconds(0.05)}, [](int x) { return x; }, inputs);
  CHECK(before <= first.span.began_utc);
  CHECK(first.span.began_utc < second.span.began_utc);
  CHECK(second.span.began_utc <= detail::utc_now());
  double windows = 0.0;
  for (std::size_t i = 0; i < first.samples.windows(); ++i) {
    windows += first.samples.at(i, Samples::wall);
  }
  CHECK(first.span.lasted.si() >= windows);
  // A machine's clock in a namespace of its own is not known to be that of others.
  std::ifstream uptime("/proc/uptime");
  double since_boot = 0.0;
  uptime >> since_boot;
  const double began = second.span.began_boot.si();
  CHECK((!is_finite(began) ||
         (began > first.span.began_boot.si() && began <= since_boot && began > since_boot - 600)));
}

TEST_CASE("a further file that is not there is told before any pass", "[measure]") {
  SimulatedMachine machine;
  std::vector<int> seen;
  Session session = simulated(machine);
  CHECK_THROWS_AS(session.measure({.files = {{"tokenizer", "/nowhere/vocab.txt"}}},
                                  Parity{machine, &seen}, inputs, accuracy(labels)),
                  Error);
  CHECK(seen.empty());
}

TEST_CASE("a file of weights that is not there is told before any pass", "[measure]") {
  SimulatedMachine machine;
  std::vector<int> seen;
  Session session = simulated(machine);
  CHECK_THROWS_AS(session.measure({.weights = "/nowhere/weights.bin"}, Parity{machine, &seen},
                                  inputs, accuracy(labels)),
                  Error);
  CHECK(seen.empty());
}

TEST_CASE("no inputs are an error that names the model", "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  try {
    (void)session.measure({.name = "parity"}, Parity{machine}, std::vector<int>{});
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(has(error.what(), "no inputs"));
    CHECK(has(error.what(), "parity"));
  }
}

TEST_CASE("labels of another length than the inputs are an error with both lengths", "[measure]") {
  SimulatedMachine machine;
  std::vector<int> seen;
  Session session = simulated(machine);
  const std::vector<int> seven(labels.begin(), labels.end() - 1);
  try {
    (void)session.measure({}, Parity{machine, &seen}, inputs, accuracy(seven));
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(has(error.what(), "8 inputs but 7 references"));
  }
  CHECK(seen.empty());
}

TEST_CASE("a pass that the optimiser removed is an error, and not 0 ns", "[measure]") {
#ifdef PERJOULE_TEST_SANITIZED
  WARN("skipped: a sanitizer's checks keep some of what the optimiser would remove");
#else
  Session session{NoMeter()};
  const MeasureOptions plan{.name = "mlp", .budget = 50_ms};
  const auto sums_for_nobody = [](const int& input) {
    double sum = 0.5 * input;
    sum += sum * sum / 3.0;
    sum += sum * sum / 7.0;
    static_cast<void>(sum);
    return 1;
  };
#ifdef __OPTIMIZE__
  const auto message =
      "perjoule: nothing was measured: the optimiser removed it: mlp; return what the model "
      "computes "
      "from its input, and not a constant";
  CHECK_THROWS_WITH((void)session.measure(plan, sums_for_nobody, inputs), message);
  CHECK_THROWS_WITH((void)session.measure(
                        plan, [](const int&) { return 0; }, inputs),
                    message);
  CHECK_THROWS_WITH((void)session.compare({.budget = 50_ms}, inputs,
                                          variant(plan, [](const int& input) { return input; }),
                                          variant(plan, sums_for_nobody)),
                    message);
#else
  CHECK_NOTHROW((void)session.measure(plan, sums_for_nobody, inputs));
#endif
#endif
}

TEST_CASE("neither a tiny model nor one that returns a constant is taken for nothing",
          "[measure]") {
  Session session{NoMeter()};
  CHECK_NOTHROW((void)session.measure(
      {.budget = 50_ms}, [](const int& input) { return input; }, inputs));
  volatile double output = 0.0;
  const auto writes_elsewhere = [&](const int& input) {
    for (int i = 0; i < 100; ++i) output = output + input;
    return 0;
  };
  CHECK_NOTHROW((void)session.measure({.budget = 50_ms}, writes_elsewhere, inputs));
}

TEST_CASE("a budget or a half-width that cannot be is an error", "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  const double nan = detail::quiet_nan();
  const double infinite = std::bit_cast<double>(std::uint64_t{0x7FF0'0000'0000'0000U});
  for (const double bad : {0.0, -1.0, nan, infinite, 1e300}) {
    CAPTURE(bad);
    const Seconds no_budget(bad);
    CHECK_THROWS_AS(session.measure({.budget = no_budget}, Parity{machine}, inputs), Error);
    CHECK_THROWS_AS(
        session.compare({.budget = no_budget}, inputs, variant({.name = "a"}, Parity{machine}),
                        variant({.name = "b"}, Parity{machine})),
        Error);
  }
  for (const double bad : {0.0, -1.0, nan}) {
    CHECK_THROWS_AS(session.measure({.relative_halfwidth = bad}, Parity{machine}, inputs), Error);
  }
}

TEST_CASE("a thread may be cancelled in a model", "[measure][threads]") {
  struct Started {
    std::atomic<int> calls = 0;
    /// Stops where threads may be cancelled.
    static void* measure(void* started) {
      Session session{NoMeter()};
      const auto forward = [&](const int& input) {
        if (++static_cast<Started*>(started)->calls > 100) sleep(60);
        return input;
      };
      (void)session.measure({}, forward, inputs);
      return nullptr;
    }
  } started;
  pthread_t thread{};
  REQUIRE(pthread_create(&thread, nullptr, &Started::measure, &started) == 0);
  while (started.calls <= 100) std::this_thread::yield();
  pthread_cancel(thread);
  void* result = nullptr;
  REQUIRE(pthread_join(thread, &result) == 0);
  CHECK(result == PTHREAD_CANCELED);
}

TEST_CASE("a forward pass that throws is told with its input, and its own exception within",
          "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  std::vector<int> many(30);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<int>(i);
  const auto forward = [](const int& input) {
    if (input == 17) throw std::out_of_range("token 17");
    return input;
  };
  try {
    (void)session.measure({.name = "parity"}, forward, many);
    FAIL("nothing was thrown");
  } catch (const ForwardPassError& error) {
    CHECK(error.item() == 17);
    CHECK(has(error.what(), "parity, inputs[17] of 30: token 17"));
    CHECK_THROWS_AS(std::rethrow_if_nested(error), std::out_of_range);
    CHECK_THROWS_WITH(std::rethrow_if_nested(error), "token 17");
  }
}

TEST_CASE("a forward pass that throws only later, in a window, is told with its input as well",
          "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  int calls = 0;
  const auto forward = [&](const int& input) {
    machine.work(1_ms, 65_W);
    if (++calls > 100 && input == 5) throw std::runtime_error("worn out");
    return input;
  };
  try {
    (void)session.measure({}, forward, inputs);
    FAIL("nothing was thrown");
  } catch (const ForwardPassError& error) {
    CHECK(error.item() == 5);
  }
}

TEST_CASE("a batch that throws is told with its first input, judged or in a window", "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  for (const int good_passes : {1, 100}) {
    int calls = 0;
    const auto forward = [&](std::span<const int> batch) {
      machine.work(1_ms, 65_W);
      if (++calls > good_passes && batch.front() == 4) throw std::runtime_error("worn out");
      return std::vector<int>(batch.begin(), batch.end());
    };
    try {
      (void)session.measure({.name = "mlp", .batch = 2}, forward, inputs);
      FAIL("nothing was thrown");
    } catch (const ForwardPassError& error) {
      CHECK(error.item() == 4);
      CHECK(has(error.what(),
                "mlp, the batch from inputs[4] of 8: worn out; call the model on "
                "that batch alone"));
    }
  }
}

TEST_CASE("an error of a metric passes as it is, for it names the item itself", "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  try {
    (void)session.measure({}, Parity{machine}, inputs, Refusing{});
    FAIL("nothing was thrown");
  } catch (const ForwardPassError&) {
    FAIL("the forward pass is blamed");
  } catch (const Error& error) {
    CHECK(has(error.what(), "a score is not a finite number: item 3"));
  }
}

TEST_CASE("without a metric energy and time are measured all the same", "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  const Entry entry = session.measure({.budget = budget}, Parity{machine}, inputs);
  CHECK(entry.quality.empty());
  CHECK(entry.scores.empty());
  CHECK(entry.energy.is_known());
  keep_record("session-no-metric", to_json({entry}));
}

TEST_CASE("a model that can only be moved is borrowed, by reference or as a temporary",
          "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  const auto owner = [&machine](std::unique_ptr<int> bias) {
    return [&machine, bias = std::move(bias)](const int& input) {
      machine.work(1_ms, 65_W);
      return input + *bias;
    };
  };
  auto model = owner(std::make_unique<int>(1));
  CHECK(session.measure({.budget = budget}, model, inputs).energy.is_known());
  CHECK(session.measure({.budget = budget}, owner(std::make_unique<int>(2)), inputs)
            .energy.is_known());
}

TEST_CASE("a model with state is borrowed and not copied", "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  int calls = 0;
  auto model = [&machine, calls](const int& input) mutable {
    machine.work(1_ms, 65_W);
    ++calls;
    return input * 0 + calls;
  };
  (void)session.measure({.budget = budget}, model, inputs);
  calls = model(0);
  CHECK(calls > 100);
}

TEST_CASE("inputs may be an array, a span or a plain array", "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  const std::array<int, 3> array{1, 2, 3};
  const int plain[] = {1, 2, 3};
  CHECK(session.measure({.budget = budget}, Parity{machine}, array).inputs == 3);
  CHECK(session.measure({.budget = budget}, Parity{machine}, std::span(array)).inputs == 3);
  CHECK(session.measure({.budget = budget}, Parity{machine}, plain).inputs == 3);
}

TEST_CASE("each of several metrics gets back its own share of each item", "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  const Entry entry = session.measure({.budget = budget}, Parity{machine}, inputs, accuracy(labels),
                                      Summing{}, Witness{nullptr, inputs.size()});
  REQUIRE(entry.quality.size() == 3);
  CHECK(entry.scores.size() == 24);
  const auto items_of = [&](std::size_t metric) {
    const std::span<const double> items = per_item_of(entry, metric);
    return std::vector<double>(items.begin(), items.end());
  };
  CHECK(items_of(0) == std::vector<double>{1, 1, 1, 1, 1, 1, 0, 0});
  CHECK(items_of(1).empty());
  CHECK(items_of(2) == std::vector<double>{0, 1, 0, 1, 0, 1, 0, 1});
  keep_record("session-three-metrics", to_json({entry}));
}

TEST_CASE("a pass is judged by any number of metrics", "[measure]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  const std::size_t n = inputs.size();
  std::vector<std::string> names;
  for (int i = 0; i < 10; ++i) names.push_back(std::string(300, 'm') + std::to_string(i));
  const auto judge = [&](std::size_t i) { return Witness{nullptr, n, {}, names[i].c_str()}; };
  const Entry entry =
      session.measure({.budget = budget}, Parity{machine}, inputs, judge(0), judge(1), judge(2),
                      judge(3), judge(4), judge(5), judge(6), judge(7), judge(8), judge(9));
  REQUIRE(entry.quality.size() == 10);
  for (std::size_t i = 0; i < 10; ++i) CHECK(entry.quality[i].metric == names[i]);
  CHECK(entry.per_item.size() == 10 * n);
  CHECK(per_item_of(entry, 9).size() == n);
}

TEST_CASE("an entry takes no more room of itself than a page of memory", "[measure]") {
  STATIC_REQUIRE(sizeof(Entry) < 4000);
}

TEST_CASE("one seed gives one order of the inputs, and another seed another", "[measure]") {
  std::vector<int> many(20);
  for (std::size_t i = 0; i < many.size(); ++i) many[i] = static_cast<int>(i);
  const auto order = [&](std::uint64_t seed) {
    SimulatedMachine machine;
    std::vector<int> seen;
    Session session = simulated(machine);
    (void)session.measure({.budget = budget, .seed = seed}, Parity{machine, &seen}, many);
    seen.erase(seen.begin(), seen.begin() + 28);  // the pass for the quality, and what it repeats
    return seen;
  };
  const std::vector<int> first = order(7);
  CHECK(first == order(7));
  CHECK(first != order(8));
  // A shuffle, in which each input appears once before any appears twice.
  const std::vector<int> cycle(first.begin(), first.begin() + 20);
  CHECK(cycle != many);
  CHECK(std::set<int>(cycle.begin(), cycle.end()).size() == 20);
  CHECK(std::vector<int>(first.begin() + 20, first.begin() + 40) == cycle);
}

TEST_CASE("a counter that stands still leaves energy missing with its reason", "[measure]") {
  SimulatedMachine machine(20_W, {.unit = 1e6_J});
  Session session = simulated(machine);
  const Entry entry = session.measure({.budget = 1_s}, Parity{machine}, inputs, accuracy(labels));
  CHECK_FALSE(entry.energy.is_known());
  CHECK_FALSE(entry.active_energy.is_known());
  CHECK(entry.samples.outcome == Outcome::no_energy);
  CHECK(entry.wall_time.is_known());
  const Caveats found = caveats(entry);
  REQUIRE_FALSE(found.empty());
  CHECK(found[0].reason == "energy is missing: the counter did not move");
  keep_record("session-no-energy", to_json({entry}));
}

TEST_CASE("a neighbour makes the interval wider and takes away the active energy", "[measure]") {
  // A /proc/stat in which others use as much CPU time as the wall clock shows, or none.
  const PowercapTree tree;
  tree.add_zone("intel-rapl:0", "package-0", 101'000'000);
  const scratch::Folder folder;
  const std::string stat = folder / "stat";
  const auto entry_with = [&](double others_cores) {
    const Instant start = SystemClock::now();
    const auto pass = [&](const int& input) {
      const double wall = (SystemClock::now() - start).si();
      const double own = (SystemClock::process_cpu() - Instant{}).si();
      const long counts = std::lround((wall * others_cores + own) * 100.0);
      scratch::put_file(stat, "cpu  " + std::to_string(counts) + " 0 0 900 0 0 0 0 0 0\n");
      return input % 2;
    };
    (void)pass(0);
    const Mover mover(tree);
    Probe<CounterMeter> probe = open_powercap(tree.root());
    REQUIRE(probe.is_found());
    SystemFiles files;
    files.stat = stat.c_str();
    Session session(AnyMeter(probe.take()), files);
    return session.measure({.budget = 1_s}, pass, inputs, accuracy(labels));
  };
  const Entry alone = entry_with(0.0);
  CHECK(alone.samples.others_cpu_share == 0.0);
  CHECK_FALSE(is_machine_shared(alone));
  REQUIRE(alone.energy.is_known());

  // Less than .03 s of others' CPU time is taken for none, and on a machine that is busy with
  // something else, all windows together may be no longer.
  Entry shared = entry_with(1.0);
  for (int again = 0; again < 3 && !is_machine_shared(shared); ++again) shared = entry_with(1.0);
  INFO(shared.samples.windows());
  REQUIRE(shared.energy.is_known());
  // One core of theirs, and at most one of ours.
  CHECK(shared.samples.others_cpu_share > 0.3);
  CHECK(shared.samples.others_cpu_share < 1.5);
  CHECK(is_machine_shared(shared));
  CHECK(shared.energy.common / shared.energy.value >= shared.samples.others_cpu_share);
  keep_record("session-shared", to_json({shared}));
}

TEST_CASE("eight threads measure in one session, and each entry says so", "[measure][threads]") {
  const PowercapTree tree;
  tree.add_zone("intel-rapl:0", "package-0", 101'000'000);
  Probe<CounterMeter> probe = open_powercap(tree.root());
  REQUIRE(probe.is_found());
  Session session(AnyMeter(probe.take()), {});
  const Mover mover(tree);
  std::vector<Entry> entries(8);
  std::vector<std::thread> threads;
  for (Entry& entry : entries) {
    threads.emplace_back([&] {
      const auto busy = [](const int& input) {
        int sum = input;
        for (int i = 0; i < 1000; ++i) do_not_optimize(sum += i);
        return sum % 2;
      };
      entry = session.measure({.budget = 0.5_s}, busy, inputs, accuracy(labels));
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::size_t concurrent = 0;
  for (const Entry& entry : entries) {
    CHECK(entry.samples.windows() > 0);
    CHECK(entry.wall_time.is_known());
    concurrent += entry.concurrent ? 1 : 0;
  }
  CHECK(concurrent == entries.size());
}

TEST_CASE("a measurement alone in its session is not concurrent", "[measure][threads]") {
  SimulatedMachine machine;
  Session session = simulated(machine);
  for (int i = 0; i < 2; ++i) {
    CHECK_FALSE(session.measure({.budget = 1_s}, Parity{machine}, inputs).concurrent);
  }
}

TEST_CASE("idle power that was taken beside others is none", "[measure]") {
  const PowercapTree tree;
  tree.add_zone("intel-rapl:0", "package-0", 1'000'000);
  Probe<CounterMeter> probe = open_powercap(tree.root());
  REQUIRE(probe.is_found());
  // The real /proc/stat, and a thread of another process that is always busy.
  const pid_t child = fork();
  REQUIRE(child != -1);
  if (child == 0) {
    for (int i = 0;;) do_not_optimize(++i);
  }
  AnyMeter meter(probe.take());
  const detail::IdleBlock idle = detail::measure_idle(meter, 0.5_s, detail::find_system_files());
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  CHECK_FALSE(idle.power.is_known());
}

TEST_CASE("a session without RAPL models the energy and keeps why", "[measure]") {
  const PowercapTree tree;
  Session session({.root = tree.root(), .gpus = false});
  CHECK(session.meter().source == "cpu-time-model");
  REQUIRE(session.absent_meters().size() == 5);
  CHECK(session.absent_meters()[1].source == "rapl-powercap");
  const auto busy = [](const int& input) {
    int sum = input;
    for (int i = 0; i < 1000; ++i) do_not_optimize(sum += i);
    return sum % 2;
  };
  const Entry entry = session.measure({.budget = 0.3_s}, busy, inputs, accuracy(labels));
  CHECK(entry.energy.provenance == Provenance::modelled);
  CHECK(entry.absent_meters.size() == 5);
  keep_record("session-modelled", to_json({entry}));
}

TEST_CASE("a session that requires measured energy is refused without a meter", "[measure]") {
  const PowercapTree tree;
  CHECK_THROWS_AS(Session({.root = tree.root(), .require = Provenance::measured}), NoMeterError);
}

TEST_CASE("measure() of one model is a session of its own", "[measure]") {
  const PowercapTree tree;
  const EnvironmentVariable variable("PERJOULE_ROOT", tree.root());
  const auto busy = [](const int& input) {
    int sum = input;
    for (int i = 0; i < 1000; ++i) do_not_optimize(sum += i);
    return sum % 2;
  };
  const Entry entry = measure({.name = "busy", .budget = 0.2_s}, busy, inputs, accuracy(labels));
  CHECK(entry.plan.name == "busy");
  CHECK(entry.quality.size() == 1);
  CHECK(entry.energy.provenance == Provenance::modelled);
}

TEST_CASE("an entry says what the process takes after it, as the kernel tells it", "[measure]") {
  Session session{NoMeter()};
  const std::vector<int> places{1, 2};
  std::vector<char> held(std::size_t{64} << 20U, 'x');
  const ProcessMemory before = process_memory();
  const Entry entry = session.measure(
      {.name = "m", .budget = 100_ms}, [&](const int& x) { return held[std::size_t(x)]; }, places);
  CHECK(entry.process.resident.is_known() == before.resident.is_known());
  if (!before.resident.is_known()) return;
  CHECK(entry.process.resident.value > 64_MiB);
  CHECK(entry.process.peak_resident.value >= entry.process.resident.value * 0.9);
  CHECK((entry.memory_limit.is_known() || !entry.why_no_limit.empty()));
}

TEST_CASE("a changed test set has another hash", "[measure]") {
  const std::vector<int> digits{1, 2, 3};
  const std::vector<int> odd{1, 0, 1};
  const auto hash_of = [](const auto& of, const std::vector<int>& references) {
    const auto model = [](const auto&) { return 1; };
    return measure({.name = "m", .budget = Seconds(0.01)}, model, of, accuracy(references))
        .test_set_hash;
  };
  const std::string hash = hash_of(digits, odd);
  // Python: sha256(struct.pack("<Q3i", 3, 1, 2, 3) + struct.pack("<Q3i", 3, 1, 0, 1))
  CHECK(hash == "84f5a1d0881ca9d81c664f84481f39f222e25c094a65bdb70dfe61ec8b4423c3");
  CHECK(hash_of(digits, odd) == hash);
  CHECK(hash_of(std::vector<int>{1, 2, 4}, odd) != hash);
  CHECK(hash_of(digits, std::vector<int>{1, 0, 0}) != hash);

  const std::vector<Line> lines{{"one"}, {"two"}, {"three"}};
  const std::string of_lines = hash_of(lines, odd);
  const std::string copy = "three";
  CHECK(hash_of(std::vector<Line>{{"one"}, {"two"}, {copy.c_str()}}, odd) == of_lines);
  CHECK(hash_of(std::vector<Line>{{"one"}, {"two"}, {"four"}}, odd) != of_lines);
}
