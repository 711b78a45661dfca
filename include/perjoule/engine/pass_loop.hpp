// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/checked_pass.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0 {

class Stream;  // engine/stream.hpp

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

class AnswerChecker;  // engine/answer_checker.hpp
class CacheFlusher;   // engine/cache_flusher.hpp

/// Runs passes of a model whose type the engine does not know. One virtual call per window enters a
/// loop into which the model is inlined. One virtual call per pass would cost four times as much as
/// the loop.
class PassLoop {
 public:
  PassLoop() = default;
  PassLoop(const PassLoop&) = delete;
  PassLoop& operator=(const PassLoop&) = delete;

  /// Runs `passes` passes from a place in the order, and continues at its start after its end.
  /// Returns true if the optimiser knew the result of each pass in advance.
  /// @param order  indices into the inputs
  virtual bool run(View<std::size_t> order, std::size_t place, std::size_t passes) = 0;

  /// Runs a single pass outside the windows, prepared or not.
  /// @param pass  index into the inputs
  virtual CheckedPass check(std::size_t pass, AnyMeter& clock) = 0;

  /// Makes the arguments of `passes` passes from a place in the order.
  virtual void prepare(View<std::size_t> order, std::size_t place, std::size_t passes);

  /// Returns whether prepare() must be called before the passes. Otherwise inputs are passed as
  /// they are.
  [[nodiscard]] virtual bool needs_prepare() const noexcept;

 protected:
  ~PassLoop() = default;  // never deleted through this base
};

/// The passes of a model, and how they are called. This is what the engine measures.
struct Workload {
  PassLoop* loop = nullptr;
  View<std::size_t> order = {};  ///< indices into the inputs, shuffled once
  std::string_view name = {};    ///< the model's name
  std::size_t inputs_per_pass = 1;
  std::size_t callers = 1;   ///< threads that run passes at once; slices need a single one
  Stream* stream = nullptr;  ///< receives the items of passes; null: one item per input
  const CacheFlusher* flusher = nullptr;  ///< flushes caches before each pass; null: no flush
  AnswerChecker* answers = nullptr;       ///< checks passes between windows; null: no check

  /// Runs passes; see PassLoop::run().
  bool run(std::size_t place, std::size_t passes) const { return loop->run(order, place, passes); }
  /// Runs a single pass; see PassLoop::check().
  /// @param passes  over the inputs, for messages
  /// @throws ForwardPassError
  [[nodiscard]] CheckedPass check(std::size_t pass, std::size_t passes, AnyMeter& clock) const;
  /// Does the work before passes that is not part of them.
  void prepare(std::size_t place, std::size_t passes) const {
    if (loop->needs_prepare()) loop->prepare(order, place, passes);
  }

  /// Returns the number of passes that can follow each other without anything between them.
  [[nodiscard]] std::size_t max_consecutive_passes() const noexcept {
    constexpr std::size_t kept_in_memory = 4096;
    if (flusher != nullptr) return 1;
    return loop->needs_prepare() ? kept_in_memory : std::size_t{1} << 40U;
  }
};

/// The loop of a model whose inputs are passed as they are.
template <class F, class Input>
class PlainLoop final : public PassLoop {
 public:
  /// @param forward, inputs, model_name  borrowed
  /// @param batch                        number of inputs of the model in each `Input`
  PlainLoop(F& forward, const Input* inputs, std::string_view model_name,
            std::size_t batch = 1) noexcept
      : forward_(forward), inputs_(inputs), model_name_(model_name), batch_(batch) {}

  bool run(View<std::size_t> order, std::size_t place, std::size_t passes) override {
    F& forward = forward_;
    const Input* const inputs = inputs_;
    bool is_constant = true;
    const auto pass = [&](const Input& input) __attribute__((always_inline)) {
      const auto& result = forward(input);
      is_constant = is_constant && is_compile_time_constant(result);
      do_not_optimize(result);
    };
    try {
      if (order.size() == 1) {  // no lookup needed: the loop costs as little as an empty one
        const Input& input = inputs[order[0]];
        for (; passes != 0; --passes) pass(input);
        synchronize(forward);
        return is_constant;
      }
      while (passes != 0) {
        const std::size_t left = order.size() - place;
        const std::size_t end = place + (passes < left ? passes : left);
        passes -= end - place;
        for (; place != end; ++place) pass(inputs[order[place]]);
        if (place == order.size()) place = 0;
      }
      synchronize(forward);
      return is_constant;
    } catch (...) {
      throw_with_item({order[place] * batch_, batch_, order.size() * batch_}, model_name_);
    }
  }

  CheckedPass check(std::size_t pass, AnyMeter& clock) override {
    return check_pass(forward_, inputs_[pass], clock);
  }

 private:
  F& forward_;
  const Input* inputs_;
  std::string_view model_name_;
  std::size_t batch_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/pass_loop-inl.hpp"
#endif
