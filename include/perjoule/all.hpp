// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// perjoule.hpp, and the metrics, scores and statistics that measuring does without: they would make
// each user's file a fifth slower to compile. One that is needed alone can be included alone.
#pragma once

#include "perjoule/perjoule.hpp"

#include "perjoule/stats/covariance.hpp"
#include "perjoule/stats/normal.hpp"
