// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/recording.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/measure/evaluate.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A named part of a program, entered as often as one likes: prefill, decode.
class Region {
 public:
  Region(detail::Recording& recording, std::size_t number) noexcept
      : recording_(&recording), number_(number) {}

  /// In it until the end of the scope. Whatever region is entered meanwhile in the same thread is
  /// within it.
  [[nodiscard]] detail::RegionScope enter() const { return {*recording_, number_}; }

 private:
  detail::Recording* recording_;
  std::size_t number_;
};

/// How long a program was in a region, all threads together.
struct RegionTimes {
  text::Name name;
  std::uint64_t calls = 0;  ///< that were timed. @unit none
  std::uint64_t threw = 0;  ///< that did not end: they are in none of the numbers. @unit none
  Seconds inclusive{0.0};   ///< of all calls
  Seconds exclusive{0.0};   ///< less the regions within it
};
using AllRegionTimes = Few<RegionTimes, max_regions>;

namespace detail {

/// Calls what can be called: also a member function, with its object or a pointer to that.
template <class F, class... Args>
[[gnu::always_inline]] inline decltype(auto) call(F&& f, Args&&... args) {
  return std::forward<F>(f)(std::forward<Args>(args)...);
}
template <class R, class T, class Object, class... Args>
requires std::is_function_v<R>  // Not inlined: g++ 12 would warn of virtual functions of empty
                                // classes.
[[gnu::noinline]] decltype(auto) call(R T::*member, Object&& object, Args&&... args) {
  if constexpr (std::is_pointer_v<std::remove_cvref_t<Object>>) {
    return (object->*member)(std::forward<Args>(args)...);
  } else {
    return (std::forward<Object>(object).*member)(std::forward<Args>(args)...);
  }
}

/// What the handles of one recording share.
struct RecorderState {
  RecorderState(AnyMeter& meter, const SystemFiles& files, std::size_t every, const Entry& of)
      : recording(meter, files, every), entry(of), calls(recording.region(of.plan.label())) {}

  Recording recording;
  Entry entry;  ///< who is recorded, and on what machine
  std::size_t calls;
  std::size_t users = 1;
};

/// Takes off what timing a call puts into its time. How much of it overlaps with the call itself
/// nobody knows, so it is its own uncertainty.
void subtract_overhead(Estimate<SecondsPerItem>& time, Seconds cost) noexcept;

/// See Recorder::entry.
[[nodiscard]] Entry entry_of(RecorderState& recorded, std::size_t region);

}  // namespace detail

/// What can be a model, where a plan may stand in its place.
template <class F>
concept NotAPlan = !std::is_convertible_v<F, const MeasureOptions&>;

template <class F>
class Instrumented;

/// Records the calls of a model, and other regions, in a loop that is the user's own. A handle:
/// copies record into the same place. The session must outlive it.
class Recorder {
 public:
  explicit Recorder(detail::RecorderState* recorded) noexcept : recorded_(recorded) {}
  Recorder(const Recorder& other) noexcept : recorded_(other.recorded_) {
    __atomic_fetch_add(&recorded_->users, 1, __ATOMIC_RELAXED);
  }
  Recorder& operator=(Recorder other) noexcept {
    std::swap(recorded_, other.recorded_);
    return *this;
  }
  ~Recorder() {
    if (__atomic_sub_fetch(&recorded_->users, 1, __ATOMIC_ACQ_REL) == 0) delete recorded_;
  }

  /// A region of that name, the same one for the same name. Look it up outside the loop; it must
  /// not outlive the recorder.
  /// @throws Error for more than 11 of them
  [[nodiscard]] Region region(const char* name) const {
    return {recorded_->recording, recorded_->recording.region(name)};
  }

  /// A model whose calls are recorded, by whatever it can be called with.
  /// @param model  borrowed where it has a name, kept where it is a temporary
  template <class F>
  [[nodiscard]] Instrumented<F> instrument(F&& model) const {
    static_assert(!detail::Prepared<F>,
                  "a loop of one's own does the setup itself, outside the call that is recorded");
    return {std::forward<F>(model), *this};
  }

  /// What the calls took so far, as measure() says it of a model. Their energy was read round each
  /// call where calls are longer than ten periods of the meter and 10 ms; else it is the program's,
  /// shared out by time, and estimated at best. Idle power, and so active energy, is not known.
  /// @param metrics  that the caller's loop has fed with every output
  /// @throws Error where there were fewer calls than a metric has items, or none
  template <class... Metrics>
  [[nodiscard]] Entry entry(Metrics&... metrics) const {
    Entry entry = detail::entry_of(*recorded_, recorded_->calls);
    (add(entry, metrics), ...);
    entry.build = this_build();
    detail::add_scores(entry);
    return entry;
  }

  /// The same of a region.
  /// @throws Error where it was never entered
  [[nodiscard]] Entry entry(const char* region) const {
    Entry entry = detail::entry_of(*recorded_, recorded_->recording.region(region));
    entry.build = this_build();
    return entry;
  }

  /// All regions in the order in which they were named; the first one is the calls of the model.
  [[nodiscard]] AllRegionTimes regions() const;

 private:
  template <class F>
  friend class Instrumented;

  template <class Metric>
  static void add(Entry& entry, Metric& metric) {
    if (entry.quality.empty()) check_calls(entry, metric.items());
    detail::check_length(entry.plan, metric.items(), entry.inputs);
    detail::add_quality(entry, metric.result(), metric.per_item());
  }
  /// Each item needs its call; there may be more, as in a second round.
  static void check_calls(Entry& entry, std::size_t items);

  detail::RecorderState* recorded_;
};

/// A model whose calls are recorded. It is called as the model is, from as many threads as the
/// model can stand.
/// @error the two readings of the processor's counter, some 20 ns in each call, are taken off its
/// mean
///        time, and stand in its common uncertainty; percentiles and regions' sums contain them
template <class F>
class Instrumented {
 public:
  Instrumented(F&& model, const Recorder& recorder)
      : model_(std::forward<F>(model)), recorder_(recorder) {}

  /// @throws what the model throws; such a call is counted, and in none of the numbers
  template <class... Args>
  requires std::is_invocable_v<F&, Args...>
  decltype(auto) operator()(Args&&... args) {
    return recorded(model_, std::forward<Args>(args)...);
  }
  /// The same of a model that does not change.
  template <class... Args>
  requires std::is_invocable_v<const F&, Args...>
  decltype(auto) operator()(Args&&... args) const {
    return recorded(model_, std::forward<Args>(args)...);
  }

  [[nodiscard]] const Recorder& recorder() const noexcept { return recorder_; }
  /// See Recorder.
  [[nodiscard]] Region region(const char* name) const { return recorder_.region(name); }
  /// See Recorder.
  template <class... Metrics>
  [[nodiscard]] Entry entry(Metrics&... metrics) const {
    return recorder_.entry(metrics...);
  }
  /// See Recorder.
  [[nodiscard]] Entry entry(const char* region) const { return recorder_.entry(region); }

 private:
  template <class Model, class... Args>
  decltype(auto) recorded(Model& model, Args&&... args) const {
    detail::RecorderState& to = *recorder_.recorded_;
    detail::RegionScope span(to.recording, to.calls);
    try {
      return detail::call(model, std::forward<Args>(args)...);
    } catch (...) {
      span.mark_thrown();
      throw;
    }
  }

  F model_;
  Recorder recorder_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/instrument-inl.hpp"
#endif
