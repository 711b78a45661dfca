// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// Everything for measuring, comparing, reporting and gating, layer by layer. all.hpp has the rest.
#include "perjoule/core/do_not_optimize.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/core/write_file.hpp"

#include "perjoule/units/direction.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"
#include "perjoule/units/training_stage.hpp"

#include "perjoule/stats/confidence.hpp"

#include "perjoule/counters/event_source.hpp"
#include "perjoule/counters/kernel_events.hpp"
#include "perjoule/memory/cgroup.hpp"
#include "perjoule/memory/loaded_bytes.hpp"
#include "perjoule/memory/process_memory.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter.hpp"

#include "perjoule/engine/answer_check.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/engine/measured_span.hpp"
#include "perjoule/engine/team.hpp"
#include "perjoule/engine/prepared.hpp"
#include "perjoule/engine/stream.hpp"

#include "perjoule/quality/accuracy.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/projected_metric.hpp"

#include "perjoule/footprint/footprint.hpp"

#include "perjoule/score/score.hpp"

#include "perjoule/record/entry.hpp"
#include "perjoule/record/run_record.hpp"

#include "perjoule/measure/comparison.hpp"
#include "perjoule/measure/instrument.hpp"
#include "perjoule/measure/session.hpp"

#include "perjoule/report/detail_tables.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/report/table_columns.hpp"
#include "perjoule/report/to_string.hpp"

#include "perjoule/regress/change_points.hpp"
#include "perjoule/regress/claim.hpp"
#include "perjoule/regress/incidents.hpp"
#include "perjoule/regress/no_worse.hpp"
