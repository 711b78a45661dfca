// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Models as they are used: in batches, asynchronously, with several threads.
#include <atomic>
#include <cstddef>
#include <mutex>
#include <set>
#include <span>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "catch.hpp"
#include "perjoule/measure/session.hpp"
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

const std::vector<int> inputs{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
const std::vector<int> labels{0, 1, 0, 1, 0, 1, 0, 1, 1, 0};

/// Tells for each input whether it is odd; a batch takes 2 ms and 0.5 ms per input.
struct OddOnes {
  SimulatedMachine& machine;
  std::set<std::size_t>* sizes = nullptr;

  std::vector<int> operator()(std::span<const int> batch) const {
    if (sizes != nullptr) sizes->insert(batch.size());
    machine.work(Seconds(2e-3 + 0.5e-3 * static_cast<double>(batch.size())), 60_W);
    std::vector<int> odd;
    for (const int input : batch) odd.push_back(input % 2);
    return odd;
  }
};

}  // namespace

TEST_CASE("a model of batches is measured per item, and timed per pass", "[measure][batch]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  std::set<std::size_t> sizes;
  const Entry entry = session.measure({.name = "batched", .budget = 10_s, .batch = 4},
                                      OddOnes{machine, &sizes}, inputs, accuracy(labels));
  keep_record("batch", to_json({entry}));
  CHECK(entry.inputs == 10);
  CHECK(entry.quality[0].value.value == Approx(0.8));
  CHECK(entry.wall_time.value.si() == Approx(1e-3).epsilon(0.001));  // (2 + 4 x 0.5)/4
  CHECK(interval(entry.energy).contains(JoulesPerItem(0.060)));
  CHECK(entry.energy.value.si() == Approx(0.060).epsilon(0.01));
  CHECK(entry.samples.latency.percentiles[0].value.si() == Approx(4e-3));
  // Quality includes the last two as well; they are in no window.
  CHECK(sizes == std::set<std::size_t>{2, 4});
  CHECK(entry.wall_time.random.si() < 1e-6);
  CHECK(markdown({entry}).find("batched: in batches of 4.") != std::string::npos);
}

TEST_CASE("a batch that does not fit the inputs or the model is an error", "[measure][batch]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const OddOnes model{machine};
  CHECK_THROWS_WITH((void)session.measure({.name = "m", .batch = 11}, model, inputs),
                    "perjoule: a batch of 11 of 10 inputs: m; set .batch to 1 or more, and to no "
                    "more than there are inputs");
  CHECK_THROWS_WITH((void)session.measure({.name = "m", .batch = 0}, model, inputs),
                    "perjoule: a batch of 0 of 10 inputs: m; set .batch to 1 or more, and to no "
                    "more than there are inputs");
  const auto single = [](const int& input) { return input; };
  CHECK_THROWS_WITH((void)session.measure({.name = "m", .batch = 2}, single, inputs),
                    "perjoule: batches of 2 for a model that takes one input: m; take a "
                    "perjoule::View or a std::span of inputs, or leave .batch out");
  const auto forgetful = [](View<int> batch) { return std::vector<int>(batch.size() - 1); };
  CHECK_THROWS_WITH((void)session.measure({.name = "m", .batch = 5}, forgetful, inputs),
                    "perjoule: a batch of 5 inputs gave 4 outputs: m; return one output for each "
                    "input, in the same order");
}

TEST_CASE("an asynchronous model is waited for before its time ends", "[measure][asynchronous]") {
  // The call takes no time; the work is done while waiting for it.
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  int queued = 0;
  std::size_t judged_early = 0;
  auto model = asynchronous(
      [&](const int& input) {
        judged_early += queued > 1000 ? 1 : 0;
        ++queued;
        return input % 2;
      },
      [&] {
        machine.work(1_ms * queued, 60_W);
        queued = 0;
      });
  const Entry entry = session.measure({.budget = 5_s}, model, inputs, accuracy(labels));
  CHECK(entry.wall_time.value.si() == Approx(1e-3).epsilon(1e-3));
  CHECK(interval(entry.energy).contains(JoulesPerItem(0.060)));
  CHECK(entry.samples.latency.percentiles[1].value.si() == Approx(1e-3));
  CHECK(entry.quality[0].value.value == Approx(0.8));
  CHECK(queued == 0);
  CHECK(judged_early == 0);
}

TEST_CASE("each output of an asynchronous model is there when it is judged",
          "[measure][asynchronous]") {
  Session session{NoMeter()};
  struct Output {
    const int* value;
  };
  struct Odd {
    std::size_t count;
    std::vector<int> seen = {};
    [[nodiscard]] std::size_t items() const { return count; }
    void add(std::size_t, const Output& output) { seen.push_back(*output.value); }
    [[nodiscard]] Quality result() const {
      CHECK(seen == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
      return {};
    }
    [[nodiscard]] static View<double> per_item() { return {}; }
  };
  int pending = -1;
  int done = -1;
  auto model = asynchronous(
      [&](const int& input) {
        pending = input;
        return Output{&done};
      },
      [&] { done = pending; });
  (void)session.measure({.budget = 20_ms}, model, inputs, Odd{inputs.size()});
}

TEST_CASE("several callers run the model at the same time, and no pass is lost",
          "[measure][callers][threads]") {
  Session session{NoMeter()};
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::atomic<std::size_t> passes{0};
  std::mutex mutex;
  std::set<std::thread::id> threads;
  const auto model = [&](const int& input) {
    const int now = ++inside;
    int before = most;
    while (before < now && !most.compare_exchange_weak(before, now)) {
    }
    SystemClock::wait(100_us);
    {
      const std::lock_guard<std::mutex> lock(mutex);
      threads.insert(std::this_thread::get_id());
    }
    ++passes;
    --inside;
    return input;
  };
  const Entry entry =
      session.measure({.name = "served", .budget = 300_ms, .callers = 4}, model, inputs);
  keep_record("callers", to_json({entry}));
  CHECK(threads.size() == 4);
  CHECK(most > 1);
  CHECK(most <= 4);
  double items = 0.0;
  for (std::size_t i = 0; i < entry.samples.windows(); ++i) {
    items += entry.samples.at(i, Samples::items);
  }
  CHECK(static_cast<double>(passes) >= items);
  CHECK(entry.samples.latency.calls == 0);
  CHECK(markdown({entry}).find(
            "served: called by 4 threads at once, whose items share time and energy.") !=
        std::string::npos);
}

TEST_CASE("what a caller throws is told with its input, and all threads end",
          "[measure][callers][threads]") {
  Session session{NoMeter()};
  std::atomic<int> calls{0};
  const auto model = [&](const int& input) {
    if (++calls > 100 && input == 7) throw std::runtime_error("no such token");
    return input;
  };
  CHECK_THROWS_WITH(
      (void)session.measure({.name = "served", .budget = 1_s, .callers = 3}, model, inputs),
      "perjoule: the forward pass threw: served, inputs[7] of 10: no such token; call the model on "
      "that input alone to see why");
}

TEST_CASE("three hundred callers are as many threads", "[measure][callers][threads]") {
  Session session{NoMeter()};
  std::mutex mutex;
  std::set<std::thread::id> threads;
  const auto model = [&](const int& input) {
    const std::lock_guard<std::mutex> lock(mutex);
    threads.insert(std::this_thread::get_id());
    return input;
  };
  const Entry entry =
      session.measure({.name = "served", .budget = 200_ms, .callers = 300}, model, inputs);
  CHECK(threads.size() == 300);
  CHECK(entry.plan.callers == 300);
}

TEST_CASE("callers that make no sense are an error", "[measure][callers]") {
  Session session{NoMeter()};
  const auto model = [](const int& input) { return input; };
  CHECK_THROWS_WITH((void)session.measure({.name = "m", .callers = 0}, model, inputs),
                    "perjoule: 0 callers: m; set .callers to 1 or more");
  CHECK_THROWS_WITH(
      (void)session.compare({.budget = 10_ms}, inputs, variant({.name = "a"}, model),
                            variant({.name = "b", .callers = 2}, model)),
      "perjoule: several callers of a stream, prepared inputs, flushed caches or a comparison: "
      "b; leave .callers out");
  CHECK_THROWS_WITH((void)session.compare({.budget = 10_ms}, inputs, variant({.name = "a"}, model),
                                          variant({.name = "b", .batch = 2}, model)),
                    "perjoule: batches of 2 for a model that takes one input: b; take a "
                    "perjoule::View or a std::span of inputs, or leave .batch out");
}

TEST_CASE("a stream is measured per item, and has a time until its first one",
          "[measure][stream]") {
  SimulatedMachine machine(20_W);
  Session session{SimulatedMeter(machine)};
  // 3 ms until the first token, 1 ms for each further one; there are 0 to 9 of these.
  const auto generate = [&](const int& input, Stream& out) {
    machine.work(3_ms, 60_W);
    out.put(0);
    for (int i = 0; i < input; ++i) {
      machine.work(1_ms, 60_W);
      out.put(i);
    }
    return input % 2;
  };
  const Entry entry = session.measure({.name = "llm", .relative_halfwidth = 1e-9, .budget = 20_s},
                                      generate, inputs, accuracy(labels));
  keep_record("stream", to_json({entry}));
  CHECK(entry.quality[0].value.value == Approx(0.8));
  // Ten inputs take 30 ms and 45 ms, and give 55 items: 75/55 ms each.
  CHECK(entry.wall_time.value.si() == Approx(0.075 / 55.0).epsilon(1e-3));
  CHECK(interval(entry.energy).contains(JoulesPerItem(0.075 / 55.0 * 60.0)));
  CHECK(entry.samples.at(0, Samples::items) ==
        Approx(55.0 * entry.samples.at(0, Samples::wall) / 0.075).epsilon(0.01));
  const Latency& first = entry.samples.first_item;
  CHECK(first.calls == entry.samples.latency.calls);
  CHECK(first.percentiles[0].value.si() == Approx(3e-3));
  CHECK(first.percentiles[1].value.si() == Approx(3e-3));
  CHECK(entry.samples.latency.percentiles[0].value.si() == Approx(7.5e-3).epsilon(0.2));
}

TEST_CASE("a stream that stays empty is an error", "[measure][stream]") {
  Session session{NoMeter()};
  const auto silent = [](const int& input, Stream&) { return input; };
  CHECK_THROWS_WITH((void)session.measure({.name = "llm"}, silent, inputs),
                    "perjoule: nothing came into the stream: llm; call stream.put(item) for each "
                    "item, or leave the stream out");
  CHECK_THROWS_WITH((void)session.measure({.name = "llm", .callers = 2}, silent, inputs),
                    "perjoule: several callers of a stream, prepared inputs, flushed caches or a "
                    "comparison: llm; leave .callers out");
}

TEST_CASE("single passes of a model that streams nothing at times are no first items",
          "[measure][stream]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const auto sometimes = [&](const int& input, Stream& out) {
    machine.work(1_ms, 60_W);
    if (input % 2 == 0) out.put(input);
    return input;
  };
  const Entry entry =
      session.measure({.relative_halfwidth = 1e-9, .budget = 10_s}, sometimes, inputs);
  CHECK(static_cast<double>(entry.samples.first_item.calls) ==
        Approx(0.5 * static_cast<double>(entry.samples.latency.calls)).epsilon(0.1));
  CHECK(entry.samples.first_item.percentiles[0].value.si() == Approx(1e-3));
}
