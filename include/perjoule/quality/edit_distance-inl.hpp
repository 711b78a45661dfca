// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include "perjoule/core/buffer.hpp"
#include "perjoule/core/config.hpp"
#include "perjoule/quality/edit_distance.hpp"
#include "perjoule/quality/tally.hpp"

namespace perjoule::inline v0::detail {

PERJOULE_INLINE std::size_t edit_distance(View<std::uint32_t> reference, View<std::uint32_t> output,
                                          DownSteps* steps) {
  Tally numbers;
  Buffer<std::uint32_t> rows(reference.size());
  Buffer<std::uint32_t> columns(output.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    rows[i] = static_cast<std::uint32_t>(numbers.find(reference[i]));
  }
  for (std::size_t j = 0; j < columns.size(); ++j) {
    columns[j] = static_cast<std::uint32_t>(numbers.find(output[j]));
  }
  Buffer<std::uint64_t> masks(numbers.entries().size());
  Buffer<signed char> across(columns.size());  // the step from the column before, in the last row
  for (signed char& step : across) step = 1;
  for (std::size_t first = 0; first < rows.size(); first += 64) {
    const std::size_t left = rows.size() - first;
    const std::size_t here = left < 64 ? left : 64;
    for (std::size_t i = 0; i < here; ++i) masks[rows[first + i]] |= std::uint64_t{1} << i;
    std::uint64_t up = ~std::uint64_t{0};
    std::uint64_t down = 0;
    for (std::size_t j = 0; j < columns.size(); ++j) {
      const auto up_in = static_cast<std::uint64_t>(across[j] > 0);
      const auto down_in = static_cast<std::uint64_t>(across[j] < 0);
      const std::uint64_t equal = masks[columns[j]];
      const std::uint64_t vertical = equal | down;
      const std::uint64_t seen = equal | down_in;
      const std::uint64_t horizontal = (((seen & up) + up) ^ up) | seen;
      std::uint64_t right_up = down | ~(horizontal | up);
      std::uint64_t right_down = up & horizontal;
      across[j] = static_cast<signed char>(static_cast<int>(right_up >> (here - 1) & 1U) -
                                           static_cast<int>(right_down >> (here - 1) & 1U));
      right_up = right_up << 1U | up_in;
      right_down = right_down << 1U | down_in;
      up = right_down | ~(vertical | right_up);
      down = right_up & vertical;
      if (steps != nullptr) *steps++ = {up, down};
    }
    for (std::size_t i = 0; i < here; ++i) masks[rows[first + i]] = 0;
  }
  std::ptrdiff_t distance = static_cast<std::ptrdiff_t>(rows.size());
  for (const signed char step : across) distance += step;
  return static_cast<std::size_t>(distance);
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::size_t edit_distance(View<std::uint32_t> reference,
                                          View<std::uint32_t> output) {
  return detail::edit_distance(reference, output, nullptr);
}

PERJOULE_INLINE Edits edits(View<std::uint32_t> reference, View<std::uint32_t> output) {
  std::size_t i = reference.size();
  std::size_t j = output.size();
  Buffer<detail::DownSteps> steps((i + 63) / 64 * j);
  (void)detail::edit_distance(reference, output, steps.data());
  Edits edits;
  while (i != 0 && j != 0) {
    if (reference[i - 1] == output[j - 1]) {
      --i;
      --j;
      continue;
    }
    const detail::DownSteps* const cell = steps.data() + (i - 1) / 64 * output.size() + (j - 1);
    const std::uint64_t row = std::uint64_t{1} << ((i - 1) % 64);
    if ((cell->up & row) != 0) {
      ++edits.deletions;
      --i;
    } else if (j > 1 && (cell[-1].down & row) != 0) {
      // The cell to the left is less than the one above it, so only the way from there is shortest.
      ++edits.insertions;
      --j;
    } else {
      ++edits.substitutions;
      --i;
      --j;
    }
  }
  edits.deletions += i;
  edits.insertions += j;
  return edits;
}

}  // namespace perjoule::inline v0
