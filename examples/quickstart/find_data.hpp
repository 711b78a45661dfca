// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "quickstart/files.hpp"

namespace quickstart {

/// Returns the path of a data set: `$PERJOULE_DATA_DIR/NAME.csv` if that variable is set, else
/// NAME.csv of an installed scikit-learn, else `out/data/NAME.csv` under the current folder, where
/// scripts/data puts it; else an empty string. The caller then generates data and says so.
///
/// It is an error if a folder was asked for and lacks the file. Falling through would put other
/// data under the same table without anyone noticing.
[[nodiscard]] inline std::string find_data(const std::string& name) {
  const std::string file = name + ".csv";
  const auto is_there = [](const std::string& path) { return ::access(path.c_str(), F_OK) == 0; };
  if (const char* folder = std::getenv("PERJOULE_DATA_DIR")) {
    std::string asked = std::string(folder) + "/" + file;
    if (!is_there(asked)) {
      fail("no " + name + " at", asked + ", which PERJOULE_DATA_DIR asks for",
           "put " + file + " there, or unset PERJOULE_DATA_DIR and run scripts/data " + name);
    }
    return asked;
  }
  for (const std::string folder :
       {"/usr/lib/python3/dist-packages/sklearn/datasets/data/", "out/data/"}) {
    if (is_there(folder + file)) return folder + file;
  }
  return {};
}

}  // namespace quickstart
