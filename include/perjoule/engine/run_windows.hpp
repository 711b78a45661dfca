// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/latency.hpp"
#include "perjoule/engine/neighbours.hpp"
#include "perjoule/engine/stream.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/engine/window_runner.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/provenance.hpp"

namespace perjoule::inline v0::detail {

/// Whether time and energy have settled; time alone where no window has an energy, or a model made
/// it, for no number of windows makes a model more certain.
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] bool has_converged(const Samples& samples, double relative_halfwidth,
                                 Provenance meter);

[[nodiscard]] Outcome outcome_of(const Samples& samples, bool converged);

/// Passes that are timed one by one between two windows, whose own loop would not stand it: one for
/// ten in the windows, so that they take a tenth of the time. Passes under 5 us are left out, for
/// reading the clock would be in them, and those of several threads, for each times its own.
class SinglePasses {
 public:
  SinglePasses(AnyMeter& meter, WindowRunner& runner, Stream* stream, bool wanted)
      : meter_(meter),
        runner_(runner),
        stream_(stream),
        lengths_(wanted ? most : 0),
        first_(wanted && stream != nullptr ? most : 0) {}

  /// @param passes  in the window before
  void follow(std::size_t passes);
  [[nodiscard]] Latency first_item() { return detail::latency(first_.data(), came_); }
  [[nodiscard]] Latency latency() { return detail::latency(lengths_.data(), timed_); }

 private:
  static constexpr std::size_t most = 20'000;

  AnyMeter& meter_;
  WindowRunner& runner_;
  std::size_t owed_ = 0;
  Stream* stream_;
  std::size_t timed_ = 0;
  std::size_t came_ = 0;
  Buffer<double> lengths_;  ///< all the room that it will take, from the beginning
  Buffer<double> first_;    ///< the same
};

/// Idle, warm-up, windows until the target or the budget is reached, idle again.
/// @param files  where the machine tells what goes on beside; empty paths: nowhere
/// @unit relative_halfwidth: a share of 1
[[nodiscard]] Samples run_windows(AnyMeter& meter, const PassBatch& batch, Seconds budget,
                                  double relative_halfwidth, const SystemFiles& files = {});

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/run_windows-inl.hpp"
#endif
