// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0 {

/// Receives what a model produces one after another, such as the tokens of a text.
class Stream {
 public:
  /// Counts an item.
  /// @param item  borrowed for the call, so that the optimiser does not remove its computation
  template <class Item>
  [[gnu::always_inline]] void put(const Item& item) noexcept {
    do_not_optimize(item);
    ++items_;
    if (waiting_ != nullptr) [[unlikely]] {
      first_ = waiting_->now();
      waiting_ = nullptr;
    }
  }

  /// Returns the number of items so far, over all passes.
  [[nodiscard]] std::uint64_t items() const noexcept { return items_; }

  /// Takes the time of the next item.
  /// @param clock  borrowed until that item arrives
  void time_next_item(AnyMeter& clock) noexcept { waiting_ = &clock; }
  /// Returns whether the item to be timed has arrived.
  [[nodiscard]] bool has_first_item() const noexcept { return waiting_ == nullptr; }
  [[nodiscard]] Instant first_item_time() const noexcept { return first_; }

 private:
  std::uint64_t items_ = 0;
  AnyMeter* waiting_ = nullptr;
  Instant first_;
};

/// A pass that puts items into a stream while it runs. Its return value is judged.
template <class F, class Input>
concept StreamingPass =
    !std::invocable<F&, const Input&> && std::invocable<F&, const Input&, Stream&> &&
    !std::is_void_v<std::invoke_result_t<F&, const Input&, Stream&>>;

namespace detail {

/// Calls a streaming model like any other.
template <class F>
struct StreamAdapter {
  F& forward;
  Stream& stream;

  template <class Input>
  decltype(auto) operator()(const Input& input) {
    return forward(input, stream);
  }
  template <class Input>
  auto prepare(const Input& input) requires Prepared<F> {
    return forward.prepare(input);
  }
  template <class Ready>
  decltype(auto) run(Ready& ready) {
    return forward.run(ready, stream);
  }
  void complete() requires Asynchronous<F> { forward.complete(); }
};

template <class F>
inline constexpr bool is_prepared<StreamAdapter<F>> = Prepared<F>;

}  // namespace detail

}  // namespace perjoule::inline v0
