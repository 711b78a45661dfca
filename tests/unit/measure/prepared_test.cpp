// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Passes with a setup before each, which is not part of any number.
#include "perjoule/engine/prepared.hpp"

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "catch.hpp"
#include "perjoule/engine/cache_flusher.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/quantity.hpp"
#include "sanitized.hpp"
#include "scratch.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;

namespace {

const std::vector<int> inputs{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
const std::vector<int> labels{0, 1, 0, 1, 0, 1, 0, 1, 1, 0};

/// A copy of an input that a pass may use once; the set holds the copies that exist.
class Fresh {
 public:
  Fresh(std::set<const Fresh*>& alive, int input) : alive_(&alive), input_(input) {
    alive.insert(this);
  }
  Fresh(const Fresh& other) : Fresh(*other.alive_, other.input_) {}
  Fresh& operator=(const Fresh&) = delete;
  ~Fresh() { alive_->erase(this); }

  int use() {
    if (alive_->count(this) == 0 || is_used_) throw std::runtime_error("used twice");
    is_used_ = true;
    return input_ % 2;
  }

 private:
  std::set<const Fresh*>* alive_;
  int input_;
  bool is_used_ = false;
};

}  // namespace

TEST_CASE("what is prepared is in neither time nor energy", "[measure][prepared]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  const auto setup = [&](const int& input) {
    machine.work(3_ms, 100_W);
    return input;
  };
  const auto odd = [&](int& ready) {
    machine.work(1_ms, 60_W);
    return ready % 2;
  };
  const Entry entry = session.measure({.name = "m", .relative_halfwidth = 1e-9, .budget = 20_s},
                                      prepared(setup, odd), inputs, accuracy(labels));
  keep_record("prepared", to_json({entry}));
  CHECK(entry.prepared);
  CHECK(entry.quality[0].value.value == Approx(0.8));
  CHECK(entry.wall_time.value.si() == Approx(1e-3).epsilon(1e-3));
  CHECK(interval(entry.energy).contains(JoulesPerItem(0.06)));
  CHECK(interval(entry.energy).high - interval(entry.energy).low < JoulesPerItem(0.006));
  CHECK(entry.samples.latency.percentiles[0].value.si() == Approx(1e-3).epsilon(1e-3));
  CHECK(machine.now() - Instant() < 20.5_s);  // setup included
  CHECK(machine.now() - Instant() > 15_s);
  CHECK(markdown(entry).find("m: without the time and energy in which inputs are prepared") !=
        std::string::npos);
}

TEST_CASE("each pass has something fresh, made from its own input", "[measure][prepared]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  std::set<const Fresh*> alive;
  std::size_t most = 0;
  {
    const auto setup = [&](const int& input) { return Fresh(alive, input); };
    const auto odd = [&](Fresh& fresh) {
      if (most < alive.size()) most = alive.size();
      machine.work(1_ms, 60_W);
      return fresh.use();
    };
    const Entry entry = session.measure({.name = "m", .budget = 1_s}, prepared(setup, odd), inputs,
                                        accuracy(labels));
    CHECK(entry.quality[0].value.value == Approx(0.8));
    CHECK(entry.energy.is_known());
  }
  CHECK(most > 1);
  CHECK(alive.empty());
}

TEST_CASE("no more is prepared than fits into memory, and windows have whole cycles",
          "[measure][prepared]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  const auto setup = [](const int& input) { return input; };
  const auto odd = [&](int& ready) {
    machine.work(2_us, 60_W);
    return ready % 2;
  };
  const Entry entry = session.measure({.name = "m", .budget = 1_s}, prepared(setup, odd), inputs);
  CHECK(entry.samples.at(0, Samples::items) == 4090.0);
  CHECK(entry.wall_time.value.si() == Approx(2e-6).epsilon(0.01));
  CHECK_FALSE(entry.energy.is_known());  // 8 ms, of a meter with a period of 1 ms
  CHECK(std::string(entry.samples.why_dropped) ==
        "too few passes can follow each other for a window of 5 ms and ten of the meter's update "
        "periods");
}

TEST_CASE("batches, streams and asynchronous models can be prepared", "[measure][prepared]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  const MeasureOptions plan{.name = "m", .relative_halfwidth = 1e-9, .budget = 5_s};

  const auto copy = [&](std::span<const int> batch) {
    machine.work(3_ms, 100_W);
    return std::vector<int>(batch.begin(), batch.end());
  };
  const auto odd_ones = [&](std::vector<int>& ready) {
    machine.work(5_ms, 60_W);
    for (int& each : ready) each %= 2;
    return ready;
  };
  MeasureOptions batches = plan;
  batches.batch = 5;
  const Entry batched =
      session.measure(batches, prepared(copy, odd_ones), inputs, accuracy(labels));
  CHECK(batched.prepared);
  CHECK(batched.quality[0].value.value == Approx(0.8));
  CHECK(batched.wall_time.value.si() == Approx(1e-3).epsilon(1e-3));

  const auto setup = [&](const int& input) {
    machine.work(3_ms, 100_W);
    return input;
  };
  const auto generate = [&](int& ready, Stream& out) {
    machine.work(2_ms, 60_W);
    out.put(ready);
    out.put(ready);
    return ready;
  };
  const Entry streamed = session.measure(plan, prepared(setup, generate), inputs);
  CHECK(streamed.prepared);
  CHECK(streamed.wall_time.value.si() == Approx(1e-3).epsilon(1e-3));
  CHECK(streamed.samples.first_item.percentiles[0].value.si() == Approx(2e-3).epsilon(1e-3));

  int queued = 0;
  const auto enqueue = [&](int& ready) {
    ++queued;
    return ready;
  };
  const auto complete = [&] {
    machine.work(queued * 1_ms, 60_W);
    queued = 0;
  };
  const auto named = prepared(setup, asynchronous(enqueue, complete));
  const Entry later = session.measure(plan, named, inputs);
  CHECK(later.prepared);
  CHECK(later.wall_time.value.si() == Approx(1e-3).epsilon(1e-3));
}

TEST_CASE("passes are still there with what was prepared for them until they are complete",
          "[measure][prepared][asynchronous]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  std::set<const Fresh*> alive;
  std::vector<Fresh*> queue;
  const auto setup = [&](const int& input) { return Fresh(alive, input); };
  const auto enqueue = [&](Fresh& fresh) {
    queue.push_back(&fresh);
    return 1;
  };
  std::size_t lost = 0;
  const auto complete = [&] {
    for (const Fresh* const each : queue) lost += alive.count(each) == 0 ? 1 : 0;
    machine.work(static_cast<double>(queue.size()) * 1_ms, 60_W);
    queue.clear();
  };
  const auto model = prepared(setup, asynchronous(enqueue, complete));
  (void)session.measure({.name = "m", .budget = 1_s}, model, inputs, accuracy(labels));
  CHECK(lost == 0);
  CHECK(model(inputs[0]) == 1);
  CHECK(lost == 0);
  CHECK(queue.empty());
}

TEST_CASE("a long setup shortens windows, and the budget holds", "[measure][prepared]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  const auto setup = [&](const int& input) {
    machine.work(3_ms, 60_W);
    return input;
  };
  const auto model = [&](int& ready) {
    machine.work(2_us, 60_W);
    return ready;
  };
  (void)session.measure({.name = "m", .budget = 2_s}, prepared(setup, model), inputs);
  CHECK(machine.now() - Instant() < 3_s);
}

TEST_CASE("a comparison prepares inputs, too", "[measure][prepared][compare]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  const auto setup = [&](const int& input) {
    machine.work(3_ms, 100_W);
    return input;
  };
  const auto lasts = [&](Seconds time) {
    return [&, time](int& ready) {
      machine.work(time, 60_W);
      return ready;
    };
  };
  const Comparison comparison = session.compare(
      {.budget = 10_s}, inputs, variant({.name = "a"}, prepared(setup, lasts(2_ms))),
      variant({.name = "b"}, prepared(setup, lasts(1_ms))));
  CHECK(comparison.entries[0].prepared);
  CHECK(comparison.entries[0].wall_time.value.si() == Approx(2e-3).epsilon(1e-3));
  CHECK(comparison.entries[1].wall_time.value.si() == Approx(1e-3).epsilon(1e-3));
  // Ten update periods are ten passes of one, and five of the other: both have an energy.
  CHECK(interval(comparison.entries[0].energy).contains(JoulesPerItem(0.12)));
  CHECK(interval(comparison.entries[1].energy).contains(JoulesPerItem(0.06)));
}

TEST_CASE("a model that has functions called prepare and run is a model like others",
          "[measure][prepared]") {
  struct Own {
    int prepare(const int&) { throw std::runtime_error("not asked for"); }
    int run(int&) { throw std::runtime_error("not asked for"); }
    int operator()(const int& input) const { return input % 2; }
  };
  Session session{NoMeter()};
  const Entry entry =
      session.measure({.name = "m", .budget = 10_ms}, Own{}, inputs, accuracy(labels));
  CHECK_FALSE(entry.prepared);
  CHECK(entry.quality[0].value.value == Approx(0.8));
}

TEST_CASE("what throws while inputs are prepared is told with its input", "[measure][prepared]") {
  Session session{NoMeter()};
  int setups = 0;
  const auto setup = [&](const int& input) {
    if (++setups > 15 && input == 7) throw std::runtime_error("no room");
    return input;
  };
  const auto model = [](int& ready) { return ready; };
  CHECK_THROWS_WITH((void)session.measure({.name = "m"}, prepared(setup, model), inputs),
                    "perjoule: the forward pass threw: m, inputs[7] of 10: no room; call the model "
                    "on that input alone to see why");
  int passes = 0;
  const auto fails = [&](int& ready) {
    if (++passes > 15 && ready == 3) throw std::runtime_error("no such token");
    return ready;
  };
  const auto fine = [](const int& input) { return input; };
  CHECK_THROWS_WITH((void)session.measure({.name = "m"}, prepared(fine, fails), inputs),
                    "perjoule: the forward pass threw: m, inputs[3] of 10: no such token; call the "
                    "model on that input alone to see why");
}

TEST_CASE("what several callers can't do is an error", "[measure][prepared][callers]") {
  Session session{NoMeter()};
  const auto model = [](const int& input) { return input; };
  const std::string message =
      "perjoule: several callers of a stream, prepared inputs, flushed caches or a comparison: m; "
      "leave .callers out";
  CHECK_THROWS_WITH(
      (void)session.measure({.name = "m", .callers = 2}, prepared(model, model), inputs), message);
  CHECK_THROWS_WITH((void)session.measure(
                        {.name = "m", .callers = 2, .caches = CacheState::flushed}, model, inputs),
                    message);
  CHECK_THROWS_WITH(
      (void)session.compare({}, inputs, variant({.name = "a"}, model),
                            variant({.name = "m", .caches = CacheState::flushed}, model)),
      "perjoule: flushed caches in a comparison: m; leave .caches out, or measure() each model by "
      "itself");
}

TEST_CASE("the largest cache is found where the system tells the sizes", "[caches]") {
  const scratch::Folder root;
  const auto write = [&](int index, const char* size) {
    const std::string folder =
        root / ("sys/devices/system/cpu/cpu0/cache/index" + std::to_string(index));
    std::filesystem::create_directories(folder);
    std::ofstream(folder + "/size") << size;
  };
  const auto largest = [&] { return detail::largest_cache(root.path().string()); };
  CHECK(largest() == Bytes(0.0));
  write(0, "32K\n");
  write(2, "512K\n");
  CHECK(largest() == Bytes(524288.0));
  write(3, "96M\n");
  CHECK(largest() == Bytes(100663296.0));
  for (const char* const size : {"unknown\n", "inf", "nan", "-1K", "1e308M"}) {
    write(3, size);
    CHECK(largest() == Bytes(524288.0));
  }
}

TEST_CASE("with flushed caches each pass is a window, which has an energy if it is long enough",
          "[measure][caches]") {
  if (detail::largest_cache("") == Bytes(0.0)) {
    WARN("skipped: the size of this machine's caches is not known");
    return;
  }
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  const auto lasts = [&](Seconds time) {
    return [&, time](const int& input) {
      machine.work(time, 60_W);
      return input;
    };
  };
  const MeasureOptions plan{
      .name = "m", .relative_halfwidth = 1e-9, .budget = 400_ms, .caches = CacheState::flushed};
  const Entry slow = session.measure(plan, lasts(25_ms), inputs);
  keep_record("flushed", to_json({slow}));
  REQUIRE(slow.samples.windows() > 5);
  CHECK(slow.samples.at(3, Samples::items) == 1.0);
  CHECK(slow.wall_time.value.si() == Approx(25e-3));
  CHECK(interval(slow.energy).contains(JoulesPerItem(1.5)));
  const Entry fast = session.measure(plan, lasts(5_ms), inputs);
  CHECK(fast.wall_time.value.si() == Approx(5e-3));
  CHECK_FALSE(fast.energy.is_known());
  CHECK(std::string(fast.samples.why_dropped) ==
        "too few passes can follow each other for a window of 5 ms and ten of the meter's update "
        "periods");
  CHECK(markdown(fast).find("m: the CPU's caches are flushed before each pass") !=
        std::string::npos);
}

TEST_CASE("a pass that waits for its data takes longer where caches are flushed",
          "[measure][caches]") {
  if (detail::largest_cache("") == Bytes(0.0)) {
    WARN("skipped: the size of this machine's caches is not known");
    return;
  }
  Session session;
  // Follows cache lines in an order that no hardware predicts.
  struct alignas(64) Line {
    std::size_t next = 0;
  };
  std::vector<Line> lines(1U << 10U);  // 64 KiB
  for (std::size_t i = 0; i < lines.size(); ++i) lines[i].next = (1021 * i + 7) % lines.size();
  const auto walk = [&](const int& input) {
    std::size_t at = static_cast<std::size_t>(input);
    for (std::size_t i = 0; i < lines.size(); ++i) at = lines[at].next;
    return at;
  };
  const Entry warm = session.measure({.name = "warm", .budget = 300_ms}, walk, inputs);
  const Entry flushed = session.measure(
      {.name = "flushed", .budget = 300_ms, .caches = CacheState::flushed}, walk, inputs);
  CHECK(flushed.wall_time.value > 1.5 * warm.wall_time.value);  // 15 times with 256 KiB, 60 with 16
  // These would include the readings at both ends of a window, unless other programs hold up each
  // pass for so long that it is a window by itself.
  if (flushed.wall_time.value.si() < 1e-3) {
    CHECK_FALSE(flushed.energy.is_known());
    CHECK_FALSE(flushed.cpu_time.is_known());
  }
}

TEST_CASE("a pass that the optimiser removed is an error where caches are flushed, too",
          "[measure][caches]") {
#if defined(__OPTIMIZE__) && !defined(PERJOULE_TEST_SANITIZED)
  if (detail::largest_cache("") == Bytes(0.0)) return;
  Session session{NoMeter()};
  const auto nothing = [](const int&) { return 0; };
  const auto little = [](const int& input) { return input; };
  CHECK_THROWS_WITH(
      (void)session.measure({.name = "m", .budget = 50_ms, .caches = CacheState::flushed}, little,
                            inputs),
      "perjoule: a pass under 20 us is too short for flushed caches: m; leave .caches out, or put "
      "more work into a pass (.batch)");
  CHECK_THROWS_WITH(
      (void)session.measure({.name = "m", .budget = 50_ms, .caches = CacheState::flushed}, nothing,
                            inputs),
      "perjoule: nothing was measured: the optimiser removed it: m; return what the model computes "
      "from its input, and not a constant");
#endif
}
