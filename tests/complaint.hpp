// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/core/error.hpp"

/// What perjoule's error says; empty where none is thrown.
template <class Action>
std::string complaint(Action action) {
  try {
    action();
  } catch (const perjoule::Error& error) {
    return error.what();
  }
  return {};
}
