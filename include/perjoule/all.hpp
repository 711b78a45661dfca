// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// perjoule.hpp, and the metrics, scores and statistics that measuring does without: they would make
// each user's file a fifth slower to compile. One that is needed alone can be included alone.
#pragma once

#include "perjoule/perjoule.hpp"

#include "perjoule/stats/delong.hpp"
#include "perjoule/stats/equivalence.hpp"
#include "perjoule/stats/radix_argsort.hpp"

#include "perjoule/quality/binary_ranking.hpp"
#include "perjoule/quality/classification.hpp"
#include "perjoule/quality/custom_metric.hpp"
#include "perjoule/quality/error_rate.hpp"
#include "perjoule/quality/language_model.hpp"
#include "perjoule/quality/metric_bootstrap.hpp"
#include "perjoule/quality/probability_metrics.hpp"
#include "perjoule/quality/question_answering.hpp"
#include "perjoule/quality/regression.hpp"
#include "perjoule/quality/text_tokens.hpp"
#include "perjoule/quality/translation.hpp"

#include "perjoule/score/candidate_set.hpp"
#include "perjoule/score/carbon_and_cost.hpp"
#include "perjoule/score/device_fit.hpp"
#include "perjoule/score/efficiency.hpp"
#include "perjoule/score/hypervolume.hpp"
#include "perjoule/score/learning_curve.hpp"
#include "perjoule/score/lifecycle.hpp"
#include "perjoule/score/net_benefit.hpp"
#include "perjoule/score/pareto.hpp"
#include "perjoule/score/rank_acceptability.hpp"
#include "perjoule/score/rank_uncertainty.hpp"

#include "perjoule/measure/entry_candidate_set.hpp"
