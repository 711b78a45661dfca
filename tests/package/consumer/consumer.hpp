// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#ifdef CONSUMER_HAS_THE_SINGLE_HEADER
#include "perjoule.hpp"
#else
#include <perjoule/perjoule.hpp>
#endif

perjoule::Entry measure_threshold(perjoule::SimulatedMachine& machine);
