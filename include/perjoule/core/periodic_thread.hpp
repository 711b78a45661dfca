// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <functional>
#include <memory>
#include <mutex>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// A thread that does a small task now and then. It holds a lock while it does, and takes no signal
/// from the program that it lives in.
class PeriodicThread {
 public:
  PeriodicThread();
  PeriodicThread(const PeriodicThread&) = delete;
  PeriodicThread& operator=(const PeriodicThread&) = delete;
  ~PeriodicThread();

  /// Comes back when the task is done and will not run again.
  void stop() noexcept;

  /// False where the system gives no thread.
  /// @param seconds  between two times. @unit s
  [[nodiscard]] bool start(double seconds, std::function<void()> task);

  /// Keeps the task out while somebody looks at what it left behind.
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
