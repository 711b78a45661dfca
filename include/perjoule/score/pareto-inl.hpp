// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/score/pareto.hpp"

namespace perjoule::inline v0 {

PERJOULE_INLINE Buffer<std::size_t> pareto_front(const Field& field) {
  detail::FrontFinder finder;
  const View<bool> on_front = finder.find(field.merits());
  Buffer<std::size_t> front;
  for (std::size_t i = 0; i < field.size(); ++i) {
    if (on_front[i]) front.push_back(i);
  }
  return front;
}

}  // namespace perjoule::inline v0
