// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// perjoule.hpp, and the metrics, scores and statistics that measuring does without: they would make
// each user's file a fifth slower to compile. One that is needed alone can be included alone.
#pragma once

#include "perjoule/perjoule.hpp"

#include "perjoule/stats/clopper_pearson.hpp"
#include "perjoule/stats/covariance.hpp"
#include "perjoule/stats/delong.hpp"
#include "perjoule/stats/difference.hpp"
#include "perjoule/stats/equivalence.hpp"
#include "perjoule/stats/mcnemar.hpp"
#include "perjoule/stats/multiple_tests.hpp"
#include "perjoule/stats/normal.hpp"
#include "perjoule/stats/order.hpp"
#include "perjoule/stats/paired_bootstrap.hpp"
#include "perjoule/stats/paired_permutation.hpp"
#include "perjoule/stats/paired_ratio.hpp"
#include "perjoule/stats/power.hpp"
#include "perjoule/stats/product.hpp"
#include "perjoule/stats/ratio_of_differences.hpp"
#include "perjoule/stats/student_draw.hpp"
