// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/keep.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/neighbours.hpp"
#include "perjoule/engine/pieces.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/engine/stream.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/engine/window_length.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/meters/tick.hpp"

namespace perjoule::inline v0::detail {

/// A batch with its place in the cycle, and the meter whose clock it runs on.
class WindowRunner {
 public:
  /// One that runs nothing yet, for lists.
  WindowRunner() = default;
  WindowRunner(AnyMeter& meter, const PassBatch& batch, const SystemFiles& files) noexcept
      : meter_(&meter), batch_(batch), files_(&files), watch_(meter, files) {}

  void run(std::size_t passes) {
    is_known_ &= batch_.run(batch_.model, batch_.order.data(), batch_.order.size(), place_, passes);
    place_ = (place_ + passes) % batch_.order.size();
    done_ += passes;
  }

  /// Doubles the passes until they fill that time: warm-up, and the cost of one pass. Short passes
  /// are then tried a few times more, and the fastest try counts, for others may be interrupted.
  /// @throws Error where the optimiser has removed the pass
  [[nodiscard]] PERJOULE_COLD Seconds time_per_pass(Seconds warm_up) {
    const auto time = [&](std::size_t passes) {
      const Instant start = meter_->now();
      run(passes);
      return (meter_->now() - start) / static_cast<double>(passes);
    };
    std::size_t passes = batch_.callers;
    Seconds best = time(passes);
    while (best * static_cast<double>(passes) < warm_up && passes < (1ULL << 30U)) {
      passes *= 2;
      best = time(passes);
    }
    for (int attempt = 0; passes >= 8 && attempt < 4; ++attempt) {
      const Seconds again = time(passes / 8);
      if (again < best) best = again;
    }
    refuse_nothing(best);
    if (batch_.callers != 1) return best;
    piece_ = passes_in(piece_length, best, 1);
    end_piece_ = passes_to_the_tick(meter_->description().update_period, best);
    return best;
  }

  /// Begins on a tick of the counter and ends on the first pass that sees one, where passes are
  /// short enough for that. Nothing throws but the model itself.
  [[nodiscard]] Window measure(std::size_t passes) {
    watch_.start();
    const std::uint64_t begin = items();
    const Pieces earlier = pieces_;
    batch_.callers == 1 ? run_pieces(passes) : run(passes);
    Window window = watch_.stop(end_piece_ == 0 ? nullptr : &run_end_piece, this);
    window.items = Items(static_cast<double>(items() - begin));
    const bool was_throttled = is_finite(window.beside.throttled) && window.beside.throttled > 0.0;
    if (was_throttled) leave_out(pieces_, earlier);
    window.clean_items = pieces_.clean_items - earlier.clean_items;
    if (window.clean_items > Items(0.0)) window.clean = pieces_.clean - earlier.clean;
    return window;
  }

  /// Of all windows so far.
  [[nodiscard]] const Pieces& pieces() const noexcept { return pieces_; }

 private:
  /// A pass that takes no longer than an empty loop, and whose result the optimiser knew: what
  /// should be measured isn't there. Either alone is no proof: a tiny model may be as fast, and one
  /// that writes its output elsewhere may return 0.
  void refuse_nothing(Seconds per_pass) const {
    if (!is_known_) return;
    constexpr std::size_t passes = 1U << 16U;
    Seconds nothing{1.0};
    for (int attempt = 0; attempt < 5; ++attempt) {
      const Instant start = meter_->now();
      std::size_t place = 0;
      for (std::size_t i = 0; i < passes; ++i) {
        keep(batch_.order[place]);
        if (++place == batch_.order.size()) place = 0;
      }
      const Seconds taken = (meter_->now() - start) / static_cast<double>(passes);
      if (taken < nothing) nothing = taken;
    }
    if (per_pass > nothing * 1.5) return;
    fail("nothing was measured: the optimiser removed it", batch_.name,
         "return what the model computes from its input, and not a constant");
  }

  /// Looks at the clock, and whether anything interrupted, about every other millisecond: half a
  /// microsecond each time, which is in no piece.
  void run_pieces(std::size_t passes) {
    ThreadUsage before = thread_usage();
    while (passes != 0) {
      const std::size_t piece = passes < piece_ ? passes : piece_;
      const std::uint64_t begin = items();
      const Instant start = meter_->now();
      run(piece);
      const Seconds taken = meter_->now() - start;
      const ThreadUsage after = thread_usage();
      add_piece(pieces_, taken, after - before, items() - begin);
      before = after;
      passes -= piece;
    }
  }

  /// What came out so far.
  [[nodiscard]] std::uint64_t items() const noexcept {
    return batch_.stream == nullptr ? done_ * batch_.items : batch_.stream->items();
  }

  /// A simulated machine has no other threads.
  [[nodiscard]] ThreadUsage thread_usage() const noexcept {
    return files_->thread == nullptr ? ThreadUsage{} : files_->thread();
  }

  static void run_end_piece(void* self) {
    auto& runner = *static_cast<WindowRunner*>(self);
    runner.run(runner.end_piece_);
  }

  AnyMeter* meter_ = nullptr;
  PassBatch batch_ = {};
  const SystemFiles* files_ = nullptr;
  Stopwatch watch_;
  std::size_t place_ = 0;
  std::uint64_t done_ = 0;     ///< passes
  std::size_t piece_ = 1;      ///< passes between two looks at the clock
  std::size_t end_piece_ = 0;  ///< passes between two looks for the last tick; 0: they are too long
  bool is_known_ = true;       ///< all results so far, beforehand
  Pieces pieces_;
};

}  // namespace perjoule::inline v0::detail
