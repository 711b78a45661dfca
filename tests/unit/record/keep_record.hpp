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
  const std::filesystem::path path = std::filesystem::path(folder) / (name + ".json");
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << json;
}
