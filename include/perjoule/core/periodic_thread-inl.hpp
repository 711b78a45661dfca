// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <stop_token>
#include <system_error>
#include <thread>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/periodic_thread.hpp"

namespace perjoule::inline v0::detail {

struct PeriodicThread::Thread {
  pid_t process = getpid();
  std::condition_variable_any changed;
  std::jthread thread;
};

PERJOULE_INLINE PeriodicThread::PeriodicThread() = default;
PERJOULE_INLINE PeriodicThread::~PeriodicThread() { stop(); }

PERJOULE_INLINE void PeriodicThread::stop() noexcept {
  // After a fork, the child has the objects but not the thread, and would wait for it forever.
  if (thread_ != nullptr && thread_->process != getpid()) (void)thread_.release();
  thread_.reset();
}

PERJOULE_INLINE bool PeriodicThread::start(double seconds, std::function<void()> task) {
  const auto loop = [this, seconds, task = std::move(task)](const std::stop_token& stop,
                                                            std::condition_variable_any& changed) {
    using Clock = std::chrono::steady_clock;
    const auto between =
        std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    std::unique_lock lock(mutex_);
    for (auto next = Clock::now() + between; !stop.stop_requested(); next += between) {
      changed.wait_until(lock, stop, next, [] { return false; });
      if (!stop.stop_requested()) task();
    }
  };
  auto thread = std::make_unique<Thread>();
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  try {
    thread->thread = std::jthread(
        [loop, &changed = thread->changed](const std::stop_token& stop) { loop(stop, changed); });
    thread_ = std::move(thread);
  } catch (const std::system_error&) {
    thread_.reset();
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread_ != nullptr;
}

}  // namespace perjoule::inline v0::detail
