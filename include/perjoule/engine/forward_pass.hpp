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
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"

namespace perjoule::inline v0 {

/// A forward pass that returns a value. A discarded result would let the compiler remove the work,
/// and would leave nothing to judge the quality by.
template <class F, class Input>
concept ForwardPassReturnsAValue = !std::is_void_v<std::invoke_result_t<F&, const Input&>>;

/// A model that takes one input and returns one output. It is called repeatedly with the same
/// inputs, so it must not change them.
template <class F, class Input>
concept ForwardPass = std::invocable<F&, const Input&> && ForwardPassReturnsAValue<F, Input>;

/// A model that takes several inputs at once and returns one output for each. It is called with a
/// View of them, which converts to std::span if the model takes one.
template <class F, class Input>
concept BatchForwardPass = !std::invocable<F&, const Input&> && std::invocable<F&, View<Input>> &&
                           requires(std::invoke_result_t<F&, View<Input>> outputs) {
  std::size(outputs);
  outputs[std::size_t{0}];
};

/// A pass that may return before its work is done, as on a GPU. complete() waits until the work is
/// done.
template <class F>
concept Asynchronous = requires(F& forward) {
  forward.complete();
};

namespace detail {

/// A callable that is part of a model: stored, or borrowed if F is a reference. As with a const
/// std::function, a const object may call a non-const callable.
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

/// Whether a model comes from prepared(), and does not just have a member of that name.
template <class F>
inline constexpr bool is_prepared = false;
template <class Setup, class F>
inline constexpr bool is_prepared<PreparedPass<Setup, F>> = true;

/// A model from prepared(), which may be const or a reference.
template <class F>
concept Prepared = is_prepared<std::remove_cvref_t<F>>;

}  // namespace detail

/// Makes a model from one that returns before its work is done. The engine waits for it at the end
/// of each timed stretch of passes, about every 2 ms, so that all of the work falls into that time.
/// It also waits after each output that is judged.
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

namespace detail {

/// The inputs of a pass.
struct PassInputs {
  std::size_t first = 0;  ///< index of the first, from 0
  std::size_t count = 1;  ///< more than one for a batch
  std::size_t all = 1;    ///< how many there are in all passes
};

}  // namespace detail

/// The error for a forward pass that threw. The model's own exception is nested in it: use
/// `std::rethrow_if_nested` to get it back.
class ForwardPassError : public Error, public std::nested_exception {
 public:
  ForwardPassError(const detail::PassInputs& inputs, std::string_view model,
                   std::string_view reason);

  /// Returns the index of the input, from 0; of a batch, that of its first input.
  [[nodiscard]] std::size_t item() const noexcept { return item_; }

 private:
  std::size_t item_;
};

namespace detail {

/// Throws a ForwardPassError that wraps the exception being handled. The cancellation of a thread
/// passes through: it is no error, and must not be caught.
[[noreturn]] void throw_with_item(const PassInputs& inputs, std::string_view model);

/// Waits until an asynchronous model is done. Does nothing for other models.
template <class F>
void synchronize([[maybe_unused]] F& forward) {
  if constexpr (Asynchronous<F>) forward.complete();
}

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/forward_pass-inl.hpp"
#endif
