// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Whether what is timed is what was judged.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "perjoule/engine/answer_checker.hpp"
#include "perjoule/engine/cache_flusher.hpp"
#include "perjoule/engine/pass_loop.hpp"
#include "perjoule/engine/prepared.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/measure/session.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/quality/accuracy.hpp"
#include "perjoule/record/run_record.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/units/quantity.hpp"
#include "unit/record/keep_record.hpp"

using namespace perjoule;

namespace {

const std::vector<int> inputs{0, 1, 2, 3, 4, 5, 6, 7};
const std::vector<int> labels{0, 1, 0, 1, 0, 1, 1, 0};
const MeasureOptions plan{.name = "m", .relative_halfwidth = 1e-9, .budget = Seconds(3.0)};

bool has(const Entry& entry, CaveatFlag flag) {
  const Caveats all = caveats(entry);
  return std::any_of(all.begin(), all.end(), [&](const Caveat& each) { return each.flag == flag; });
}

/// A loop whose passes outside the windows are counted.
struct CheckedLoop final : detail::PassLoop {
  CheckedLoop(SimulatedMachine& of, Seconds each) : machine(of), time(each) {}
  bool run(View<std::size_t>, std::size_t, std::size_t) override { return false; }
  detail::CheckedPass check(std::size_t pass, AnyMeter&) override {
    machine.work(time, 65_W);
    checked.push_back(pass);
    return {0, time};
  }

  SimulatedMachine& machine;
  Seconds time;
  std::vector<std::size_t> checked;
};

/// Measures a model on a machine whose clock moves only where the model says so.
template <class F>
Entry measured(SimulatedMachine& machine, F&& model, const MeasureOptions& options = plan) {
  Session session{SimulatedMeter(machine)};
  return session.measure(options, model, inputs);
}

/// An answer behind a pointer, which tells its content.
struct Boxed {
  std::shared_ptr<int> value;
};
std::string content_bytes(const Boxed& boxed) { return std::to_string(*boxed.value); }

}  // namespace

TEST_CASE("a model that does the same work while it is timed gives the same in as long",
          "[measure][answers]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const auto model = [&](const int& input) {
    machine.work(1_ms, 65_W);
    return input % 2;
  };
  const Entry entry = session.measure(plan, model, inputs, accuracy(labels));
  CHECK(entry.answers.outputs == OutputCheck::same);
  CHECK(entry.answers.digest.size() == 16);
  CHECK(entry.answers.checked >= 2);
  CHECK(entry.answers.checked <= 3);  // a thousandth of 3000 passes
  CHECK(entry.answers.different == 0);
  CHECK(entry.answers.why_no_outputs.empty());
  CHECK(entry.answers.repeats == RepeatCheck::as_long);
  CHECK(entry.answers.repeat_ratio == Approx(1.0));
  CHECK(entry.answers.why_no_repeats.empty());
  CHECK_FALSE(has(entry, CaveatFlag::answers_differ));
  CHECK_FALSE(has(entry, CaveatFlag::repeats_shorter));
  keep_record("answers", to_json({entry}));
}

TEST_CASE("a model that answers otherwise once its quality was judged is found out",
          "[measure][answers]") {
  SimulatedMachine machine;
  std::size_t calls = 0;
  const auto model = [&](const int& input) {
    const bool is_judged = ++calls <= inputs.size();
    machine.work(is_judged ? 1_ms : 0.1_ms, 65_W);
    return is_judged ? input + 1 : 0;
  };
  const Entry entry = measured(machine, model);
  CHECK(entry.answers.outputs == OutputCheck::differ);
  CHECK(entry.answers.checked >= 2);
  CHECK(entry.answers.different == entry.answers.checked);
  CHECK(has(entry, CaveatFlag::answers_differ));
  keep_record("answers-differ", to_json({entry}));
}

TEST_CASE("random outputs differ", "[measure][answers]") {
  SimulatedMachine machine;
  Random random(1);
  const auto model = [&](const int&) {
    machine.work(1_ms, 65_W);
    return random.uniform();
  };
  CHECK(measured(machine, model).answers.outputs == OutputCheck::differ);
}

TEST_CASE("a model that remembers its answers takes less time for inputs that it has seen",
          "[measure][answers]") {
  SimulatedMachine machine;
  std::map<int, int> seen;
  const auto model = [&](const int& input) {
    const auto [place, is_new] = seen.emplace(input, input % 2);
    machine.work(is_new ? 1_ms : 20_us, 65_W);
    return place->second;
  };
  const Entry entry = measured(machine, model);
  CHECK(entry.answers.outputs == OutputCheck::same);
  CHECK(entry.answers.repeats == RepeatCheck::shorter);
  CHECK(entry.answers.repeat_ratio == Approx(0.02).epsilon(0.01));
  CHECK(has(entry, CaveatFlag::repeats_shorter));
}

TEST_CASE("a clock rate that rises with the work is no memory", "[measure][answers]") {
  SimulatedMachine machine;
  std::size_t calls = 0;
  const auto model = [&](const int& input) {
    machine.work(++calls <= 2 * inputs.size() ? 4_ms : 1_ms, 65_W);
    return input;
  };
  const Entry entry = measured(machine, model);
  CHECK(entry.answers.repeats == RepeatCheck::as_long);
  CHECK(entry.answers.repeat_ratio == Approx(1.0));
}

TEST_CASE("passes that are longer at the beginning alone are no memory", "[measure][answers]") {
  SimulatedMachine machine;
  std::size_t calls = 0;
  const auto model = [&](const int& input) {
    machine.work(++calls <= inputs.size() / 2 ? 9_ms : 1_ms, 65_W);
    return input;
  };
  CHECK(measured(machine, model).answers.repeats == RepeatCheck::as_long);
}

TEST_CASE("a memory of the latest inputs does not help in a cycle through more of them",
          "[measure][answers]") {
  SimulatedMachine machine;
  std::deque<int> latest;
  const auto model = [&](const int& input) {
    const bool is_new = std::find(latest.begin(), latest.end(), input) == latest.end();
    machine.work(is_new ? 1_ms : 20_us, 65_W);
    if (!is_new) return input;
    latest.push_back(input);
    if (latest.size() > 4) latest.pop_front();
    return input;
  };
  CHECK(measured(machine, model).answers.repeats == RepeatCheck::as_long);
}

TEST_CASE("what cannot be compared is told with its reason", "[measure][answers]") {
  SimulatedMachine machine;
  struct Padded {
    char kind = 'a';
    int value = 0;
  };
  const auto padded = [&](const int& input) {
    machine.work(1_ms, 65_W);
    return Padded{'b', input};
  };
  const Entry of_padded = measured(machine, padded);
  CHECK(of_padded.answers.outputs == OutputCheck::not_comparable);
  CHECK(of_padded.answers.why_no_outputs ==
        "outputs of this type are not their bytes: they have padding or pointers");
  CHECK(of_padded.answers.digest.empty());
  CHECK(of_padded.answers.checked == 0);
  CHECK(of_padded.answers.repeats == RepeatCheck::as_long);
  keep_record("answers-padded", to_json({of_padded}));

  const auto lasts = [&](Seconds time) {
    return [&, time](const int& input) {
      machine.work(time, 65_W);
      return input;
    };
  };
  const Entry tiny = measured(machine, lasts(4_us), {.name = "m", .budget = 100_ms});
  CHECK(tiny.answers.outputs == OutputCheck::same);
  CHECK(tiny.answers.repeats == RepeatCheck::not_comparable);
  CHECK(tiny.answers.why_no_repeats == "a pass under 5 us is too short to be timed by itself");

  Session session{SimulatedMeter(machine)};
  const auto of_some = [&](std::size_t count, Seconds time, Seconds budget) {
    return session.measure({.name = "m", .budget = budget}, lasts(time),
                           View<int>(inputs.data(), count));
  };
  const Entry single = of_some(1, 1_ms, 1_s);
  CHECK(single.answers.outputs == OutputCheck::same);
  CHECK(single.answers.repeats == RepeatCheck::not_comparable);
  CHECK(single.answers.why_no_repeats == "a cycle has fewer than three passes");
  CHECK(of_some(2, 1_ms, 1_s).answers.repeats == RepeatCheck::not_comparable);
  CHECK(of_some(3, 2_ms, 1_s).answers.repeats == RepeatCheck::as_long);
  CHECK(of_some(3, 1_ms, 1_s).answers.why_no_repeats ==
        "all inputs took less than 5 ms: too short to tell a memory from a disturbance");

  const Entry slow = of_some(3, 1_s, 100_ms);
  CHECK(slow.answers.checked == 1);
  CHECK(slow.answers.outputs == OutputCheck::same);
  CHECK(slow.answers.why_no_repeats == "fewer than two passes were run between windows");
}

TEST_CASE("texts, structures and bits are compared", "[measure][answers]") {
  SimulatedMachine machine;
  std::size_t calls = 0;
  const auto check = [&](auto answer) {
    const auto honest = [&](const int& input) {
      machine.work(1_ms, 65_W);
      return answer(input);
    };
    const auto switching = [&](const int& input) {
      machine.work(1_ms, 65_W);
      return answer(++calls <= inputs.size() ? input : input + 1);
    };
    calls = 0;
    CHECK(measured(machine, honest).answers.outputs == OutputCheck::same);
    CHECK(measured(machine, switching).answers.outputs == OutputCheck::differ);
  };
  struct Box {
    int left = 0;
    int right = 0;
  };
  check([](int input) { return std::string(40, static_cast<char>('a' + input)); });
  check([](int input) { return std::vector<std::string>{"token", std::to_string(input)}; });
  check([](int input) { return std::vector<Box>{{1, 2}, {3, input}}; });
  check([](int input) { return std::vector<bool>{true, input % 2 == 0}; });
  check([](int input) { return Boxed{std::make_shared<int>(input)}; });
  check([](int input) { return std::vector<Boxed>{{std::make_shared<int>(input)}}; });
}

TEST_CASE("outputs of batches are compared, and have the digest of single ones",
          "[measure][answers][batch]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  MeasureOptions batches = plan;
  batches.batch = 2;
  std::size_t calls = 0;
  std::size_t honest_calls = 1000;
  const auto model = [&](std::span<const int> batch) {
    machine.work(static_cast<double>(batch.size()) * 1_ms, 65_W);
    std::vector<int> outputs(batch.begin(), batch.end());
    if (++calls > honest_calls) std::reverse(outputs.begin(), outputs.end());
    return outputs;
  };
  honest_calls = 1000000;
  const Entry honest = session.measure(batches, model, inputs);
  CHECK(honest.answers.outputs == OutputCheck::same);
  CHECK(honest.answers.repeats == RepeatCheck::as_long);
  calls = 0;
  honest_calls = inputs.size() / batches.batch;
  CHECK(session.measure(batches, model, inputs).answers.outputs == OutputCheck::differ);

  const auto single = [&](const int& input) {
    machine.work(1_ms, 65_W);
    return input;
  };
  CHECK(session.measure(plan, single, inputs).answers.digest == honest.answers.digest);
  const std::vector<int> reversed(inputs.rbegin(), inputs.rend());
  CHECK(session.measure(plan, single, reversed).answers.digest != honest.answers.digest);
  batches.batch = 3;  // the last two inputs are judged and not timed
  calls = 0;
  honest_calls = 1000000;
  const Entry some = session.measure(batches, model, inputs);
  CHECK(some.answers.outputs == OutputCheck::same);
  CHECK(some.answers.digest == honest.answers.digest);
}

TEST_CASE("outputs of streams and of prepared models are compared, and their setup is not timed",
          "[measure][answers][stream][prepared]") {
  SimulatedMachine machine;
  std::size_t calls = 0;
  const auto generate = [&](const int& input, Stream& out) {
    machine.work(1_ms, 65_W);
    out.put(input);
    return ++calls <= inputs.size() ? input : -1;
  };
  const Entry streamed = measured(machine, generate);
  CHECK(streamed.answers.outputs == OutputCheck::differ);
  CHECK(streamed.answers.repeats == RepeatCheck::as_long);

  std::map<int, int> seen;
  const auto setup = [&](const int& input) {
    machine.work(3_ms, 65_W);
    return input;
  };
  const auto run = [&](int& ready) {
    machine.work(seen.emplace(ready, 0).second ? 1_ms : 0.1_ms, 65_W);
    return ready * ready;
  };
  const Entry entry = measured(machine, prepared(setup, run));
  CHECK(entry.answers.outputs == OutputCheck::same);
  CHECK(entry.answers.repeats == RepeatCheck::shorter);
  CHECK(entry.answers.repeat_ratio == Approx(0.1));
}

TEST_CASE("an output that is there only after waiting is compared after that",
          "[measure][answers][asynchronous]") {
  SimulatedMachine machine;
  std::vector<std::pair<int*, int>> queue;
  std::vector<int> results(inputs.size());
  const auto enqueue = [&](const int& input) -> const int& {
    int& result = results[static_cast<std::size_t>(input)];
    result = -1;
    queue.emplace_back(&result, input);
    return result;
  };
  const auto complete = [&] {
    machine.work(static_cast<double>(queue.size()) * 1_ms, 65_W);
    for (const auto& [result, value] : queue) *result = value;
    queue.clear();
  };
  const Entry entry = measured(machine, asynchronous(enqueue, complete));
  CHECK(entry.answers.outputs == OutputCheck::same);
  CHECK(entry.answers.repeats == RepeatCheck::as_long);
}

TEST_CASE("each variant of a comparison is checked", "[measure][answers][compare]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  const auto honest = [&](const int& input) {
    machine.work(1_ms, 65_W);
    return input % 2;
  };
  std::map<int, int> seen;
  std::size_t calls = 0;
  const auto cheats = [&](const int& input) {
    machine.work(seen.emplace(input, 0).second ? 1_ms : 0.1_ms, 65_W);
    return ++calls <= inputs.size() ? input % 2 : 0;
  };
  const Comparison comparison =
      session.compare({.budget = 3_s}, inputs, variant({.name = "honest"}, honest),
                      variant({.name = "cheats"}, cheats, accuracy(labels)));
  const AnswerCheck& first = comparison.entries[0].answers;
  CHECK(first.outputs == OutputCheck::same);
  CHECK(first.checked >= 2);
  CHECK(first.repeats == RepeatCheck::as_long);
  const AnswerCheck& second = comparison.entries[1].answers;
  CHECK(second.outputs == OutputCheck::differ);
  CHECK(second.repeats == RepeatCheck::shorter);
  CHECK(second.digest == first.digest);
}

TEST_CASE("outputs are compared where several threads call, and where caches are flushed",
          "[measure][answers][callers][caches]") {
  Session session{NoMeter()};
  const auto model = [](const int& input) {
    double sum = 0.0;
    for (int i = 0; i < 100'000; ++i) sum += static_cast<double>(input ^ i);
    return sum;
  };
  const Entry called =
      session.measure({.name = "m", .budget = 100_ms, .callers = 2}, model, inputs);
  CHECK(called.answers.outputs == OutputCheck::same);
  CHECK(called.answers.checked >= 1);
  if (detail::largest_cache("") == Bytes(0.0)) return;
  const Entry flushed = session.measure(
      {.name = "m", .budget = 100_ms, .caches = CacheState::flushed}, model, inputs);
  CHECK(flushed.answers.outputs == OutputCheck::same);
}

TEST_CASE("what a pass outside the windows throws is told with its input", "[measure][answers]") {
  SimulatedMachine machine;
  std::size_t calls = 0;
  const auto model = [&](const int& input) {
    machine.work(1_ms, 65_W);
    if (++calls > inputs.size() && input == 5) throw std::runtime_error("no room");
    return input;
  };
  CHECK_THROWS_WITH((void)measured(machine, model),
                    "perjoule: the forward pass threw: m, inputs[5] of 8: no room; call the model "
                    "on that input alone to see why");
}

TEST_CASE("of the passes of a short model, checks are less than a thousandth",
          "[measure][answers]") {
  SimulatedMachine machine;
  Session session{SimulatedMeter(machine)};
  double calls = 0.0;
  const auto model = [&](const int& input) {
    machine.work(10_us, 65_W);
    ++calls;
    return input;
  };
  const std::vector<int> many(100, 7);
  const Entry entry = session.measure({.relative_halfwidth = 1e-9}, model, many);
  CHECK(entry.answers.checked >= 2);
  CHECK(entry.answers.checked <= 8);
  const double checks = static_cast<double>(entry.answers.checked) + 8.0;  // and those repeated
  INFO(checks << " of " << calls << " passes");
  CHECK(checks / calls < 1e-4);
}

TEST_CASE("checks come after other windows with another seed, and are few", "[measure][answers]") {
  SimulatedMachine machine;
  AnyMeter meter{SimulatedMeter(machine)};
  const std::vector<std::size_t> order{0};
  const auto windows_before_checks = [&](std::uint64_t seed, int windows, std::size_t passes) {
    std::vector<int> places;
    CheckedLoop loop(machine, 1_us);
    detail::AnswerChecker answers(meter, seed);
    answers.add_pass({});
    detail::WindowRunner runner(meter, {&loop, order, "m"}, {});
    for (int window = 1; window <= windows; ++window) {
      const std::size_t before = loop.checked.size();
      answers.after_window(runner, passes);
      if (loop.checked.size() != before) places.push_back(window);
    }
    return places;
  };
  CHECK(windows_before_checks(1, 2000, 1000) == windows_before_checks(1, 2000, 1000));
  CHECK(windows_before_checks(1, 2000, 1000) != windows_before_checks(2, 2000, 1000));
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    CHECK(windows_before_checks(seed, 100'000, 1000).size() == 8);
    CHECK(windows_before_checks(seed, 12, 1000).size() >= 2);
    CHECK(windows_before_checks(seed, 2999, 1).size() == 2);  // a thousandth of the passes
    CHECK(windows_before_checks(seed, 12, 1).size() == 2);
  }
}

TEST_CASE("of a quality pass at most the last half is repeated, and of a long one two passes",
          "[measure][answers]") {
  SimulatedMachine machine;
  AnyMeter meter{SimulatedMeter(machine)};
  const auto repeated = [&](std::size_t passes, Seconds each) {
    CheckedLoop loop(machine, each);
    detail::AnswerChecker answers(meter, 1);
    for (std::size_t i = 0; i < passes; ++i) answers.add_pass({0, each});
    answers.repeat_last({&loop, {}, "m"}, passes, 50_ms);
    return loop.checked;
  };
  using Passes = std::vector<std::size_t>;
  CHECK(repeated(2, 1_ms).empty());
  CHECK(repeated(3, 1_ms) == Passes{1, 2});
  CHECK(repeated(6, 1_ms) == Passes{3, 4, 5});
  CHECK(repeated(100, 1_ms) == Passes{92, 93, 94, 95, 96, 97, 98, 99});
  CHECK(repeated(100, 1_s) == Passes{92, 93});
}
