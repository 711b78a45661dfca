// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "perjoule/core/nan.hpp"
#include "perjoule/core/version.hpp"

namespace perjoule::inline v0 {

/// Whether a model gave the same outputs while it was timed as when its quality was judged.
enum class OutputCheck : std::uint8_t { same, differ, not_comparable };

[[nodiscard]] constexpr std::string_view name(OutputCheck outputs) noexcept {
  return outputs == OutputCheck::same     ? "same"
         : outputs == OutputCheck::differ ? "differ"
                                          : "not_comparable";
}

/// Whether an input that the model has seen before takes it as long as one that is new to it.
enum class RepeatCheck : std::uint8_t { as_long, shorter, not_comparable };

[[nodiscard]] constexpr std::string_view name(RepeatCheck repeats) noexcept {
  return repeats == RepeatCheck::as_long   ? "as_long"
         : repeats == RepeatCheck::shorter ? "shorter"
                                           : "not_comparable";
}

/// What shows that a model does the same work while it is timed as when its quality is judged. A
/// few passes between windows look to the model like those within them. Their outputs and times are
/// compared with those of the quality pass.
struct AnswerCheck {
  OutputCheck outputs = OutputCheck::not_comparable;
  /// Hash of all outputs of the quality pass, in the order of the inputs and whatever the batch.
  /// Empty if they are not their bytes, and do not tell their content.
  std::string digest;
  std::size_t checked = 0;    ///< passes between windows whose output was compared
  std::size_t different = 0;  ///< of those, how many gave another output
  std::string why_no_outputs = "its outputs were not seen";

  RepeatCheck repeats = RepeatCheck::not_comparable;
  /// Time of an input that was seen before over that of the same input when it was new.
  /// @unit none; NaN where it is not known
  double repeat_ratio = detail::quiet_nan();
  std::string why_no_repeats = "its calls were not made here";
};

}  // namespace perjoule::inline v0
