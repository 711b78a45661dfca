// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/measured_span.hpp"
#include "perjoule/engine/recording.hpp"
#include "perjoule/engine/system_load.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::inline v0::detail {

/// State that the handles of one recording share.
struct RecorderState {
  RecorderState(AnyMeter& meter, const SystemFiles& files, std::size_t every, const Entry& of);
  ~RecorderState();

  Recording recording;
  Entry entry;  ///< the recorded model, and its machine
  RunningSpan span;
  std::size_t calls;  ///< the region of the model's calls
};

/// See Recorder::entry.
[[nodiscard]] Entry entry_of(RecorderState& recorded, std::size_t region);

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/recorder_state-inl.hpp"
#endif
