// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// Everything but integrations/, layer by layer: an include only ever points to a line above.
#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/expects.hpp"
#include "perjoule/core/few.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/keep.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/core/math.hpp"
#include "perjoule/core/missing.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/core/version.hpp"

#include "perjoule/units/dimension.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/interval.hpp"
#include "perjoule/units/literals.hpp"
#include "perjoule/units/names.hpp"
#include "perjoule/units/provenance.hpp"
#include "perjoule/units/quantity.hpp"
#include "perjoule/units/scope.hpp"

#include "perjoule/stats/bootstrap.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/stats/propagate.hpp"
#include "perjoule/stats/quantile.hpp"
#include "perjoule/stats/random.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/stats/sort.hpp"
#include "perjoule/stats/student_t.hpp"
#include "perjoule/stats/summary.hpp"
#include "perjoule/stats/wilson.hpp"

#include "perjoule/meters/any_meter.hpp"
#include "perjoule/meters/clock.hpp"
#include "perjoule/meters/find_meter.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/power_model.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/meters/rapl_powercap.hpp"
#include "perjoule/meters/simulated.hpp"
#include "perjoule/meters/unwrap.hpp"
#include "perjoule/meters/zones.hpp"

#include "perjoule/engine/environment.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/idle.hpp"
#include "perjoule/engine/plan.hpp"
#include "perjoule/engine/run_windows.hpp"
#include "perjoule/engine/stopping.hpp"
#include "perjoule/engine/window.hpp"

#include "perjoule/quality/accuracy.hpp"
#include "perjoule/quality/metric.hpp"

#include "perjoule/footprint/footprint.hpp"

#include "perjoule/score/score.hpp"

#include "perjoule/record/entry.hpp"
#include "perjoule/record/json_writer.hpp"
#include "perjoule/record/run_record.hpp"

#include "perjoule/measure/measure.hpp"
#include "perjoule/measure/session.hpp"

#include "perjoule/report/cell.hpp"
#include "perjoule/report/headline.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/report/table.hpp"
