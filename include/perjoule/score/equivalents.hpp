// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

/// A number of something that readers know, for a sentence and not for a comparison: no two cars
/// and no two phones are alike, so it is modelled however well the energy was measured.
struct Equivalent {
  Estimate<double> count = {};  ///< @unit that of `what`
  const char* what = "";        ///< "km by car (mean of the EU)"
  const char* source = "";      ///< of the figure
};

/// What a car emits.
struct CarEmission {
  double grams_per_kilometre = 0.0;  ///< of CO2 equivalent. @unit g/km
  const char* what = "";
  const char* source = "";
};

inline constexpr CarEmission european_car{
    175.0, "km by car (mean of the EU)",
    "Green Algorithms (Lannelongue, Grealey and Inouye 2021), CC BY 4.0"};
inline constexpr CarEmission american_car{
    251.0, "km by car (mean of the US)",
    "Green Algorithms (Lannelongue, Grealey and Inouye 2021), CC BY 4.0"};

/// What a phone's battery holds; what its charger loses is not in it.
struct PhoneBattery {
  Joules capacity{0.0};
  const char* what = "";
  const char* source = "";
};

inline constexpr PhoneBattery usual_phone{Joules(54000.0), "charges of a phone",
                                          "assumed: 15 Wh, as 3900 mAh at 3.85 V"};

namespace detail {

/// @unit   how many of `one` are in it
/// @error  that of `whole`; nothing is known of that of `one`. Modelled at best
/// @throws Error for one that is not above 0
/// @source a quotient by a constant scales value and uncertainty alike
[[nodiscard]] Estimate<double> how_many(const Estimate<double>& whole, double one,
                                        const char* what);

}  // namespace detail

/// As many kilometres by car emit as much.
/// @unit   km
/// @error  that of the emissions; a car's own figure may be half or twice the mean. Modelled
/// @throws Error for a figure that is not above 0; missing emissions give a missing count
/// @source grams / (grams per kilometre)
[[nodiscard]] Equivalent kilometres_by_car(const Estimate<Grams>& emitted, const CarEmission& car);

/// As many charges of a phone hold as much energy.
/// @unit   charges
/// @error  that of the energy; a phone's own figure may be half or twice this. Modelled
/// @throws Error for a figure that is not above 0; a missing energy gives a missing count
/// @source joules / (joules of a full battery)
[[nodiscard]] Equivalent phone_charges(const Estimate<Joules>& energy,
                                       const PhoneBattery& battery = usual_phone);

}  // namespace perjoule::inline v0

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/score/equivalents-inl.hpp"
#endif
