// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/engine/recording.hpp"
#include "perjoule/engine/region_scope.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE RegionScope::RegionScope(Recording& recording, std::size_t region)
    : recording_(recording),
      thread_(recording.threads_.own_record()),
      of_(recording.record_of(thread_, region)) {
  if (recording.every_ != 1 && (of_.timed.get() + of_.skipped.get()) % recording.every_ != 0) {
    of_.skipped.add(1);
    is_timed_ = false;
    return;
  }
  outer_ = thread_.innermost;
  thread_.innermost = this;
  ++of_.depth;
  begin_ = recording.clock_.now();
  const std::uint64_t end = recording.window_end_.load(std::memory_order_relaxed);
  if (begin_ >= end && outer_ == nullptr) [[unlikely]] {
    recording.end_window_if_due();
    begin_ = recording.clock_.now();
  }
  if (of_.is_long) [[unlikely]] {
    recording.begin_long(of_);
    begin_ = recording.clock_.now();
  }
}

PERJOULE_INLINE RegionScope::~RegionScope() {
  if (!is_timed_) return;
  const std::uint64_t taken = recording_.clock_.now() - begin_;
  thread_.innermost = outer_;
  --of_.depth;
  if (outer_ != nullptr) outer_->nested_ += taken;
  if (threw_) {
    of_.threw.add(1);
    of_.is_long = false;
    return;
  }
  if (of_.is_long) [[unlikely]]
    recording_.end_long(of_);
  of_.timed.add(1);
  of_.lengths.add(taken);
  of_.exclusive_ticks.add(taken - nested_);
  if (of_.depth == 0) of_.inclusive_ticks.add(taken);  // otherwise the outermost call contains it
  of_.is_long = taken >= recording_.long_ && of_.depth == 0;
}

}  // namespace perjoule::inline v0::detail
