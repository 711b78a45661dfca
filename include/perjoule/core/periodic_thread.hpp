// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// Thread that runs a small task periodically. It holds a lock while the task runs, and blocks all
/// signals, so that it handles none meant for the program.
class PeriodicThread {
 public:
  PeriodicThread();
  PeriodicThread(const PeriodicThread&) = delete;
  PeriodicThread& operator=(const PeriodicThread&) = delete;
  ~PeriodicThread();

  /// Stops the thread. Returns when the task has finished and will not run again. In a child of
  /// fork(), which has no such thread, it only forgets it.
  void stop() noexcept;

  /// Starts the thread. Returns false if the system cannot create it.
  /// @param seconds  time between two runs of the task. @unit s
  [[nodiscard]] bool start(double seconds, std::function<void()> task);

  /// Keeps the task from running while the caller reads its results.
  void lock() { mutex_.lock(); }
  void unlock() { mutex_.unlock(); }

 private:
  struct Thread;

  std::mutex mutex_;
  std::unique_ptr<Thread> thread_;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/periodic_thread-inl.hpp"
#endif
