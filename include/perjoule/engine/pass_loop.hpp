// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/forward_pass.hpp"

namespace perjoule::inline v0 {

class Stream;  // engine/stream.hpp

}  // namespace perjoule::inline v0

namespace perjoule::inline v0::detail {

class CacheFlusher;  // engine/cache_flusher.hpp

/// Runs passes of a model whose type the engine does not know. One virtual call a window leads to a
/// loop into which the model is inlined; one a pass would cost four times the loop.
class PassLoop {
 public:
  PassLoop() = default;
  PassLoop(const PassLoop&) = delete;
  PassLoop& operator=(const PassLoop&) = delete;

  /// Runs so many passes from a place in the order on, and again from its start. True where the
  /// optimiser knew the result of each beforehand.
  /// @param order  indices into the inputs
  virtual bool run(View<std::size_t> order, std::size_t place, std::size_t passes) = 0;

  /// Makes what so many passes from a place in the order on are called with.
  virtual void prepare(View<std::size_t> order, std::size_t place, std::size_t passes);

  /// Whether prepare() must be called before the passes; else inputs are passed as they are.
  [[nodiscard]] virtual bool is_prepared() const noexcept;

 protected:
  ~PassLoop() = default;  // nobody owns one through its base
};

/// What the engine measures: the passes of a model, and how they are called.
struct Workload {
  PassLoop* loop = nullptr;
  View<std::size_t> order = {};  ///< the inputs, shuffled once
  std::string_view name = {};    ///< of the model
  std::size_t inputs_per_pass = 1;
  std::size_t callers = 1;   ///< threads that run at once; slices are of one thread
  Stream* stream = nullptr;  ///< into which passes put their items; null: as many as inputs
  const CacheFlusher* flusher = nullptr;  ///< what flushes caches before each pass; null: nothing

  /// See PassLoop.
  bool run(std::size_t place, std::size_t passes) const { return loop->run(order, place, passes); }
  /// Does what must be done before passes and is not part of them.
  void prepare(std::size_t place, std::size_t passes) const {
    if (loop->is_prepared()) loop->prepare(order, place, passes);
  }

  /// How many passes can follow each other without anything between them.
  [[nodiscard]] std::size_t max_consecutive_passes() const noexcept {
    constexpr std::size_t kept_in_memory = 4096;
    if (flusher != nullptr) return 1;
    return loop->is_prepared() ? kept_in_memory : std::size_t{1} << 40U;
  }
};

/// The loop of a model whose inputs are passed as they are.
template <class F, class Input>
class PlainLoop final : public PassLoop {
 public:
  /// @param forward, inputs, model_name  borrowed
  PlainLoop(F& forward, const Input* inputs, std::string_view model_name) noexcept
      : forward_(forward), inputs_(inputs), model_name_(model_name) {}

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
      if (order.size() == 1) {  // nothing to look up: the loop costs what an empty one does
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
      throw_with_item(order[place], order.size(), model_name_);
    }
  }

 private:
  F& forward_;
  const Input* inputs_;
  std::string_view model_name_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/pass_loop-inl.hpp"
#endif
