// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/error.hpp"

/// Returns the message of perjoule's error; empty if none is thrown.
template <class Action>
std::string complaint(Action action) {
  try {
    action();
  } catch (const perjoule::Error& error) {
    return error.what();
  }
  return {};
}
