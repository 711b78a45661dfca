// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>

#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// Returns answers to the questions on compute and energy that conferences ask, each with the field
/// of the record that it comes from.
/// @source NeurIPS paper checklist, question 8; ACL responsible NLP checklist, C1; NAACL 2021
///         reproducibility checklist
std::string checklist(Entries entries);

}  // namespace perjoule::cli
