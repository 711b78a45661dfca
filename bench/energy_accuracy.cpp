// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The accuracy of a window's joules on machines whose energy is known, compared with a reader that
// subtracts the counter at both ends. See bench/energy_accuracy for how to run it.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "perjoule/all.hpp"
#include "sim/power_profile.hpp"

using namespace perjoule;
using namespace perjoule::literals;

namespace {

double quantile(std::vector<double> values, double share) {
  if (values.empty()) return NAN;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

/// The results of many windows of one kind.
struct WindowErrors {
  std::vector<double> errors;      ///< of the true energy. @unit a share of it
  std::vector<double> halfwidths;  ///< the same
  double sum = 0.0;                ///< of the errors with their signs. @unit the same
  std::size_t covered = 0;
  std::size_t missing = 0;

  void add(const Estimate<Joules>& found, double truth) {
    if (!found.is_known()) {
      ++missing;
      return;
    }
    const double error = (found.value.si() - truth) / truth;
    sum += error;
    errors.push_back(std::fabs(error));
    halfwidths.push_back(halfwidth(found).si() / truth);
    covered += interval(found).contains(Joules(truth)) ? 1 : 0;
  }
};

void print_head(const char* title) {
  std::printf("\n%s\n\n", title);
  std::puts(
      "| power      | window (ms) | windows | p95 error (%) | naive: p95 error (%) | covered by 95 "
      "% "
      "interval (%) | median half-width / p95 error | mean error / half-width | without energy |");
  std::puts(
      "| ---------- | ----------: | ------: | ------------: | -------------------: | "
      "----------------------------: | ----------------------------: | ----------------------: | "
      "-------------: |");
}

void print_row(const char* name, double window_ms, const WindowErrors& ours,
               const WindowErrors& naive) {
  const double p95 = quantile(ours.errors, 0.95);
  const auto n = static_cast<double>(ours.errors.size());
  const double halfwidth = quantile(ours.halfwidths, 0.5);
  std::printf("| %-10s | %11.0f | %7zu | %13.3f | %20.2f | %29.1f | %29.2f | %23.3f | %14zu |\n",
              name, window_ms, ours.errors.size() + ours.missing, 100.0 * p95,
              100.0 * quantile(naive.errors, 0.95), 100.0 * static_cast<double>(ours.covered) / n,
              halfwidth / p95, ours.sum / n / halfwidth, ours.missing);
  std::fflush(stdout);
}

/// A model whose passes take some time, and which records the truth at the start of each pass and
/// at the end of the last. `pass` does the work; `read_truth` returns the true energy and the
/// counter.
struct RecordedPass {
  struct TrueReading {
    double truth = 0.0;  ///< @unit J
    std::uint64_t count = 0;
  };
  std::function<void()> pass;
  std::function<TrueReading()> read_truth;
  std::vector<TrueReading> starts = {};  ///< one for each pass
  TrueReading end = {};

  int operator()(const int& input) {
    starts.push_back(read_truth());
    pass();
    end = read_truth();
    return input;
  }

  /// Returns the truth at the start of the first of the last `passes` passes.
  [[nodiscard]] const TrueReading& begin(std::size_t passes) const {
    return starts.at(starts.size() - passes);
  }
};

/// Measures windows like the engine, one after the other.
class Windows {
 public:
  Windows(AnyMeter& meter, RecordedPass& probe)
      : probe_(probe), loop_{probe, &input_, "probe"}, runner_(meter, batch_, files_) {}

  /// Tells the engine how long a pass is.
  void warm_up(Seconds window) { per_pass_ = runner_.warm_up_and_plan(window); }

  /// Measures one window of about that length.
  Estimate<Joules> measure(Seconds length) {
    probe_.starts.clear();
    const Window window = runner_.measure_window(detail::passes_in(length, per_pass_, 1));
    last_wall = window.wall;
    begin = probe_.begin(static_cast<std::size_t>(window.items.si()));
    return window.energy.energy;
  }

  /// @unit J
  [[nodiscard]] double last_truth() const { return probe_.end.truth - begin.truth; }

  Seconds last_wall{0.0};
  RecordedPass::TrueReading begin;  ///< of the last window

 private:
  RecordedPass& probe_;
  int input_ = 0;
  std::size_t order_ = 0;
  detail::PlainLoop<RecordedPass, int> loop_;
  detail::Workload batch_{&loop_, {&order_, 1}};
  SystemFiles files_ = {};
  detail::WindowRunner runner_;
  Seconds per_pass_{0.0};
};

double since_start(const SimulatedMachine& machine) { return (machine.now() - Instant{}).si(); }

/// Draws the power of a profile, in pieces as long as a pass.
void work(SimulatedMachine& machine, const sim::Profile& profile, double duration) {
  const double now = since_start(machine);
  const double joules = sim::energy(profile, now + duration) - sim::energy(profile, now);
  machine.work(Seconds(duration), Watts(joules / duration));
}

sim::Profile profile_of(const char* text) {
  sim::Profile profile;
  if (!sim::parse(text, profile)) {
    std::fprintf(stderr, "energy_accuracy: '%s' is no power profile\n", text);
    std::exit(2);
  }
  return profile;
}

/// The energy between two readings of the counter, computed without regard to ticks.
Estimate<Joules> naive_energy(const RecordedPass::TrueReading& begin,
                              const RecordedPass::TrueReading& end, std::uint64_t modulus,
                              double per_count) {
  const auto counts = static_cast<double>(detail::unwrap(begin.count, end.count, modulus));
  return {Joules(counts * per_count), Joules(0.0), infinite_dof, Joules(0.0), Provenance::measured};
}

/// Prints a table over machines in this process. The power of `step` jumps once in each window.
void in_process(std::size_t windows) {
  print_head(
      "In process: ticks of 1 ms that come up to 20 us late, unit 61 uJ, passes of 10 to 40 us, "
      "each "
      "window at its own phase");
  const struct {
    const char* name;
    const char* profile;
  } kinds[] = {{"constant", "constant:65"},
               {"ripple", "ripple:65,0.2,700"},
               {"step", ""},
               {"burst", "burst:30,150,0.002,0.5,7"}};
  for (const double length : {0.01, 0.1}) {
    for (const auto& kind : kinds) {
      const bool steps = *kind.profile == '\0';
      sim::Profile profile = profile_of(steps ? "constant:40" : kind.profile);
      SimulatedMachine machine(20_W);
      AnyMeter meter{SimulatedMeter(machine)};
      Random random(11);
      double pass = 20e-6;
      RecordedPass probe{
          [&] { work(machine, profile, pass); },
          [&] {
            return RecordedPass::TrueReading{machine.true_energy().si(), machine.count()};
          }};
      Windows engine(meter, probe);
      engine.warm_up(10_ms);
      WindowErrors ours;
      WindowErrors naive;
      for (std::size_t i = 0; i < windows; ++i) {
        pass = (10.0 + 30.0 * random.uniform()) * 1e-6;
        if (i % 100 == 0) engine.warm_up(2_ms);
        machine.rest(Seconds(2e-3 * random.uniform()));
        if (steps) {
          sim::Step step{40.0, 90.0, since_start(machine) + 1e-3 + length * random.uniform()};
          profile = step;
        }
        const Estimate<Joules> found = engine.measure(Seconds(length));
        ours.add(found, engine.last_truth());
        machine.rest(Seconds(2e-3 * random.uniform()));
        probe.starts.clear();
        const double until = since_start(machine) + length;
        while (since_start(machine) < until) (void)probe(0);
        const RecordedPass::TrueReading& begin = probe.starts.front();
        naive.add(naive_energy(begin, probe.end, machine.counter().modulus, 61e-6),
                  probe.end.truth - begin.truth);
      }
      print_row(kind.name, 1e3 * length, ours, naive);
    }
  }
}

/// Counters with the faults of real ones, and how they are read.
struct FaultyMeter {
  const char* name;
  SimulatedCounter package;
  SimulatedCounter memory;  ///< of a fifth of the power; none if its share is 1
  double preempted;         ///< share of readings that are late by 2 to 4 ms
};

/// Prints a table over counters with the faults of real ones. Every hundred windows have a machine
/// of their own, whose period and jitter are measured like those of a real one.
void faulty_counters(std::size_t windows, bool on_ticks) {
  print_head(on_ticks ? "Counters with the faults of real ones, power in bursts, passes of 20 to "
                        "40 us, so that "
                        "windows end on ticks"
                      : "The same with passes of 0.3 to 0.6 ms, so that windows end anywhere");
  const SimulatedCounter tidy;
  const SimulatedCounter shown_late{.jitter = 0_s, .lateness = 30_us};
  const SimulatedCounter shown_later{.jitter = 0_s, .lateness = 200_us};
  const SimulatedCounter bimodal{.jitter = 0_s, .lateness = 190_us, .is_bimodal = true};
  const SimulatedCounter package{.share = 0.8};
  const SimulatedCounter losing{.name = "dram", .share = 0.2, .lost = 0.007};
  const SimulatedCounter doubling{.name = "dram", .share = 0.2, .lost = 0.014, .doubled = 0.049};
  const FaultyMeter kinds[] = {{"tidy", tidy, tidy, 0.0},
                               {"late 0.03", shown_late, tidy, 0.0},
                               {"late 0.2", shown_later, tidy, 0.0},
                               {"bimodal", bimodal, tidy, 0.0},
                               {"lost", package, losing, 0.0},
                               {"doubled", package, doubling, 0.0},
                               {"busy", tidy, tidy, 0.002}};
  const sim::Profile profile = profile_of("burst:30,150,0.002,0.5,7");
  constexpr std::size_t a_machine = 100;
  for (const double length : {0.01, 0.1, 1.0}) {
    for (const FaultyMeter& kind : kinds) {
      WindowErrors ours;
      WindowErrors naive;
      Random random(29);
      for (std::size_t done = 0; done < windows; done += a_machine) {
        SimulatedCounter first = kind.package;
        SimulatedCounter second = kind.memory;
        first.seed = done + 1;
        second.seed = done + 2;
        SimulatedMachine machine = first.share < 1.0 ? SimulatedMachine(30_W, {first, second})
                                                     : SimulatedMachine(30_W, first);
        SimulatedMeter simulated(machine, {.preempted = kind.preempted});
        simulated.measure_update_periods();
        AnyMeter meter{std::move(simulated)};
        const auto counted = [&] {
          double sum = 0.0;
          std::uint64_t count = 0;
          for (std::size_t i = 0; i < machine.counters(); ++i) {
            sum += machine.counted_energy(i).si();
            count += machine.count(i);
          }
          return RecordedPass::TrueReading{sum, count};
        };
        double pass = 20e-6;
        RecordedPass probe{[&] { work(machine, profile, pass); }, counted};
        Windows engine(meter, probe);
        pass = on_ticks ? 40e-6 : 400e-6;
        engine.warm_up(10_ms);
        for (std::size_t i = 0; i < a_machine; ++i) {
          pass = (on_ticks ? 20e-6 : 300e-6) * (1.0 + random.uniform());
          machine.rest(Seconds(2e-3 * random.uniform()));
          const Estimate<Joules> found = engine.measure(Seconds(length));
          ours.add(found, engine.last_truth());
          naive.add(naive_energy(engine.begin, probe.end, machine.counter().modulus, 61e-6),
                    engine.last_truth());
        }
      }
      print_row(kind.name, 1e3 * length, ours, naive);
    }
  }
}

/// Measures active energy where the idle power moves from one value to another during a run,
/// along a straight line or all at once. The naive reader subtracts the idle power measured at
/// the beginning.
void idle_drift(std::size_t windows) {
  constexpr std::size_t a_run = 50;
  constexpr double length = 0.1;
  WindowErrors ours;
  WindowErrors naive;
  Random random(13);
  for (std::size_t run = 0; run < windows / a_run; ++run) {
    SimulatedMachine machine(20_W, {.seed = run + 1});
    AnyMeter meter{SimulatedMeter(machine)};
    const double drift = 6.0 * random.uniform() - 3.0;
    const double jump = random.uniform() < 0.5 ? random.uniform() : -1.0;
    const double whole = static_cast<double>(a_run) * (length + 1e-3);
    double begin = 0.0;
    double idle_energy = 0.0;
    const auto idle_power = [&] {
      const double part = std::clamp((since_start(machine) - begin) / whole, 0.0, 1.0);
      return 20.0 + drift * (jump < 0.0 ? part : part < jump ? 0.0 : 1.0);
    };
    RecordedPass probe{[&] {
                         const double idle = idle_power();
                         machine.set_idle(Watts(idle));
                         machine.work(50_us, Watts(idle + 45.0));
                         idle_energy += idle * 50e-6;
                       },
                       [&] {
                         return RecordedPass::TrueReading{idle_energy, machine.count()};
                       }};
    const detail::IdleBlock before = detail::measure_idle(meter, 0.5_s);
    Windows engine(meter, probe);
    begin = 1e9;
    engine.warm_up(10_ms);
    begin = since_start(machine);
    struct Found {
      Estimate<Joules> energy;
      Seconds wall;
      double naive;
    };
    std::vector<Found> found;
    for (std::size_t i = 0; i < a_run; ++i) {
      const Estimate<Joules> energy = engine.measure(Seconds(length));
      const double counted =
          naive_energy(engine.begin, probe.end, machine.counter().modulus, 61e-6).value.si();
      found.push_back({energy, engine.last_wall, counted});
    }
    machine.set_idle(Watts(20.0 + drift));
    const detail::IdleBlock after = detail::measure_idle(meter, 0.5_s);
    const Estimate<Watts> idle = detail::idle_between(before.power, after.power);
    for (const Found& window : found) {
      // The truth is the mean of a whole run: 45 W above idle, whatever idle was.
      const double truth = 45.0 * window.wall.si();
      ours.add(active(window.energy, idle, window.wall), truth);
      naive.add(exact(Joules(window.naive) - before.power.value * window.wall), truth);
    }
  }
  print_row("idle drift", 1e3 * length, ours, naive);
}

/// The same over a tree of files that change with the clock, read as on real hardware.
void over_files(const char* description, std::size_t windows) {
  const char* const epoch = std::getenv("SIM_EPOCH_NS");
  if (epoch == nullptr) {
    std::fputs("energy_accuracy: SIM_EPOCH_NS is not set; run bench/energy_accuracy\n", stderr);
    std::exit(2);
  }
  const Instant start{std::strtoll(epoch, nullptr, 10)};
  const sim::Profile profile = profile_of(description);
  perjoule::Probe<CounterMeter> opened = open_powercap();
  if (!opened.is_found()) {
    std::fprintf(stderr, "energy_accuracy: %s\n", opened.reason().c_str());
    std::exit(2);
  }
  const double per_count = opened.take().description().zones[0].per_count.si();
  AnyMeter meter(open_powercap().take());
  const Zone zone = meter.description().zones[0];
  const int file = open("/sys/class/powercap/intel-rapl:0/energy_uj", O_RDONLY | O_CLOEXEC);
  const auto count_now = [&] {
    char digits[32] = {};
    std::uint64_t count = 0;
    if (pread(file, digits, sizeof digits - 1, 0) <= 0 || !text::parse_integer(digits, count)) {
      std::exit(2);
    }
    return count;
  };
  const auto truth_now = [&] { return sim::energy(profile, (SystemClock::now() - start).si()); };
  RecordedPass probe{[] {
                       const Instant until = SystemClock::now() + 20_us;
                       while (SystemClock::now() < until) {
                       }
                     },
                     [&] {
                       return RecordedPass::TrueReading{truth_now(), 0};
                     }};
  Windows engine(meter, probe);
  engine.warm_up(10_ms);
  const std::string name(description, std::string(description).find(':'));
  for (const double length : {0.01, 0.1}) {
    WindowErrors ours;
    WindowErrors naive;
    const auto n = static_cast<std::size_t>(static_cast<double>(windows) * 0.01 / length);
    for (std::size_t i = 0; i < n; ++i) {
      const Estimate<Joules> found = engine.measure(Seconds(length));
      ours.add(found, engine.last_truth());
      SystemClock::wait(Seconds(1e-4 + 1e-5 * static_cast<double>(i % 97)));
      RecordedPass::TrueReading begin;
      RecordedPass::TrueReading end;
      begin.count = count_now();
      begin.truth = truth_now();
      const Instant until = SystemClock::now() + Seconds(length);
      while (SystemClock::now() < until) probe.pass();
      end.truth = truth_now();
      end.count = count_now();
      naive.add(naive_energy(begin, end, zone.modulus, per_count), end.truth - begin.truth);
    }
    print_row(name.c_str(), 1e3 * length, ours, naive);
  }
  close(file);
}

/// Counts the readings of a simulated meter.
class CountingMeter : public SimulatedMeter {
 public:
  CountingMeter(SimulatedMachine& machine, std::size_t& readings)
      : SimulatedMeter(machine), readings_(&readings) {}
  [[nodiscard]] bool read(Reading& reading) noexcept {
    ++*readings_;
    return SimulatedMeter::read(reading);
  }

 private:
  std::size_t* readings_;
};

/// Measures the cost of readings. The counters are links to numbers of sysfs that every Linux has,
/// so that a reading costs what it costs through sysfs; one of a RAM disk costs half as much. What
/// the instruction behind a real counter takes is added on a real machine, to both sides.
void cost() {
  namespace fs = std::filesystem;
  const fs::path numbers = "/sys/kernel/mm/transparent_hugepage/khugepaged";
  // The counters of two packages must differ, or they would look like one counter, mirrored.
  const std::array names{"pages_to_scan", "scan_sleep_millisecs", "alloc_sleep_millisecs",
                         "max_ptes_none"};
  for (const char* name : names) {
    if (fs::exists(numbers / name)) continue;
    std::printf("\nWhat a reading costs: not measured, since %s is not there\n",
                (numbers / name).c_str());
    return;
  }
  std::string name = "/tmp/energy_accuracy_XXXXXX";
  if (mkdtemp(name.data()) == nullptr) std::exit(2);
  const fs::path root = name;
  const auto add_zone = [&](std::size_t i) {
    const fs::path folder = root / "sys/class/powercap" / ("intel-rapl:" + std::to_string(i));
    fs::create_directories(folder);
    std::ofstream(folder / "name") << "package-" << i << '\n';
    std::ofstream(folder / "max_energy_range_uj") << "262143328850\n";
    fs::create_symlink(numbers / names[i], folder / "energy_uj");
  };
  std::puts("\nWhat a reading costs\n");
  std::puts(
      "| zones | bare pread of each (us) | reading of the meter (us) | ratio (median of turns) |");
  std::puts(
      "| ----: | ----------------------: | ------------------------: | ----------------------: |");
  double one_reading = 0.0;
  std::vector<int> files;
  for (const std::size_t zones : {std::size_t{1}, names.size()}) {
    for (std::size_t i = files.size(); i < zones; ++i) {
      add_zone(i);
      files.push_back(open((numbers / names[i]).c_str(), O_RDONLY | O_CLOEXEC));
    }
    CounterMeter meter = open_powercap(root.c_str()).take();
    std::vector<double> bare;
    std::vector<double> ours;
    std::vector<double> ratios;
    constexpr int turns = 301;
    constexpr int times = 200;
    char digits[32];
    for (int turn = 0; turn < turns; ++turn) {
      const Instant start = SystemClock::now();
      for (int i = 0; i < times; ++i) {
        for (const int file : files) do_not_optimize(pread(file, digits, sizeof digits - 1, 0));
      }
      const Instant middle = SystemClock::now();
      Reading reading;
      for (int i = 0; i < times; ++i) do_not_optimize(meter.read(reading));
      const Instant end = SystemClock::now();
      bare.push_back((middle - start).si() * 1e6 / times);
      ours.push_back((end - middle).si() * 1e6 / times);
      ratios.push_back(ours.back() / bare.back());
    }
    std::printf("| %5zu | %23.2f | %25.2f | %23.2f |\n", zones, quantile(bare, 0.5),
                quantile(ours, 0.5), quantile(ratios, 0.5));
    if (zones == 1) one_reading = quantile(ours, 0.5) * 1e-6;
  }
  for (const int file : files) close(file);
  fs::remove_all(root);

  std::size_t readings = 0;
  double in_windows = 0.0;
  SimulatedMachine machine(20_W);
  AnyMeter meter{CountingMeter(machine, readings)};
  RecordedPass probe{[&] { machine.work(20_us, 65_W); },
                     [&] {
                       return RecordedPass::TrueReading{static_cast<double>(readings), 0};
                     }};
  Windows engine(meter, probe);
  engine.warm_up(10_ms);
  constexpr std::size_t windows = 1000;
  Random random(17);
  for (std::size_t i = 0; i < windows; ++i) {
    machine.rest(Seconds(1e-3 * random.uniform()));
    (void)engine.measure(Seconds(0.0195 + 1e-3 * random.uniform()));
    in_windows += engine.last_truth();
  }
  const double looks = in_windows / windows;

  // What the engine reads once per piece, in the same order.
  constexpr int pieces = 100'000;
  Slices sum;
  const Instant start = SystemClock::now();
  ThreadUsage before = detail::thread_usage();
  for (int i = 0; i < pieces; ++i) {
    const Instant begin = SystemClock::now();
    const Seconds taken = SystemClock::now() - begin;
    const ThreadUsage after = detail::thread_usage();
    detail::add_slice(sum, taken, after - before, 1);
    before = after;
  }
  const double one_piece = (SystemClock::now() - start).si() / pieces;
  const double pieces_in_20_ms = Seconds(0.02) / detail::slice_length;
  const double of_readings = looks * one_reading / 0.02;
  const double of_pieces = pieces_in_20_ms * one_piece / 0.02;
  std::printf(
      "\nWithin a window of 20 ms there are %.1f readings on average, at %.2f us each, and it is "
      "looked into\n%.0f times, at %.2f us each: %.3f %% and %.3f %%, together %.3f %% of it.\n",
      looks, 1e6 * one_reading, pieces_in_20_ms, 1e6 * one_piece, 100.0 * of_readings,
      100.0 * of_pieces, 100.0 * (of_readings + of_pieces));
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  const auto windows = static_cast<std::size_t>(argc > 2 ? std::atol(argv[2]) : 10'000);
  if (command == "simulated" && windows >= 100) {
    in_process(windows);
    idle_drift(windows);
    for (const bool on_ticks : {true, false}) faulty_counters(windows, on_ticks);
  } else if (command == "cost") {
    cost();
  } else if (command == "files" && argc == 4 && windows >= 100) {
    over_files(argv[3], windows);
  } else {
    std::fputs("usage: energy_accuracy simulated [WINDOWS] | cost | files WINDOWS PROFILE\n",
               stderr);
    return 2;
  }
}
