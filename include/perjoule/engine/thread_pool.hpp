// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/checked_pass.hpp"
#include "perjoule/engine/pass_loop.hpp"
#include "perjoule/meters/meter.hpp"

namespace perjoule::inline v0::detail {

/// Threads that call one model at the same time, as those of a server do. They wait between two
/// windows, and each runs its part of the passes of a window.
class ThreadPool final : public PassLoop {
 public:
  /// @param loop     run by each of them. Borrowed
  /// @param model    the model's name
  /// @param callers  number of threads, including the calling thread
  /// @throws Error if no more threads can be created
  ThreadPool(PassLoop& loop, std::string_view model, std::size_t callers);
  ~ThreadPool();

  /// Gives each thread its part of the passes, and waits until all are done.
  /// @throws what one of them throws
  bool run(View<std::size_t> order, std::size_t place, std::size_t passes) override;

  /// Runs the pass in the calling thread.
  CheckedPass check(std::size_t pass, AnyMeter& clock) override;

 private:
  struct Callers;

  std::unique_ptr<Callers> callers_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/thread_pool-inl.hpp"
#endif
