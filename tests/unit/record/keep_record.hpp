// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

/// Leaves a record in the folder that PERJOULE_TEST_RECORDS names, where a later test validates the
/// records of all tests; does nothing if it is not set.
inline void keep_record(const std::string& name, const std::string& json) {
  const char* const folder = std::getenv("PERJOULE_TEST_RECORDS");
  if (folder == nullptr || *folder == '\0') return;
  std::filesystem::create_directories(folder);
  std::ofstream(std::filesystem::path(folder) / (name + ".json"), std::ios::binary) << json;
}
