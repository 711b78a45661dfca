// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/stats/ratio.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

/// What a model tells about each item's answer that its frequency alone doesn't. The prior
/// predictor tells 0, a model that is sure of wrong answers less than nothing, and what two
/// independent questions of an item yield adds up. Accuracy has none of the three.
///
/// @param prior  mean negative log-likelihood of the prior predictor, which gives each class its
///               frequency whatever the input: the entropy of the labels where the frequencies are
///               the test set's own. @unit nats per item
/// @param model  mean negative log-likelihood of the model on the same items. @unit nats per item
/// @unit   bit/item
/// @error  that of the model's; the prior is a property of the task and taken as known
/// @throws Error for a prior that is not finite
/// @source Cover and Thomas, Elements of Information Theory (2006), 2.4 and 6.2
[[nodiscard]] Estimate<BitsPerItem> information(double prior, const Estimate<double>& model);

/// How much a joule tells: (H0 - NLL)/ln 2 over the energy of an item. Like per_joule it describes
/// a model and does not rank several.
/// @unit   bit/J
/// @error  see ratio(); for a negative log-likelihood and an energy of each item, paired_ratio
/// @throws nothing; a missing input gives a missing score
/// @source (H0 - NLL)/(E ln 2), see information()
[[nodiscard]] Ratio<BitsPerJoule> information_per_joule(const Estimate<BitsPerItem>& information,
                                                        const Estimate<JoulesPerItem>& energy);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/information-inl.hpp"
#endif
