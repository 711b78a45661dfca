// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <exception>
#include <string_view>
#include <type_traits>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

/// A pass must return what the model says: a result that is thrown away lets the compiler remove
/// the work, and leaves nothing to judge the quality by.
template <class F, class Input>
concept ForwardPassReturnsAValue = !std::is_void_v<std::invoke_result_t<F&, const Input&>>;

/// One input in, one output out. Called again and again with the same inputs, so it must not change
/// what it is given.
template <class F, class Input>
concept ForwardPass = std::invocable<F&, const Input&> && ForwardPassReturnsAValue<F, Input>;

/// Several inputs in, side by side, and one output for each: called with a View of them, which
/// turns into a std::span where the model takes one.
template <class F, class Input>
concept BatchForwardPass = !std::invocable<F&, const Input&> && std::invocable<F&, View<Input>> &&
                           requires(std::invoke_result_t<F&, View<Input>> outputs) {
  std::size(outputs);
  outputs[std::size_t{0}];
};

/// A pass that may return before its work is done, as on a GPU: complete() waits until all is.
template <class F>
concept Asynchronous = requires(F& forward) {
  forward.complete();
};

namespace detail {

/// Something callable that is part of a model: kept, or borrowed where F is a reference. As with
/// std::function, a const one may call what is not.
template <class F>
struct StoredCallable {
  mutable F function;
};
template <class F>
struct StoredCallable<F&> {
  F& function;
};

}  // namespace detail

/// A model that returns before its work is done, with what waits for it; see asynchronous().
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

/// Whether a model is of prepared(), and not just one that has a function of that name.
template <class F>
inline constexpr bool is_prepared = false;
template <class Setup, class F>
inline constexpr bool is_prepared<PreparedPass<Setup, F>> = true;

/// The same, const or borrowed.
template <class F>
concept Prepared = is_prepared<std::remove_cvref_t<F>>;

}  // namespace detail

/// Makes a model of one that returns before its work is done. It is waited for at the end of each
/// stretch of passes that is timed, so that all of their work is in it: about every other
/// millisecond, and behind each output that is judged.
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

/// The forward pass threw. The model's own exception is nested within: `std::rethrow_if_nested`
/// gets it back.
class ForwardPassError : public Error, public std::nested_exception {
 public:
  ForwardPassError(std::size_t item, std::size_t items, const char* model,
                   const char* reason) noexcept
      : Error("the forward pass threw",
              text::format("%s, inputs[%zu] of %zu: %s", model, item, items, reason).chars,
              "call the model on that input alone to see why"),
        item_(item) {}

  /// The index into the inputs, from 0.
  [[nodiscard]] std::size_t item() const noexcept { return item_; }

 private:
  std::size_t item_;
};

namespace detail {

/// Called within a catch block: what is in flight, with the item that it came from.
[[noreturn]] void throw_with_item(std::size_t item, std::size_t items, const char* model);

}  // namespace detail

class Stream;

namespace detail {

class CacheFlusher;

/// Many passes without a type: what the engine runs between two readings. One indirect call a
/// window leads to a loop into which the model is inlined; one a pass would cost four times the
/// loop.
struct PassBatch {
  /// Runs so many passes, beginning at place `first` of the order. True where the optimiser knew
  /// the result of each beforehand.
  bool (*run)(void* model, const std::size_t* order, std::size_t items, std::size_t first,
              std::size_t passes) = nullptr;
  void* model = nullptr;
  View<std::size_t> order = {};  ///< the inputs, shuffled once
  const char* name = "";
  std::size_t items = 1;     ///< in a pass
  std::size_t callers = 1;   ///< threads that run at once; nobody looks into windows of several
  Stream* stream = nullptr;  ///< where items come, not one a pass
  /// Makes what so many passes are called with, from place `first` of the order on; null: inputs
  /// are passed as they are.
  void (*prepare)(void* model, const std::size_t* order, std::size_t items, std::size_t first,
                  std::size_t passes) = nullptr;
  CacheFlusher* flusher = nullptr;  ///< before each pass; null: caches are warm

  /// Passes that can follow each other without anything between them.
  [[nodiscard]] std::size_t max_consecutive_passes() const noexcept {
    constexpr std::size_t kept_in_memory = 4096;
    if (flusher != nullptr) return 1;
    return prepare != nullptr ? kept_in_memory : std::size_t{1} << 40U;
  }
};

template <class F>
void synchronize([[maybe_unused]] F& forward) {
  if constexpr (Asynchronous<F>) forward.complete();
}

template <class F, class Input>
struct PassLoop {
  F& forward;
  const Input* inputs;
  const char* model_name;

  static bool run(void* self, const std::size_t* order, std::size_t items, std::size_t first,
                  std::size_t passes) {
    const PassLoop& loop = *static_cast<const PassLoop*>(self);
    F& forward = loop.forward;
    const Input* const inputs = loop.inputs;
    std::size_t place = first;
    bool known = true;
    const auto pass = [&](const Input& input) __attribute__((always_inline)) {
      const auto& result = forward(input);
      known = known && is_compile_time_constant(result);
      do_not_optimize(result);
    };
    try {
      if (items == 1) {  // nothing to look up: the loop costs what an empty one does
        const Input& input = inputs[order[0]];
        for (; passes != 0; --passes) pass(input);
        synchronize(forward);
        return known;
      }
      while (passes != 0) {
        const std::size_t left = items - place;
        const std::size_t end = place + (passes < left ? passes : left);
        passes -= end - place;
        for (; place != end; ++place) pass(inputs[order[place]]);
        if (place == items) place = 0;
      }
      synchronize(forward);
      return known;
    } catch (...) {
      throw_with_item(order[place], items, loop.model_name);
    }
  }
};

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/forward_pass-inl.hpp"
#endif
