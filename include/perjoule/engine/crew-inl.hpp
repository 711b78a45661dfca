// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/engine/crew.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Crew::Crew(const PassBatch& batch, std::size_t callers)
    : batch_(batch), callers_(callers) {
  for (std::size_t i = 1; i < callers; ++i) {
    parts_[i].pool = this;
    const int failed = pthread_create(&parts_[i].thread, nullptr, &Crew::work, &parts_[i]);
    if (failed == 0) {
      ++started_;
      continue;
    }
    stop();
    fail(text::format("thread %zu of %zu can't be had", i + 1, callers).chars, batch.name,
         "set .callers to fewer, or raise the limit of processes ('ulimit -u')");
  }
}

PERJOULE_INLINE Crew::~Crew() { stop(); }

PERJOULE_INLINE void Crew::stop() noexcept {
  pthread_mutex_lock(&mutex_);
  is_over_ = true;
  pthread_cond_broadcast(&begin_);
  pthread_mutex_unlock(&mutex_);
  for (std::size_t i = 1; i <= started_; ++i) pthread_join(parts_[i].thread, nullptr);
  started_ = 0;
}

}  // namespace perjoule::inline v0::detail
