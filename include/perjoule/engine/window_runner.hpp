// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>

#include "perjoule/core/config.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/neighbours.hpp"
#include "perjoule/engine/pieces.hpp"
#include "perjoule/engine/stopwatch.hpp"
#include "perjoule/engine/stream.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// A batch with its place in the cycle, and the meter whose clock it runs on.
class WindowRunner {
 public:
  /// One that runs nothing yet, for lists.
  WindowRunner() = default;
  WindowRunner(AnyMeter& meter, const PassBatch& batch, const SystemFiles& files) noexcept
      : meter_(&meter), batch_(batch), files_(&files), watch_(meter, files) {}

  /// What must be done before so many passes and is not part of them.
  void prepare(std::size_t passes);

  void run(std::size_t passes) {
    is_known_ &= batch_.run(batch_.model, batch_.order.data(), batch_.order.size(), place_, passes);
    place_ = (place_ + passes) % batch_.order.size();
    done_ += passes;
  }

  /// Doubles the passes until they fill that time: warm-up, and the cost of one pass. Short passes
  /// are then tried a few times more, and the fastest try counts, for others may be interrupted.
  /// Where only one pass can follow, several inputs count alike, and none alone.
  /// @throws Error where the optimiser has removed the pass
  [[nodiscard]] Seconds time_per_pass(Seconds warm_up);

  /// The same of a pass that was not refused before.
  [[nodiscard]] Seconds time_again(Seconds warm_up);

  /// Whether windows go on until the counter ticks.
  [[nodiscard]] bool ends_on_a_tick() const noexcept { return end_piece_ != 0; }

  /// Passes of a window of that length, in whole cycles. Where something is done before them, they
  /// are as many as can follow each other, and as can be prepared in the time for it; a window of
  /// fewer than fill `least` has neither energy nor CPU time, for the readings would count.
  /// @param per_pass  of the longest of several variants
  /// @param for_setup  time for what is done before a window
  [[nodiscard]] std::size_t passes_in_window(Seconds length, Seconds per_pass, Seconds least,
                                             Seconds for_setup);

  /// Begins on a tick of the counter and ends on the first pass that sees one, where passes are
  /// short enough for that. Nothing throws but the model itself.
  [[nodiscard]] Window measure(std::size_t passes) {
    prepare(passes);
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
    // By the length that was planned: those that something held up are no better than the others.
    if (is_too_short_) {
      window.wall = pieces_.taken - earlier.taken;
      window.cpu = Seconds(no_number());
      window.beside.others = Seconds(no_number());
      window.beside.steal = Seconds(no_number());
      window.energy = {{},
                       "too few passes can follow each other for a window of 5 ms and ten of the "
                       "meter's update periods"};
    }
    return window;
  }

  /// What came out so far.
  [[nodiscard]] std::uint64_t items() const noexcept {
    return batch_.stream == nullptr ? done_ * batch_.items : batch_.stream->items();
  }

  /// Of all windows so far.
  [[nodiscard]] const Pieces& pieces() const noexcept { return pieces_; }

 private:
  /// Whether there is something to be done before passes.
  [[nodiscard]] bool is_prepared() const noexcept {
    return batch_.prepare != nullptr || batch_.flusher != nullptr;
  }

  [[nodiscard]] Seconds time_of_many(Seconds warm_up);

  /// The mean of up to eight, without the first one where there are more.
  [[nodiscard]] Seconds time_of_some(Seconds warm_up);

  /// @unit s, of a pass
  [[nodiscard]] Seconds time(std::size_t passes);

  /// The same of a loop that does nothing.
  /// @unit s, of a pass
  [[nodiscard]] Seconds time_of_nothing(std::size_t passes) const noexcept;

  /// A pass that takes no longer than an empty loop, and whose result the optimiser knew: what
  /// should be measured isn't there. Either alone is no proof: a tiny model may be as fast, and one
  /// that writes its output elsewhere may return 0.
  void refuse_nothing(Seconds per_pass);

  /// What is left of the loop's own misses is a quarter of a microsecond where caches are flushed.
  void refuse_short(Seconds per_pass) const;

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
  Seconds per_pass_{0.0};
  Seconds setup_{0.0};         ///< what is done before a pass
  bool is_too_short_ = false;  ///< its windows
  std::size_t place_ = 0;
  std::uint64_t done_ = 0;     ///< passes
  std::size_t piece_ = 1;      ///< passes between two looks at the clock
  std::size_t end_piece_ = 0;  ///< passes between two looks for the last tick; 0: they are too long
  bool is_known_ = true;       ///< all results so far, beforehand
  Pieces pieces_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/window_runner-inl.hpp"
#endif
