// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/region_scope.hpp"
#include "perjoule/measure/evaluate.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0 {

/// A named part of a program, such as prefill or decode. It may be entered any number of times.
class Region {
 public:
  Region(detail::Recording& recording, std::size_t number) noexcept
      : recording_(&recording), number_(number) {}

  /// Enters the region until the end of the scope. Regions that the same thread enters in the
  /// meantime are nested in it.
  [[nodiscard]] detail::RegionScope enter() const { return {*recording_, number_}; }

 private:
  detail::Recording* recording_;
  std::size_t number_;
};

/// Time that all threads of a program together spent in a region.
struct RegionTimes {
  std::string name;
  std::uint64_t calls = 0;  ///< calls that were timed. @unit none
  std::uint64_t threw = 0;  ///< calls that threw; no other number includes them. @unit none
  Seconds inclusive{0.0};   ///< of all calls
  Seconds exclusive{0.0};   ///< inclusive time less that of nested regions
};
using AllRegionTimes = std::vector<RegionTimes>;

namespace detail {

/// Calls a function, or a member function with an object or a pointer to one.
template <class F, class... Args>
[[gnu::always_inline]] inline decltype(auto) call(F&& f, Args&&... args) {
  return std::forward<F>(f)(std::forward<Args>(args)...);
}
template <class R, class T, class Object, class... Args>
requires std::is_function_v<R>
// Not inlined: g++ 12 would warn about virtual functions of empty classes.
[[gnu::noinline]] decltype(auto) call(R T::*member, Object&& object, Args&&... args) {
  if constexpr (std::is_pointer_v<std::remove_cvref_t<Object>>) {
    return (object->*member)(std::forward<Args>(args)...);
  } else {
    return (std::forward<Object>(object).*member)(std::forward<Args>(args)...);
  }
}

struct RecorderState;

}  // namespace detail

/// A type that can be a model: not a plan, which can be passed in the same place.
template <class F>
concept NotAPlan = !std::is_convertible_v<F, const MeasureOptions&>;

/// A type that can be a metric: not the name of a region, which can be passed in the same place.
template <class Metric>
concept NotAName = !std::is_convertible_v<const Metric&, std::string_view>;

template <class F>
class Instrumented;

/// Records the calls of a model, and other regions, in the user's own loop. It is a handle: all
/// copies record into the same place, which the session owns. The session must outlive them.
class Recorder {
 public:
  explicit Recorder(detail::RecorderState& recorded) noexcept : recorded_(&recorded) {}

  /// Returns the region with this name; the same name gives the same region. Look it up outside the
  /// loop. It must not outlive the recorder's session.
  [[nodiscard]] Region region(std::string_view name) const;

  /// Wraps a model so that its calls are recorded, whatever arguments it takes.
  /// @param model  borrowed if it is an lvalue, stored if it is a temporary
  template <class F>
  [[nodiscard]] Instrumented<F> instrument(F&& model) const {
    static_assert(!detail::Prepared<F>,
                  "a loop of one's own does the setup itself, outside the call that is recorded");
    return {std::forward<F>(model), *this};
  }

  /// Returns what the calls have taken so far, as measure() reports it for a model. If calls are
  /// longer than ten periods of the meter and 10 ms, the meter was read around each of them.
  /// Otherwise their energy is their share, by time, of the program's energy, and estimated at
  /// best. Idle power is not known, so active energy is not known either.
  /// @param metrics  metrics that the caller's loop has fed with every output
  /// @throws Error if there were fewer calls than a metric has items, or if it has none
  template <NotAName... Metrics>
  [[nodiscard]] Entry entry(Metrics&... metrics) const {
    Entry entry = entry_of_calls(this_build());
    (add(entry, metrics), ...);
    add_scores(entry);
    return entry;
  }

  /// The same for a region; its numbers are missing if it was never entered.
  [[nodiscard]] Entry entry(std::string_view region) const {
    return entry_of_region(region, this_build());
  }

  /// Returns all regions in the order in which they were named. The first one is the calls of the
  /// model.
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
  /// Checks that there is a call for each item. There may be more calls, as in a second round.
  static void check_calls(Entry& entry, std::size_t items);
  static void add_scores(Entry& entry);

  [[nodiscard]] Region calls() const noexcept;
  [[nodiscard]] Entry entry_of_calls(const Build& build) const;
  [[nodiscard]] Entry entry_of_region(std::string_view name, const Build& build) const;

  detail::RecorderState* recorded_;
};

/// A model whose calls are recorded. It is called like the model, and by several threads at once if
/// the model allows that.
/// @error the two readings of the processor's counter, some 20 ns in each call, are subtracted from
///        the mean time and added to its common uncertainty; percentiles and the sums of regions
///        include them
template <class F>
class Instrumented {
 public:
  Instrumented(F&& model, const Recorder& recorder)
      : model_(std::forward<F>(model)), recorder_(recorder), calls_(recorder.calls()) {}

  /// @throws what the model throws; such a call is counted, but left out of all other numbers
  template <class... Args>
  requires std::is_invocable_v<F&, Args...>
  decltype(auto) operator()(Args&&... args) {
    return recorded(model_, std::forward<Args>(args)...);
  }
  /// The same for a const model.
  template <class... Args>
  requires std::is_invocable_v<const F&, Args...>
  decltype(auto) operator()(Args&&... args) const {
    return recorded(model_, std::forward<Args>(args)...);
  }

  [[nodiscard]] const Recorder& recorder() const noexcept { return recorder_; }
  /// See Recorder.
  [[nodiscard]] Region region(std::string_view name) const { return recorder_.region(name); }
  /// See Recorder.
  template <NotAName... Metrics>
  [[nodiscard]] Entry entry(Metrics&... metrics) const {
    return recorder_.entry(metrics...);
  }
  /// See Recorder.
  [[nodiscard]] Entry entry(std::string_view region) const { return recorder_.entry(region); }

 private:
  template <class Model, class... Args>
  decltype(auto) recorded(Model& model, Args&&... args) const {
    detail::RegionScope span = calls_.enter();
    try {
      return detail::call(model, std::forward<Args>(args)...);
    } catch (...) {
      span.mark_thrown();
      throw;
    }
  }

  F model_;
  Recorder recorder_;
  Region calls_;
};

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/instrument-inl.hpp"
#endif
