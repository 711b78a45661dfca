// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#ifdef CONSUMER_HAS_THE_SINGLE_HEADER
#define PERJOULE_WITH_ALL
#include "perjoule.hpp"
#else
#include <perjoule/all.hpp>
#endif

perjoule::Entry measure_threshold(perjoule::SimulatedMachine& machine);
