// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/measure/instrument.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "perjoule/engine/recording.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/quantity.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;

namespace {

struct Model {
  int offset = 1;
  int operator()(int x) const { return x + offset; }
  std::string operator()(const std::string& text) { return text + "!"; }
  int& reference() { return offset; }
  int doubled(int x) const { return 2 * x; }
};

struct OnlyMoved {
  std::unique_ptr<int> offset = std::make_unique<int>(3);
  int operator()(int x) const { return x + *offset; }
};

/// A value that can be neither copied nor moved is still returned.
struct Stuck {
  int value;
  explicit Stuck(int v) : value(v) {}
  Stuck(const Stuck&) = delete;
};

RegionTimes times(const Recorder& recorder, const std::string& name) {
  for (const RegionTimes& region : recorder.regions()) {
    if (region.name == name) return region;
  }
  return {};
}

}  // namespace

TEST_CASE("an instrumented model is called as the model is", "[measure][instrument]") {
  Session session{NoMeter()};
  Model model;
  auto borrowed = session.instrument({.name = "model"}, model);
  CHECK(borrowed(2) == 3);
  CHECK(borrowed(std::string("hello")) == "hello!");
  model.offset = 5;
  CHECK(borrowed(2) == 7);
  const auto& constant = borrowed;
  CHECK(constant(2) == 7);

  CHECK(session.instrument(OnlyMoved())(4) == 7);
  CHECK(session.instrument([](int a, int b) { return a * b; })(6, 7) == 42);
  CHECK(session.instrument([](int v) { return Stuck(v); })(9).value == 9);
  int calls = 0;
  session.instrument([&] { ++calls; })();
  CHECK(calls == 1);

  auto member = session.instrument(&Model::doubled);
  CHECK(member(model, 4) == 8);
  CHECK(member(&model, 5) == 10);
  auto reference = session.instrument(&Model::reference);
  reference(model) = 8;
  CHECK(model.offset == 8);

  STATIC_REQUIRE(!std::is_invocable_v<decltype(borrowed)&, std::vector<int>>);
  const auto changing = session.instrument([n = 0](int x) mutable { return x + ++n; });
  STATIC_REQUIRE(!std::is_invocable_v<decltype(changing)&, int>);
}

TEST_CASE("regions within regions have inclusive and exclusive times", "[measure][instrument]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  Recorder recorder = session.record({.name = "llm"});
  const Region prefill = recorder.region("prefill");
  const Region attention = recorder.region("attention");
  auto model = recorder.instrument([&](int tokens) {
    const auto in_prefill = prefill.enter();
    machine.work(3_ms, 50_W);
    for (int i = 0; i < tokens; ++i) {
      const auto in_attention = attention.enter();
      machine.work(2_ms, 50_W);
    }
    return tokens;
  });
  for (int i = 0; i < 10; ++i) {
    CHECK(model(4) == 4);
    machine.rest(1_ms);  // in none of the regions
  }
  const RegionTimes calls = times(recorder, "llm");
  CHECK(calls.calls == 10);
  // Reading the meter around prefill, which is long, counts towards the call and not
  // towards prefill.
  CHECK(calls.inclusive.si() == Approx(0.110).epsilon(1e-3));
  CHECK(calls.exclusive.si() == Approx(0.0).margin(1e-4));
  CHECK(times(recorder, "prefill").inclusive.si() == Approx(0.110));
  CHECK(times(recorder, "prefill").exclusive.si() == Approx(0.030));
  CHECK(times(recorder, "attention").calls == 40);
  CHECK(times(recorder, "attention").inclusive.si() == Approx(0.080));
  CHECK(times(recorder, "attention").exclusive.si() == Approx(0.080));
}

TEST_CASE("a region within itself is counted once", "[measure][instrument]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  Recorder recorder = session.record();
  const Region region = recorder.region("block");
  const auto block = [&](auto self, int depth) -> void {
    const auto in = region.enter();
    machine.work(1_ms, 50_W);
    if (depth > 1) self(self, depth - 1);
  };
  block(block, 3);
  const RegionTimes found = times(recorder, "block");
  CHECK(found.calls == 3);
  CHECK(found.inclusive.si() == Approx(0.003));
  CHECK(found.exclusive.si() == Approx(0.003));
}

TEST_CASE("the time and energy of short calls are theirs, and the energy is shared out by time",
          "[measure][instrument]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  auto model = session.instrument({.name = "short"}, [&](int input) {
    machine.work(1_ms, 60_W);
    return input;
  });
  for (int i = 0; i < 5000; ++i) {
    (void)model(i);
    machine.work(0.25_ms, 60_W);  // the loop's own time
  }
  const Entry entry = model.entry();

  CHECK(entry.wall_time.value.si() == Approx(1e-3).epsilon(1e-3));
  CHECK(entry.energy.value.si() == Approx(0.060).epsilon(0.01));
  CHECK(interval(entry.energy).contains(JoulesPerItem(0.060)));
  CHECK(halfwidth(entry.energy) < JoulesPerItem(0.040));
  CHECK(entry.meter.provenance == Provenance::simulated);
  CHECK_FALSE(entry.active_energy.is_known());
  CHECK(entry.inputs == 5000);
  CHECK(entry.samples.windows() >= 50);
}

TEST_CASE("the energy of calls in a loop that rests is in the interval", "[measure][instrument]") {
  // 60 W at work, 6 W at rest: a tenth is the largest difference that is taken into account.
  SimulatedMachine machine(6_W);
  Session session{SimulatedMeter(machine)};
  auto model = session.instrument([&](int input) {
    machine.work(1_ms, 60_W);
    return input;
  });
  for (int i = 0; i < 2000; ++i) {
    (void)model(i);
    machine.rest(1_ms);
  }
  const Entry entry = model.entry();
  CHECK(entry.energy.value.si() == Approx(0.033).epsilon(0.01));
  CHECK(interval(entry.energy).contains(JoulesPerItem(0.060)));
}

TEST_CASE("long calls are read one by one, and the loop round them is in none",
          "[measure][instrument]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  auto model = session.instrument({.name = "long"}, [&](int input) {
    machine.work(50_ms, 60_W);
    return input;
  });
  for (int i = 0; i < 40; ++i) {
    (void)model(i);
    machine.rest(70_ms);
  }
  const Entry entry = model.entry();

  CHECK(entry.samples.windows() == 39);  // the first one showed that they are long
  CHECK(entry.inputs == 40);
  CHECK(entry.energy.value.si() == Approx(3.0).epsilon(0.01));
  CHECK(interval(entry.energy).contains(JoulesPerItem(3.0)));
  CHECK(halfwidth(entry.energy) < JoulesPerItem(0.05));
  CHECK(entry.wall_time.value.si() == Approx(0.050).epsilon(0.001));
}

TEST_CASE("energy that was shared out is estimated at best", "[measure][instrument]") {
  const WindowEnergy whole{{10_J, 1_J, 7.0, 0.5_J, Provenance::measured}, ""};
  const WindowEnergy half = detail::attribute_by_time(whole, 0.5);
  CHECK(half.energy.value == 5_J);
  CHECK(half.energy.random == 0.5_J);
  CHECK(half.energy.dof == 7.0);
  // 0.25 J of the meter; (1 - 0.5) ln(10)/sqrt(3) of 5 J is 3.3235 J.
  CHECK(half.energy.common.si() == Approx(3.33289).epsilon(1e-5));
  CHECK(half.energy.provenance == Provenance::estimated);
  const WindowEnergy all = detail::attribute_by_time(whole, 1.0);
  CHECK(all.energy.common == 0.5_J);
  const WindowEnergy none = detail::attribute_by_time({{}, "why not"}, 0.5);
  CHECK_FALSE(none.energy.is_known());
  CHECK(std::string(none.why_missing) == "why not");
}

TEST_CASE("percentiles of calls need as many calls as MLPerf asks for", "[measure][instrument]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  auto model = session.instrument([&](int ms) {
    machine.work(Seconds(1e-3 * ms), 50_W);
    return ms;
  });
  const auto percentile = [&](std::size_t i) {
    return model.entry().samples.latency.percentiles[i];
  };
  for (int i = 0; i < 458; ++i) (void)model(1 + i % 9);
  CHECK(model.entry().samples.latency.calls == 458);
  CHECK(percentile(0).value.si() == Approx(5e-3).epsilon(0.02));
  CHECK(percentile(1).interval.contains(9_ms));
  CHECK_FALSE(percentile(2).interval.is_known());
  (void)model(9);
  CHECK(percentile(2).interval.contains(9_ms));
}

TEST_CASE("a call that throws is counted, and in none of the numbers", "[measure][instrument]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  auto model = session.instrument({.name = "model"}, [&](int input) {
    machine.work(1_ms, 50_W);
    if (input == 3) throw std::runtime_error("no such token");
    return input;
  });
  for (int i = 0; i < 10; ++i) {
    if (i == 3) {
      CHECK_THROWS_WITH(model(i), "no such token");
    } else {
      CHECK(model(i) == i);
    }
  }
  const RegionTimes calls = times(model.recorder(), "model");
  CHECK(calls.calls == 9);
  CHECK(calls.threw == 1);
  CHECK(calls.inclusive.si() == Approx(0.009));
}

TEST_CASE("each so many-th call can be timed alone", "[measure][instrument]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  auto model = session.instrument(
      {.name = "model"},
      [&](int input) {
        machine.work(1_ms, 60_W);
        return input;
      },
      10);
  for (int i = 0; i < 2000; ++i) (void)model(i);
  CHECK(times(model.recorder(), "model").calls == 200);
  const Entry entry = model.entry();
  CHECK(entry.inputs == 2000);
  CHECK(entry.wall_time.value.si() == Approx(1e-3).epsilon(1e-3));
  CHECK(interval(entry.energy).contains(JoulesPerItem(0.060)));
  CHECK(entry.energy.value.si() == Approx(0.060).epsilon(0.02));
}

TEST_CASE("threads record without losing a call", "[measure][instrument][threads]") {
  Session session{NoMeter()};
  Recorder recorder = session.record({.name = "model"});
  auto model = recorder.instrument([](int x) { return x + 1; });
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      const Region region = recorder.region("part");
      for (int i = 0; i < 20'000; ++i) {
        const auto in = region.enter();
        (void)model(i);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Entry entry = model.entry();
  CHECK(entry.inputs == 160'000);
  CHECK(times(recorder, "part").calls == 160'000);
  CHECK(entry.samples.latency.calls == 160'000);
  CHECK(entry.concurrent);
  CHECK_FALSE(entry.energy.is_known());
  keep_record("instrument-threads", to_json(entry));
}

TEST_CASE("what timing a call takes is in the record, since it is taken off its time",
          "[measure][instrument]") {
  Session session;
  auto model = session.instrument({.name = "this machine's"}, [](int x) { return x + 1; });
  for (int i = 0; i < 200'000; ++i) (void)model(i);
  const Entry entry = model.entry();
  CHECK(entry.samples.call_overhead > Seconds(0.0));
  Entry again = entry;
  detail::summarize_windows(again);
  CHECK(again.wall_time.value == entry.wall_time.value);
  keep_record("instrument-here", to_json(entry));
}

TEST_CASE("quality that the caller's loop judged joins the energy", "[measure][instrument]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const std::vector<int> labels{0, 1, 0, 1};
  auto metric = accuracy(labels);
  auto model = session.instrument({.name = "model"}, [&](int input) {
    machine.work(1_ms, 50_W);
    return input % 2;
  });
  for (std::size_t i = 0; i < 3; ++i) metric.add(i, model(static_cast<int>(i)));
  CHECK_THROWS_WITH((void)model.entry(metric),
                    "perjoule: 3 inputs but 4 references: model; give the metric one reference (a "
                    "label) for each input, in the same order");
  metric.add(3, model(3));
  const Entry entry = model.entry(metric);
  CHECK(entry.quality[0].value.value == 1.0);
  CHECK(entry.scores[0].value.is_known());
}

TEST_CASE("quality of no calls is an error", "[measure][instrument]") {
  struct OfNothing {
    [[nodiscard]] static std::size_t items() { return 0; }
    [[nodiscard]] static Quality result() { return {}; }
    [[nodiscard]] static std::span<const double> per_item() { return {}; }
  } metric;
  Session session{NoMeter()};
  auto model = session.instrument({.name = "model"}, [](int input) { return input; });
  CHECK_THROWS_WITH((void)model.entry(metric),
                    "perjoule: a metric of no items: model; call the model, and give the metric "
                    "each output, before the entry is taken");
  (void)model(1);
  CHECK_THROWS_AS((void)model.entry(metric), Error);
}

TEST_CASE("a recorder takes any number of metrics", "[measure][instrument]") {
  Session session{NoMeter()};
  const std::vector<int> labels{1};
  auto metric = accuracy(labels);
  auto model = session.instrument({.name = "model"}, [](int input) { return input; });
  metric.add(0, model(1));
  auto& m = metric;
  CHECK(model.entry(m, m, m, m, m, m, m, m, m, m, m, m).quality.size() == 12);
}

TEST_CASE("regions are named, counted and summed up while other threads record",
          "[measure][instrument][threads]") {
  Session session{NoMeter()};
  Recorder recorder = session.record({.name = "model"});
  auto model = recorder.instrument([](int x) { return x + 1; });
  std::atomic<bool> is_over = false;
  std::vector<std::thread> threads;
  for (int t = 0; t < 16; ++t) {
    threads.emplace_back([&, t] {
      for (int name = 0; !is_over || name == 0; ++name) {
        const Region region = recorder.region(std::to_string(t) + "." + std::to_string(name % 20));
        for (int i = 0; i < 10'000; ++i) {
          const auto in = region.enter();
          (void)model(i);
        }
      }
    });
  }
  const Instant start = SystemClock::now();
  for (int i = 0; i < 10; ++i) {
    (void)model.entry();
    (void)recorder.regions();
  }
  // Far more than it takes. A lock for which threads spun took 1.2 s each time.
  CHECK((SystemClock::now() - start).si() < 10.0);
  is_over = true;
  for (std::thread& thread : threads) thread.join();
  std::uint64_t calls = 0;
  for (const RegionTimes& region : recorder.regions()) {
    if (region.name != "model") calls += region.calls;
  }
  CHECK(calls == model.entry().inputs);
}

TEST_CASE("the table and the record of a region say whose it is", "[measure][instrument]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  Recorder recorder = session.record({.name = "llm"});
  const Region decode = recorder.region("decode");
  auto model = recorder.instrument([&](int x) {
    const auto in = decode.enter();
    machine.work(1_ms, 50_W);
    return x;
  });
  for (int i = 0; i < 1000; ++i) (void)model(i);
  const Entry entry = recorder.entry("decode");
  CHECK(entry.plan.name == "llm: decode");
  CHECK(interval(entry.energy).contains(JoulesPerItem(0.050)));
  keep_record("instrument", to_json({model.entry(), entry}));
  const std::string table = markdown({model.entry(), entry});
  CHECK(table.find("llm: decode") != std::string::npos);
}

TEST_CASE("each of three hundred threads is recorded, with every call",
          "[measure][instrument][threads]") {
  Session session{NoMeter()};
  Recorder recorder = session.record({.name = "model"});
  auto model = recorder.instrument([](int x) { return x + 1; });
  constexpr std::size_t count = 300;
  constexpr std::size_t calls = 100;
  // None ends before all have begun, so that each is a thread of its own.
  std::atomic<std::size_t> running = 0;
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < count; ++t) {
    threads.emplace_back([&] {
      ++running;
      while (running != count) std::this_thread::yield();
      const Region region = recorder.region("part");
      for (std::size_t i = 0; i < calls; ++i) {
        const auto in = region.enter();
        (void)model(1);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Entry entry = model.entry();
  CHECK(entry.inputs == count * calls);
  CHECK(entry.samples.latency.calls == count * calls);
  CHECK(times(recorder, "part").calls == count * calls);
}

TEST_CASE("any number of regions is told apart", "[measure][instrument]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const Recorder recorder = session.record({.name = "calls"});
  for (int i = 0; i < 200; ++i) {
    const auto in = recorder.region(std::to_string(i)).enter();
    machine.work(1_ms * (i + 1), 50_W);
  }
  REQUIRE(recorder.regions().size() == 201);
  CHECK(recorder.regions()[0].name == "calls");
  CHECK(times(recorder, "0").inclusive.si() == Approx(1e-3));
  CHECK(times(recorder, "199").inclusive.si() == Approx(0.2));
  CHECK(recorder.entry("199").wall_time.value.si() == Approx(0.2));
}

TEST_CASE("regions whose names differ in the 300th character are two", "[measure][instrument]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const Recorder recorder = session.record();
  const std::string long_name(299, 'r');
  for (const char last : {'a', 'b', 'a'}) {
    const auto in = recorder.region(long_name + last).enter();
    machine.work(1_ms, 50_W);
  }
  CHECK(recorder.regions().size() == 3);  // including the model's calls
  CHECK(times(recorder, long_name + 'a').calls == 2);
  CHECK(times(recorder, long_name + 'b').calls == 1);
  CHECK(recorder.entry(long_name + 'b').plan.name == "unnamed model: " + long_name + 'b');
}

TEST_CASE("all handles of a recorder record into the same place", "[measure][instrument]") {
  Session session{NoMeter()};
  Recorder first = session.record({.name = "first"});
  const Recorder copy = first;
  first = session.record({.name = "second"});
  auto model = copy.instrument([](int x) { return x; });
  (void)model(1);
  CHECK(times(copy, "first").calls == 1);
  CHECK(first.regions()[0].name == "second");
  CHECK(first.regions()[0].calls == 0);
  first = copy;
  CHECK(times(first, "first").calls == 1);
}

TEST_CASE("a model that was never called has nothing", "[measure][instrument]") {
  Session session{NoMeter()};
  const auto model = session.instrument([](int x) { return x; });
  const Entry entry = model.entry();
  CHECK_FALSE(entry.wall_time.is_known());
  CHECK_FALSE(entry.energy.is_known());
  CHECK(entry.samples.latency.calls == 0);
}
