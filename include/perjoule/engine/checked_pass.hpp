// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "perjoule/core/content_hash.hpp"
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// What a single pass returned, and how long the call took.
struct CheckedPass {
  std::optional<std::uint64_t> digest;  ///< none: the output is not its bytes
  Seconds time{0.0};
};

/// Calls a model outside the windows. This is compiled once for each model, so that outputs that
/// are compared come from the same code, which rounds alike.
template <class F, class Input>
[[gnu::noinline]] decltype(auto) run_pass(F& forward, Input& input) {
  if constexpr (Prepared<F>) {
    return forward.run(input);
  } else {
    return forward(input);
  }
}

/// Calls a model once, and then(output, time) while the prepared input still exists.
template <class F, class Input, class Then>
void pass_once(F& forward, const Input& input, AnyMeter& clock, Then&& then) {
  Instant start;
  const auto consume_output = [&](const auto& output) {
    do_not_optimize(output);
    synchronize(forward);
    then(output, clock.now() - start);
  };
  if constexpr (Prepared<F>) {
    auto ready = forward.prepare(input);
    synchronize(forward);
    start = clock.now();
    consume_output(run_pass(forward, ready));
  } else {
    start = clock.now();
    consume_output(run_pass(forward, input));
  }
}

/// Calls a model once for what check() of a loop returns.
template <class F, class Input>
[[nodiscard]] CheckedPass check_pass(F& forward, const Input& input, AnyMeter& clock) {
  CheckedPass pass;
  pass_once(forward, input, clock, [&](const auto& output, Seconds time) {
    pass = {digest_of(output), time};
  });
  return pass;
}

}  // namespace perjoule::inline v0::detail
