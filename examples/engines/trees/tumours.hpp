// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "quickstart/files.hpp"
#include "quickstart/random.hpp"

namespace trees {

inline constexpr std::size_t feature_count = 30;

/// What was measured of the cell nuclei in one sample: mean, scatter and extreme of ten features.
using Row = std::array<float, feature_count>;

/// Samples in two halves, and their origin. A label is 1 for a malignant tumour: what a screening
/// looks for.
struct Tumours {
  std::vector<Row> train_rows;
  std::vector<float> train_labels;
  std::vector<Row> test_rows;
  std::vector<int> test_labels;
  std::string source;

  /// Every other sample of each class, beginning with the first, is for testing.
  void add(const Row& row, int label) {
    if (seen_[static_cast<std::size_t>(label)]++ % 2 == 0) {
      test_rows.push_back(row);
      test_labels.push_back(label);
    } else {
      train_rows.push_back(row);
      train_labels.push_back(static_cast<float>(label));
    }
  }

 private:
  std::array<std::size_t, 2> seen_{};
};

/// Reads scikit-learn's copy of the UCI data: a head with the number of samples, then rows of 30
/// numbers and a label, which is 0 for malignant.
///
/// @throws  std::runtime_error naming the file and the line
/// @source  Wolberg, Mangasarian, Street, Street: Breast Cancer Wisconsin (Diagnostic), UCI, 1995
///          (CC BY 4.0)
[[nodiscard]] inline Tumours load_tumours(const std::string& path) {
  const std::string next_step = "delete it and run scripts/data breast_cancer again";
  const std::string text = quickstart::read_whole(path, "run scripts/data breast_cancer");
  Tumours tumours;
  tumours.source = "UCI breast cancer Wisconsin (diagnostic)";
  std::size_t expected = 0;
  std::size_t line_number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    const char* position = line.data();
    const char* const end = position + line.size();
    if (line_number++ == 0) {
      std::from_chars(position, end, expected);
      continue;
    }
    Row row;
    bool is_good = true;
    for (float& value : row) {
      const auto [stop, error] = std::from_chars(position, end, value);
      is_good = is_good && error == std::errc{} && stop != end && *stop == ',';
      if (is_good) position = stop + 1;
    }
    const std::string_view label(position, static_cast<std::size_t>(end - position));
    if (!is_good || (label != "0" && label != "1")) {
      quickstart::fail("no row of 30 numbers and a label",
                       path + " line " + std::to_string(line_number), next_step);
    }
    tumours.add(row, label == "0" ? 1 : 0);
  }
  const std::size_t found = tumours.train_rows.size() + tumours.test_rows.size();
  if (found != expected || found == 0) {
    quickstart::fail("incomplete file",
                     path + ": " + std::to_string(found) + " rows of " + std::to_string(expected),
                     next_step);
  }
  return tumours;
}

/// Draws samples for a machine without the real ones: in a malignant one some features are larger.
/// What trees reach on them says nothing about tumours.
[[nodiscard]] inline Tumours generated_tumours(std::uint64_t seed, std::size_t count) {
  Tumours tumours;
  tumours.source = "generated samples (seed " + std::to_string(seed) + ")";
  quickstart::Random random(seed);
  for (std::size_t sample = 0; sample < count; ++sample) {
    const int label = sample % 3 == 0 ? 1 : 0;
    Row row;
    for (std::size_t feature = 0; feature < feature_count; ++feature) {
      float noise = 0.0F;
      for (int draw = 0; draw < 4; ++draw) noise += random.uniform(-1.0F, 1.0F);
      row[feature] = noise + (label == 1 && feature % 3 == 0 ? 0.8F : 0.0F);
    }
    tumours.add(row, label);
  }
  return tumours;
}

}  // namespace trees
