// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/thread_pool.hpp"

namespace perjoule::inline v0::detail {

struct ThreadPool::Callers {
  /// One thread's part of a window, and how it ended.
  struct Part {
    std::size_t place = 0;
    std::size_t passes = 0;
    bool is_constant = true;
    std::exception_ptr thrown;
  };

  Callers(PassLoop& of, std::size_t callers) : loop(of), parts(callers) {}
  ~Callers() {
    {
      const std::lock_guard lock(mutex);
      is_over = true;
    }
    begin.notify_all();
    for (std::thread& thread : threads) thread.join();
  }

  void run(Part& part) noexcept {
    try {
      part.is_constant = loop.run(order, part.place, part.passes);
    } catch (...) {
      part.thrown = std::current_exception();
    }
  }

  /// Runs parts of windows until the pool is destroyed.
  void work(Part& part) {
    std::unique_lock lock(mutex);
    for (std::size_t done = 0;; ++done) {
      begin.wait(lock, [&] { return window != done || is_over; });
      if (is_over) return;
      lock.unlock();
      run(part);
      lock.lock();
      if (--running == 0) end.notify_one();
    }
  }

  PassLoop& loop;
  View<std::size_t> order;
  std::vector<Part> parts;  ///< the first one belongs to the calling thread
  std::size_t window = 0;   ///< number of windows begun so far
  std::size_t running = 0;  ///< threads that have not finished the current window
  bool is_over = false;
  std::mutex mutex;
  std::condition_variable begin;
  std::condition_variable end;
  std::vector<std::thread> threads;
};

PERJOULE_INLINE ThreadPool::ThreadPool(PassLoop& loop, std::string_view model, std::size_t callers)
    : callers_(std::make_unique<Callers>(loop, callers)) {
  Callers& pool = *callers_;
  for (std::size_t i = 1; i < callers; ++i) {
    try {
      pool.threads.emplace_back([&pool, i] { pool.work(pool.parts[i]); });
    } catch (const std::system_error&) {
      fail(text::format("thread {} of {} can't be had", i + 1, callers), model,
           "set .callers to fewer, or raise the limit of processes ('ulimit -u')");
    }
  }
}

PERJOULE_INLINE ThreadPool::~ThreadPool() = default;

PERJOULE_INLINE CheckedPass ThreadPool::check(std::size_t pass, AnyMeter& clock) {
  return callers_->loop.check(pass, clock);
}

PERJOULE_INLINE bool ThreadPool::run(View<std::size_t> order, std::size_t place,
                                     std::size_t passes) {
  Callers& pool = *callers_;
  pool.order = order;
  std::size_t given = 0;
  for (std::size_t i = 0; i < pool.parts.size(); ++i) {
    const std::size_t up_to = passes * (i + 1) / pool.parts.size();
    pool.parts[i] = {(place + given) % order.size(), up_to - given, true, nullptr};
    given = up_to;
  }
  {
    const std::lock_guard lock(pool.mutex);
    pool.running = pool.threads.size();
    ++pool.window;
  }
  pool.begin.notify_all();
  pool.run(pool.parts.front());
  {
    std::unique_lock lock(pool.mutex);
    pool.end.wait(lock, [&] { return pool.running == 0; });
  }
  bool is_constant = true;
  for (const Callers::Part& part : pool.parts) {
    if (part.thrown) std::rethrow_exception(part.thrown);
    is_constant = is_constant && part.is_constant;
  }
  return is_constant;
}

}  // namespace perjoule::inline v0::detail
