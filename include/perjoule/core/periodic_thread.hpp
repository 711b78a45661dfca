// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <pthread.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// A thread that does a small task now and then. It holds a lock while it does, and takes no signal
/// from the program that it lives in.
class PeriodicThread {
 public:
  PeriodicThread() = default;
  PeriodicThread(const PeriodicThread&) = delete;
  PeriodicThread& operator=(const PeriodicThread&) = delete;
  ~PeriodicThread() { stop(); }

  /// Comes back when the task is done and will not run again.
  void stop() noexcept;

  /// False where the system gives no thread.
  /// @param seconds  between two times. @unit s
  [[nodiscard]] bool start(double seconds, void (*task)(void*), void* context) noexcept;

  /// Keeps the task out while somebody looks at what it left behind.
  void lock() noexcept { pthread_mutex_lock(&mutex_); }
  void unlock() noexcept { pthread_mutex_unlock(&mutex_); }

 private:
  static void* run(void* self);

  void loop() noexcept;

  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t changed_;
  pthread_t thread_;
  double seconds_ = 0.0;
  void (*task_)(void*) = nullptr;
  void* context_ = nullptr;
  bool running_ = false;
  bool stopping_ = false;
};

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/core/periodic_thread-inl.hpp"
#endif
