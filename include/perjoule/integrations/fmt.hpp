// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <fmt/format.h>
#include <concepts>
#include <cstddef>
#include <string_view>
#include <type_traits>

#include "perjoule/core/text.hpp"
#include "perjoule/measure/comparison.hpp"
#include "perjoule/regress/claim.hpp"
#include "perjoule/report/summary_text.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

// fmt::print("{}", entry.energy) prints "2.05 ± 0.03 mJ/item": the digits of a table's cell, with
// the unit and, if it is not measured, the provenance.
namespace perjoule::inline v0 {

/// An enumeration of this library whose values have names: Provenance, Outcome, Verdict, ...
template <class E>
concept NamedEnum = std::is_enum_v<E> && requires(E value) {
  { perjoule::name(value) } -> std::convertible_to<std::string_view>;
};

namespace detail {

/// Not constexpr: the compiler names this function in its error for a format that is not an
/// alignment and a width.
/// @throws fmt::format_error if the format is read at run time
[[noreturn]] inline void digits_are_those_of_the_uncertainty() {
  throw fmt::format_error("perjoule: a format is an alignment and a width, {:>24}, and no digits");
}

/// Common part of the formatters below. "{:>24}" is a place in a column, as for strings. The number
/// of digits cannot be set, since it follows from the uncertainty.
class TextFormatter {
 public:
  constexpr auto parse(fmt::format_parse_context& context) {
    auto at = context.begin();
    const auto is = [&](char c) { return at != context.end() && *at == c; };
    if (is('<') || is('>') || is('^')) alignment_ = *at++;
    for (; at != context.end() && *at >= '0' && *at <= '9' && width_ < 1000; ++at) {
      width_ = width_ * 10 + static_cast<std::size_t>(*at - '0');
    }
    if (at != context.end() && *at != '}') {
      digits_are_those_of_the_uncertainty();
    }
    return at;
  }

 protected:
  template <class Out>
  [[nodiscard]] Out put(Out out, std::string_view text) const {
    const std::size_t shown = text::width(text);
    const std::size_t blanks = width_ > shown ? width_ - shown : 0;
    const std::size_t before = alignment_ == '>' ? blanks : alignment_ == '^' ? blanks / 2 : 0;
    for (std::size_t i = 0; i < before; ++i) *out++ = ' ';
    for (const char c : text) *out++ = c;
    for (std::size_t i = before; i < blanks; ++i) *out++ = ' ';
    return out;
  }

 private:
  std::size_t width_ = 0;
  char alignment_ = '<';
};

/// Formatter of everything that text::to_string() takes.
struct ValueFormatter : TextFormatter {
  template <class T, class Context>
  auto format(const T& value, Context& context) const {
    return put(context.out(), text::to_string(value));
  }
};

}  // namespace detail

}  // namespace perjoule::inline v0

// Doxygen 1.9 does not find the namespace of these.
/// @cond

template <perjoule::Dimension D>
struct fmt::formatter<perjoule::Quantity<D>> : perjoule::detail::ValueFormatter {};

template <class Q>
struct fmt::formatter<perjoule::Estimate<Q>> : perjoule::detail::ValueFormatter {};

template <class Q>
struct fmt::formatter<perjoule::Interval<Q>> : perjoule::detail::ValueFormatter {};

template <>
struct fmt::formatter<perjoule::Score> : perjoule::detail::ValueFormatter {};

template <>
struct fmt::formatter<perjoule::Change> : perjoule::detail::ValueFormatter {};

template <>
struct fmt::formatter<perjoule::QualityChange> : perjoule::detail::ValueFormatter {};

template <perjoule::NamedEnum E>
struct fmt::formatter<E> : perjoule::detail::TextFormatter {
  template <class Context>
  auto format(E value, Context& context) const {
    return put(context.out(), perjoule::name(value));
  }
};

/// @endcond
