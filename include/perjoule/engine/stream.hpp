// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstdint>
#include <type_traits>

#include "perjoule/core/keep.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/engine/prepared.hpp"
#include "perjoule/meters/any_meter.hpp"
#include "perjoule/meters/clock.hpp"

namespace perjoule::inline v0 {

/// Where a model puts what it makes one after the other: tokens of a text, frames of a sound.
class Stream {
 public:
  /// One item more.
  /// @param item  borrowed for the call; so that the work for it is not removed
  template <class Item>
  [[gnu::always_inline]] void put(const Item& item) noexcept {
    keep(item);
    ++items_;
    if (waiting_ != nullptr) [[unlikely]] {
      first_ = waiting_->now();
      waiting_ = nullptr;
    }
  }

  /// So far, of all passes.
  [[nodiscard]] std::uint64_t items() const noexcept { return items_; }

  /// The next item's time is taken.
  /// @param clock  borrowed until then
  void watch(AnyMeter& clock) noexcept { waiting_ = &clock; }
  /// Whether the item has come that was waited for.
  [[nodiscard]] bool has_come() const noexcept { return waiting_ == nullptr; }
  [[nodiscard]] Instant first() const noexcept { return first_; }

 private:
  std::uint64_t items_ = 0;
  AnyMeter* waiting_ = nullptr;
  Instant first_;
};

/// A pass that puts items into a stream while it goes on. What it returns is judged.
template <class F, class Input>
concept StreamingPass =
    !std::invocable<F&, const Input&> && std::invocable<F&, const Input&, Stream&> &&
    !std::is_void_v<std::invoke_result_t<F&, const Input&, Stream&>>;

namespace detail {

/// A streaming model, called as any other.
template <class F>
struct IntoStream {
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
inline constexpr bool is_prepared<IntoStream<F>> = Prepared<F>;

}  // namespace detail

}  // namespace perjoule::inline v0
