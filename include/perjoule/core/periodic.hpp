// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0::detail {

/// A thread that does a small task now and then. It holds a lock while it does, and takes no signal
/// from the program that it lives in.
class Periodic {
 public:
  Periodic() = default;
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;
  ~Periodic() { stop(); }

  /// Comes back when the task is done and will not run again.
  PERJOULE_COLD void stop() noexcept {
    if (!running_) return;
    running_ = false;
    pthread_mutex_lock(&mutex_);
    stopping_ = true;
    pthread_cond_signal(&changed_);
    pthread_mutex_unlock(&mutex_);
    pthread_join(thread_, nullptr);
    pthread_cond_destroy(&changed_);
  }

  /// False where the system gives no thread.
  /// @param seconds  between two times. @unit s
  [[nodiscard]] PERJOULE_COLD bool start(double seconds, void (*task)(void*),
                                         void* context) noexcept {
    stopping_ = false;
    seconds_ = seconds;
    task_ = task;
    context_ = context;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&changed_, &monotonic);
    pthread_condattr_destroy(&monotonic);
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    running_ = pthread_create(&thread_, nullptr, &run, this) == 0;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (!running_) pthread_cond_destroy(&changed_);
    return running_;
  }

  /// Keeps the task out while somebody looks at what it left behind.
  void lock() noexcept { pthread_mutex_lock(&mutex_); }
  void unlock() noexcept { pthread_mutex_unlock(&mutex_); }

 private:
  PERJOULE_COLD static void* run(void* self) {
    static_cast<Periodic*>(self)->loop();
    return nullptr;
  }

  PERJOULE_COLD void loop() noexcept {
    timespec next{};
    clock_gettime(CLOCK_MONOTONIC, &next);
    pthread_mutex_lock(&mutex_);
    while (!stopping_) {
      const double whole = static_cast<double>(static_cast<long>(seconds_));
      next.tv_sec += static_cast<time_t>(whole);
      next.tv_nsec += static_cast<long>((seconds_ - whole) * 1e9);
      if (next.tv_nsec >= 1'000'000'000) {
        next.tv_nsec -= 1'000'000'000;
        ++next.tv_sec;
      }
      int woken = 0;
      while (!stopping_ && woken != ETIMEDOUT) {
        woken = pthread_cond_timedwait(&changed_, &mutex_, &next);
      }
      if (!stopping_) task_(context_);
    }
    pthread_mutex_unlock(&mutex_);
  }

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
