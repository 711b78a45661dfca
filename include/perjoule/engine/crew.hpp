// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <pthread.h>

#include <cstddef>
#include <exception>

#include "perjoule/core/config.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/forward_pass.hpp"

namespace perjoule::inline v0 {

/// As many threads can call a model at once.
inline constexpr std::size_t max_callers = 256;

namespace detail {

/// Threads that call one model at the same time, as a server's do. They wait between two windows,
/// and each runs its part of the passes of one.
class Crew {
 public:
  /// @param batch    what each of them runs. Borrowed with what it points to
  /// @param callers  the calling thread among them
  /// @throws Error where no more threads can be had
  Crew(const PassBatch& batch, std::size_t callers);
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;
  ~Crew();

  /// What an engine runs: all passes, by all threads.
  [[nodiscard]] PassBatch batch() noexcept {
    return {&Crew::run, this, batch_.order, batch_.name, batch_.items, callers_, nullptr};
  }

 private:
  struct Part {
    Crew* pool = nullptr;
    pthread_t thread = {};
    std::size_t first = 0;
    std::size_t passes = 0;
    bool is_known = true;
    std::exception_ptr thrown = nullptr;
  };

  void run_part(Part& part) noexcept {
    const View<std::size_t>& order = batch_.order;
    try {
      part.is_known = batch_.run(batch_.model, order.data(), order.size(), part.first, part.passes);
    } catch (...) {
      part.thrown = std::current_exception();
    }
  }

  static void* work(void* self) {
    Part& part = *static_cast<Part*>(self);
    Crew& pool = *part.pool;
    std::size_t done = 0;  // rounds
    pthread_mutex_lock(&pool.mutex_);
    for (;;) {
      while (pool.round_ == done && !pool.is_over_) pthread_cond_wait(&pool.begin_, &pool.mutex_);
      if (pool.is_over_) break;
      done = pool.round_;
      pthread_mutex_unlock(&pool.mutex_);
      pool.run_part(part);
      pthread_mutex_lock(&pool.mutex_);
      if (--pool.running_ == 0) pthread_cond_signal(&pool.end_);
    }
    pthread_mutex_unlock(&pool.mutex_);
    return nullptr;
  }

  static bool run(void* self, const std::size_t* /*order*/, std::size_t items, std::size_t first,
                  std::size_t passes) {
    Crew& pool = *static_cast<Crew*>(self);
    std::size_t given = 0;
    for (std::size_t i = 0; i < pool.callers_; ++i) {
      const std::size_t up_to = passes * (i + 1) / pool.callers_;
      pool.parts_[i].first = (first + given) % items;
      pool.parts_[i].passes = up_to - given;
      pool.parts_[i].thrown = nullptr;
      given = up_to;
    }
    pthread_mutex_lock(&pool.mutex_);
    pool.running_ = pool.started_;
    ++pool.round_;
    pthread_cond_broadcast(&pool.begin_);
    pthread_mutex_unlock(&pool.mutex_);
    pool.run_part(pool.parts_[0]);
    pthread_mutex_lock(&pool.mutex_);
    while (pool.running_ != 0) pthread_cond_wait(&pool.end_, &pool.mutex_);
    pthread_mutex_unlock(&pool.mutex_);
    bool is_known = true;
    for (std::size_t i = 0; i < pool.callers_; ++i) {
      if (pool.parts_[i].thrown) std::rethrow_exception(pool.parts_[i].thrown);
      is_known = is_known && pool.parts_[i].is_known;
    }
    return is_known;
  }

  void stop() noexcept;

  PassBatch batch_;
  std::size_t callers_;
  std::size_t started_ = 0;  ///< threads beside the calling one
  std::size_t round_ = 0;
  std::size_t running_ = 0;
  bool is_over_ = false;
  pthread_mutex_t mutex_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t begin_ = PTHREAD_COND_INITIALIZER;
  pthread_cond_t end_ = PTHREAD_COND_INITIALIZER;
  Part parts_[max_callers];
};

}  // namespace detail

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/engine/crew-inl.hpp"
#endif
