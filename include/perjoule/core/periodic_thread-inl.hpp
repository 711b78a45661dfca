// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "perjoule/core/config.hpp"
#include "perjoule/core/periodic_thread.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE void PeriodicThread::stop() noexcept {
  if (!running_) return;
  running_ = false;
  pthread_mutex_lock(&mutex_);
  stopping_ = true;
  pthread_cond_signal(&changed_);
  pthread_mutex_unlock(&mutex_);
  pthread_join(thread_, nullptr);
  pthread_cond_destroy(&changed_);
}

PERJOULE_INLINE bool PeriodicThread::start(double seconds, void (*task)(void*),
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

PERJOULE_INLINE void* PeriodicThread::run(void* self) {
  static_cast<PeriodicThread*>(self)->loop();
  return nullptr;
}

PERJOULE_INLINE void PeriodicThread::loop() noexcept {
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

}  // namespace perjoule::inline v0::detail
