// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

/// A pass must return what the model says: a result that is thrown away lets the compiler remove
/// the work, and leaves nothing to judge the quality by.
template <class F, class Input>
concept ForwardPassReturnsAValue = !std::is_void_v<std::invoke_result_t<F&, const Input&>>;

/// A model that takes one input and returns one output. It is called again and again with the same
/// inputs, so it must not change them.
template <class F, class Input>
concept ForwardPass = std::invocable<F&, const Input&> && ForwardPassReturnsAValue<F, Input>;

/// A model that takes several inputs, side by side, and returns one output for each. It is called
/// with a View of them, which turns into a std::span where the model takes one.
template <class F, class Input>
concept BatchForwardPass = !std::invocable<F&, const Input&> && std::invocable<F&, View<Input>> &&
                           requires(std::invoke_result_t<F&, View<Input>> outputs) {
  std::size(outputs);
  outputs[std::size_t{0}];
};

/// A pass that may return before its work is done, as on a GPU; complete() waits until it is.
template <class F>
concept Asynchronous = requires(F& forward) {
  forward.complete();
};

namespace detail {

/// Something callable that is part of a model: kept, or borrowed where F is a reference. As a const
/// std::function does, a const one may call what is not const.
template <class F>
struct StoredCallable {
  mutable F function;
};
template <class F>
struct StoredCallable<F&> {
  F& function;
};

}  // namespace detail

/// A model that returns before its work is done, with the function that waits for it; see
/// asynchronous().
template <class F, class Complete>
struct AsynchronousPass {
  detail::StoredCallable<F> forward;
  detail::StoredCallable<Complete> wait;

  template <class... Args>
  requires std::is_invocable_v<F&, Args...>
  decltype(auto) operator()(Args&&... args) const {
    return forward.function(std::forward<Args>(args)...);
  }
  void complete() const { wait.function(); }
};

template <class Setup, class F>
struct PreparedPass;

namespace detail {

/// Whether a model comes from prepared(), and does not just have a function of that name.
template <class F>
inline constexpr bool is_prepared = false;
template <class Setup, class F>
inline constexpr bool is_prepared<PreparedPass<Setup, F>> = true;

/// The same, const or borrowed.
template <class F>
concept Prepared = is_prepared<std::remove_cvref_t<F>>;

}  // namespace detail

/// Makes a model of one that returns before its work is done. The engine waits for it at the end of
/// each stretch of passes that is timed, about every other millisecond, so that all of their work
/// is in that time; and after each output that is judged.
/// @param forward   called as forward(input)
/// @param complete  called as complete(); returns once everything is done, as
///                  cudaDeviceSynchronize() does
/// @unit  none
template <class F, class Complete>
[[nodiscard]] AsynchronousPass<F, Complete> asynchronous(F&& forward, Complete&& complete) {
  static_assert(!detail::Prepared<F>,
                "write prepared(setup, asynchronous(forward, complete)): the setup would be timed");
  return {{std::forward<F>(forward)}, {std::forward<Complete>(complete)}};
}

/// The forward pass threw. The model's own exception is nested in this one:
/// `std::rethrow_if_nested` gets it back.
class ForwardPassError : public Error, public std::nested_exception {
 public:
  ForwardPassError(std::size_t item, std::size_t items, std::string_view model,
                   std::string_view reason);

  /// The index into the inputs, from 0.
  [[nodiscard]] std::size_t item() const noexcept { return item_; }

 private:
  std::size_t item_;
};

namespace detail {

/// Throws a ForwardPassError around the exception that is being handled.
/// @param item  the input that was being passed
[[noreturn]] void throw_with_item(std::size_t item, std::size_t items, std::string_view model);

}  // namespace detail

class Stream;

namespace detail {

class CacheFlusher;

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
struct PassBatch {
  PassLoop* loop = nullptr;
  View<std::size_t> order = {};  ///< the inputs, shuffled once
  std::string_view name = {};    ///< of the model
  std::size_t items = 1;         ///< in a pass
  std::size_t callers = 1;       ///< threads that run at once; slices are of one thread
  Stream* stream = nullptr;      ///< into which passes put their items; null: `items` in each pass
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

template <class F>
void synchronize([[maybe_unused]] F& forward) {
  if constexpr (Asynchronous<F>) forward.complete();
}

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
    bool known = true;
    const auto pass = [&](const Input& input) __attribute__((always_inline)) {
      const auto& result = forward(input);
      known = known && is_compile_time_constant(result);
      do_not_optimize(result);
    };
    try {
      if (order.size() == 1) {  // nothing to look up: the loop costs what an empty one does
        const Input& input = inputs[order[0]];
        for (; passes != 0; --passes) pass(input);
        synchronize(forward);
        return known;
      }
      while (passes != 0) {
        const std::size_t end = place + std::min(passes, order.size() - place);
        passes -= end - place;
        for (; place != end; ++place) pass(inputs[order[place]]);
        if (place == order.size()) place = 0;
      }
      synchronize(forward);
      return known;
    } catch (...) {
      throw_with_item(order[place], order.size(), model_name_);
    }
  }

 private:
  F& forward_;
  const Input* inputs_;
  std::string_view model_name_;
};

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/forward_pass-inl.hpp"
#endif
