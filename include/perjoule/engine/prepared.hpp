// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0 {

namespace detail {

template <class F, class Setup, class Input, class... More>
concept InvocableAfterSetup = std::invocable < F&,
        std::remove_cvref_t<std::invoke_result_t<Setup&, const Input&>>
&, More&... > ;

}  // namespace detail

/// A model whose input is made anew for each pass, outside what is measured; see prepared().
template <class Setup, class F>
struct PreparedPass {
  detail::StoredCallable<Setup> setup;
  detail::StoredCallable<F> forward;

  /// What a pass is called with.
  /// @unit none
  template <class Input>
  requires std::invocable<Setup&, const Input&>
  auto prepare(const Input& input) const { return setup.function(input); }

  /// A pass.
  /// @unit none
  template <class Ready, class... More>
  decltype(auto) run(Ready& ready, More&... more) const {
    return forward.function(ready, more...);
  }

  /// Both, where nothing is measured.
  template <class Input, class... More>
  requires detail::InvocableAfterSetup<F, Setup, Input, More...>
  auto operator()(const Input& input, More&... more) const {
    auto ready = setup.function(input);
    auto output = forward.function(ready, more...);
    detail::synchronize(forward.function);  // before `ready` is gone
    return output;
  }

  void complete() const requires Asynchronous<F> { forward.function.complete(); }
};

/// Makes a model of one that needs something fresh for each pass: a copy that it changes, an empty
/// cache of keys and values. It is made before the first reading of a window and its time and
/// energy are not in any number; what many passes need stays in memory until then. What the pass
/// returns may borrow from it.
/// @param setup    called as setup(input); returns what the pass is called with
/// @param forward  called as forward(ready), where it may change `ready`; or as forward(ready,
///                 stream)
/// @unit  none
template <class Setup, class F>
[[nodiscard]] PreparedPass<Setup, F> prepared(Setup&& setup, F&& forward) {
  return {{std::forward<Setup>(setup)}, {std::forward<F>(forward)}};
}

namespace detail {

/// PassLoop, of a model whose inputs are prepared.
template <class F, class Input>
class PreparedLoop {
 public:
  PreparedLoop(F& forward, const Input* inputs, const char* model_name) noexcept
      : forward_(forward), inputs_(inputs), model_name_(model_name) {}
  PreparedLoop(const PreparedLoop&) = delete;
  PreparedLoop& operator=(const PreparedLoop&) = delete;
  ~PreparedLoop() {
    try {
      synchronize(forward_);  // something may have thrown while passes were under way
    } catch (...) {
    }
    forget();
    release();
  }

  /// Makes room for so many passes, and what each of them is called with.
  static void prepare(void* self, const std::size_t* order, std::size_t items, std::size_t first,
                      std::size_t passes) {
    PreparedLoop& loop = *static_cast<PreparedLoop*>(self);
    loop.forget();
    if (passes > loop.room_) {
      loop.release();
      loop.ready_ = static_cast<Ready*>(
          ::operator new(passes * sizeof(Ready), std::align_val_t(alignof(Ready))));
      loop.room_ = passes;
    }
    std::size_t place = first;
    try {
      for (; loop.made_ != passes; ++loop.made_) {
        new (loop.ready_ + loop.made_) Ready(loop.forward_.prepare(loop.inputs_[order[place]]));
        if (++place == items) place = 0;
      }
      synchronize(loop.forward_);
    } catch (...) {
      throw_with_item(order[place], items, loop.model_name_);
    }
  }

  /// As PassLoop::run, but no more passes than were prepared.
  static bool run(void* self, const std::size_t* order, std::size_t items, std::size_t first,
                  std::size_t passes) {
    PreparedLoop& loop = *static_cast<PreparedLoop*>(self);
    F& forward = loop.forward_;
    Ready* const begin = loop.ready_ + loop.done_;
    Ready* const end = begin + passes;
    Ready* ready = begin;
    bool known = true;
    try {
      for (; ready != end; ++ready) {
        const auto& result = forward.run(*ready);
        known = known && is_compile_time_constant(result);
        do_not_optimize(result);
      }
      synchronize(forward);
    } catch (...) {
      throw_with_item(order[(first + static_cast<std::size_t>(ready - begin)) % items], items,
                      loop.model_name_);
    }
    loop.done_ += passes;
    return known;
  }

 private:
  using Ready =
      std::remove_cvref_t<decltype(std::declval<F&>().prepare(std::declval<const Input&>()))>;

  void forget() noexcept {
    while (made_ != 0) ready_[--made_].~Ready();
    done_ = 0;
  }
  void release() noexcept {
    if (ready_ != nullptr) ::operator delete(ready_, std::align_val_t(alignof(Ready)));
    ready_ = nullptr;
    room_ = 0;
  }

  F& forward_;
  const Input* inputs_;
  const char* model_name_;
  Ready* ready_ = nullptr;
  std::size_t room_ = 0;
  std::size_t made_ = 0;
  std::size_t done_ = 0;  ///< of those
};

template <class F, class Input>
using LoopOf = std::conditional_t<Prepared<F>, PreparedLoop<F, Input>, PassLoop<F, Input>>;

/// What an engine runs of a model.
template <class F, class Input>
[[nodiscard]] PassBatch batch_of(PreparedLoop<F, Input>& loop) noexcept {
  PassBatch batch;
  batch.run = &loop.run;
  batch.prepare = &loop.prepare;
  batch.model = &loop;
  return batch;
}
template <class F, class Input>
[[nodiscard]] PassBatch batch_of(PassLoop<F, Input>& loop) noexcept {
  PassBatch batch;
  batch.run = &loop.run;
  batch.model = &loop;
  return batch;
}

}  // namespace detail

/// Where a model puts what it makes one after the other: tokens of a text, frames of a sound.
class Stream {
 public:
  /// One item more.
  /// @param item  borrowed for the call; so that the work for it is not removed
  template <class Item>
  [[gnu::always_inline]] void put(const Item& item) noexcept {
    do_not_optimize(item);
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
  void time_next_item(AnyMeter& clock) noexcept { waiting_ = &clock; }
  /// Whether the item has come that was waited for.
  [[nodiscard]] bool has_first_item() const noexcept { return waiting_ == nullptr; }
  [[nodiscard]] Instant first_item_time() const noexcept { return first_; }

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
