// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/config.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/line.hpp"
#include "perjoule/measure/weigh.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE Few<NamedFile, max_files> files_of(const Plan& plan) {
  Few<NamedFile, max_files> files;
  if (!plan.weights.empty()) files.push_back({"weights", plan.weights});
  for (const NamedFile& file : plan.files) {
    if (file.role.empty()) {
      fail("a file without a role", file.path.chars, "write .files = {{\"tokenizer\", PATH}}");
    }
    for (const NamedFile& known : files) {
      if (known.path == file.path) {
        fail("a file is named twice", file.path.chars, "name it in .weights or .files, once");
      }
    }
    files.push_back(file);
  }
  return files;
}

PERJOULE_INLINE Footprint weigh(const Plan& plan) {
  if (plan.parameters != 0 && plan.non_zero_parameters > plan.parameters) {
    fail("more parameters that are not zero than there are", plan.label(),
         "take both from parameters_of(buffers...)");
  }
  ModelFiles files;
  for (const NamedFile& file : files_of(plan)) {
    files.push_back(
        {file.role, base_name(file.path.chars), stored_bytes(file.path.chars, file.role.chars)});
  }
  Footprint found = footprint_of(files, if_given(plan.resident_weights));
  found.compressed = if_given(plan.compressed);
  found.parameters = if_given(static_cast<double>(plan.parameters));
  found.non_zero_parameters = if_given(static_cast<double>(plan.non_zero_parameters));
  return found;
}

}  // namespace perjoule::inline v0::detail
