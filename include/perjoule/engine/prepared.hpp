// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/checked_pass.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/pass_loop.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0 {

namespace detail {

template <class F, class Setup, class Input, class... More>
concept InvocableAfterSetup = std::invocable < F&,
        std::remove_cvref_t<std::invoke_result_t<Setup&, const Input&>>
&, More&... > ;

}  // namespace detail

/// A model whose input is made for each pass, outside the measurement; see prepared().
template <class Setup, class F>
struct PreparedPass {
  detail::StoredCallable<Setup> setup;
  detail::StoredCallable<F> forward;

  /// Makes the argument of a pass.
  /// @unit none
  template <class Input>
  requires std::invocable<Setup&, const Input&>
  auto prepare(const Input& input) const { return setup.function(input); }

  /// Runs a pass.
  /// @unit none
  template <class Ready, class... More>
  decltype(auto) run(Ready& ready, More&... more) const {
    return forward.function(ready, more...);
  }

  /// Does both, when nothing is measured.
  template <class Input, class... More>
  requires detail::InvocableAfterSetup<F, Setup, Input, More...>
  auto operator()(const Input& input, More&... more) const {
    auto ready = setup.function(input);
    auto output = forward.function(ready, more...);
    detail::synchronize(forward.function);  // before `ready` is destroyed
    return output;
  }

  void complete() const requires Asynchronous<F> { forward.function.complete(); }
};

/// Makes a model from one that needs something fresh for each pass, such as a copy that it changes
/// or an empty cache of keys and values. This is made before the first reading of a window, so its
/// time and energy are in no result. It is kept in memory for all passes of the window. The result
/// of a pass may refer to it.
/// @param setup    called as setup(input); returns the argument of the pass
/// @param forward  called as forward(ready), and may change `ready`; or as forward(ready, stream)
/// @unit  none
template <class Setup, class F>
[[nodiscard]] PreparedPass<Setup, F> prepared(Setup&& setup, F&& forward) {
  return {{std::forward<Setup>(setup)}, {std::forward<F>(forward)}};
}

namespace detail {

/// The loop of a model whose inputs are prepared.
template <class F, class Input>
class PreparedLoop final : public PassLoop {
 public:
  /// @param forward, inputs, model_name  borrowed
  /// @param batch                        number of inputs of the model in each `Input`
  PreparedLoop(F& forward, const Input* inputs, std::string_view model_name,
               std::size_t batch = 1) noexcept
      : forward_(forward), inputs_(inputs), model_name_(model_name), batch_(batch) {}
  ~PreparedLoop() {
    try {
      synchronize(forward_);  // passes may still be running if something threw
    } catch (...) {
    }
  }

  [[nodiscard]] bool needs_prepare() const noexcept override { return true; }

  void prepare(View<std::size_t> order, std::size_t place, std::size_t passes) override {
    for (std::optional<Ready>& ready : ready_) ready.reset();
    if (ready_.size() < passes) ready_ = std::vector<std::optional<Ready>>(passes);
    next_ = 0;
    try {
      for (std::size_t i = 0; i < passes; ++i) {
        ready_[i].emplace(forward_, inputs_[order[place]]);
        if (++place == order.size()) place = 0;
      }
      synchronize(forward_);
    } catch (...) {
      rethrow(order, place);
    }
  }

  /// @param passes  no more than were prepared
  bool run(View<std::size_t> order, std::size_t place, std::size_t passes) override {
    F& forward = forward_;
    std::optional<Ready>* const begin = ready_.data() + next_;
    std::optional<Ready>* const end = begin + passes;
    std::optional<Ready>* ready = begin;
    bool is_constant = true;
    try {
      for (; ready != end; ++ready) {
        const auto& result = forward.run((*ready)->value);
        is_constant = is_constant && is_compile_time_constant(result);
        do_not_optimize(result);
      }
      synchronize(forward);
    } catch (...) {
      rethrow(order, (place + static_cast<std::size_t>(ready - begin)) % order.size());
    }
    next_ += passes;
    return is_constant;
  }

  CheckedPass check(std::size_t pass, AnyMeter& clock) override {
    return check_pass(forward_, inputs_[pass], clock);
  }

 private:
  [[noreturn]] void rethrow(View<std::size_t> order, std::size_t place) const {
    throw_with_item({order[place] * batch_, batch_, order.size() * batch_}, model_name_);
  }

  /// The argument of a pass. It is constructed in place, so it need not be movable.
  struct Ready {
    Ready(F& forward, const Input& input) : value(forward.prepare(input)) {}
    std::remove_cvref_t<decltype(std::declval<F&>().prepare(std::declval<const Input&>()))> value;
  };

  F& forward_;
  const Input* inputs_;
  std::string_view model_name_;
  std::size_t batch_;
  std::vector<std::optional<Ready>> ready_;
  std::size_t next_ = 0;  ///< index of the argument of the next pass
};

template <class F, class Input>
using LoopOf = std::conditional_t<Prepared<F>, PreparedLoop<F, Input>, PlainLoop<F, Input>>;

}  // namespace detail

}  // namespace perjoule::inline v0
