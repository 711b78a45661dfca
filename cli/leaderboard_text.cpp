// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/leaderboard_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"

namespace perjoule::cli {
namespace {

[[nodiscard]] bool is_shown(const Estimate<double>& number) {
  return number.is_known() && is_finite(number.value);
}

[[nodiscard]] bool is_shown(const Interval<double>& interval) {
  return interval.is_known() && is_finite(interval.low) && is_finite(interval.high);
}

/// Returns the place to which a number is rounded: that of its interval, or of its third digit.
[[nodiscard]] int place_of(const IntervalEstimate<double>& number, const ShownUnit& unit) {
  const double value = number.estimate.value / unit.factor;
  if (is_shown(number.interval)) {
    const double halfwidth = 0.5 * (number.interval.high - number.interval.low) / unit.factor;
    // An exact number, or one that is hardly off, needs no more digits than six.
    const double least = 1e-6 * std::abs(value);
    if (halfwidth > least && halfwidth > 0.0) return text::rounding_place(halfwidth);
    if (value == std::floor(value) && std::abs(value) < 1e6) return 0;
  }
  return value == 0.0 ? 0 : text::exponent(value, 3) - 2;
}

}  // namespace

ShownUnit unit_for(std::vector<double> values, std::string_view base) {
  std::erase_if(values, [](double value) { return !is_finite(value) || value <= 0.0; });
  if (values.empty()) return {std::string(base), 1.0};
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  const text::Prefix prefix = text::prefix_of(*middle);
  return {std::string(prefix.symbol) + std::string(base), prefix.factor};
}

ShownUnit unit_of_metric(const std::string& unit) { return {unit, unit == "%" ? 0.01 : 1.0}; }

ShownNumber shown(const IntervalEstimate<double>& number, const ShownUnit& unit) {
  if (!is_shown(number.estimate)) return {};
  const int place = place_of(number, unit);
  ShownNumber found{text::rounded(number.estimate.value / unit.factor, place), {}};
  if (!is_shown(number.interval)) return found;
  const std::string low = text::rounded(number.interval.low / unit.factor, place);
  const std::string high = text::rounded(number.interval.high / unit.factor, place);
  if (low != high) found.range = text::format("{} to {}", low, high);
  return found;
}

std::string in_words(const IntervalEstimate<double>& number, const ShownUnit& unit) {
  const ShownNumber parts = shown(number, unit);
  const std::string after = unit.name.empty() ? "" : ' ' + unit.name;
  if (parts.value.empty()) return "missing";
  if (parts.range.empty()) return parts.value + after;
  const double below = number.estimate.value - number.interval.low;
  const double above = number.interval.high - number.estimate.value;
  if (std::abs(above - below) > 0.05 * (above + below)) {
    return fmt::format("{} ({}){}", parts.value, parts.range, after);
  }
  return text::with_halfwidth(number.estimate.value / unit.factor,
                              0.5 * (above + below) / unit.factor) +
         after;
}

std::vector<std::string> number_cells(const std::vector<IntervalEstimate<double>>& numbers,
                                      const ShownUnit& unit) {
  const auto places = [](std::string_view digits) {
    const std::size_t point = digits.find('.');
    return point == digits.npos ? 0 : digits.size() - point;
  };
  std::vector<ShownNumber> parts;
  std::size_t most = 0;
  for (const IntervalEstimate<double>& number : numbers) {
    parts.push_back(shown(number, unit));
    most = std::max(most, places(parts.back().value));
  }
  std::vector<std::string> cells;
  for (const ShownNumber& of : parts) {
    if (of.value.empty()) {
      cells.emplace_back("<i>n/a</i>");
      continue;
    }
    // Spaces as wide as a digit and a point, so that a column stands right without any style.
    std::string room;
    const std::size_t own = places(of.value);
    if (own == 0 && most > 0) room = "\u2008";
    for (std::size_t i = std::max<std::size_t>(own, 1); i < most; ++i) room += "\u2007";
    cells.push_back("<b>" + of.value + room + "</b>");
    if (!of.range.empty()) cells.back() += "<small>" + of.range + room + "</small>";
  }
  return cells;
}

std::string rank_in_words(const Leaderboard& all, const Standing& standing) {
  const Board& board = all.tasks[standing.task].boards[standing.board];
  if (!standing.place) return standing.is_below_floor ? "below the floor" : "not ranked";
  const Place& place = *standing.place;
  const std::string range = place.low == place.high
                                ? fmt::format("{}", place.low)
                                : fmt::format("{} to {}", place.low, place.high);
  return fmt::format("rank {} of {}", range, board.ranking.ranked.size());
}

std::string energy_in_words(const Board& board) {
  if (board.rules.energy == EnergyKind::missing) return "no energy";
  return fmt::format("{} energy of {}", name(board.rules.energy), name(board.rules.scope));
}

std::string record_file(const BoardRecord& record, std::string_view ending) {
  return fmt::format("record/{}{}", record.sha256, ending);
}

std::string badge_file(const BoardRecord& record, std::size_t entry) {
  return entry == 0 ? record.sha256 + ".svg" : fmt::format("{}-{}.svg", record.sha256, entry + 1);
}

}  // namespace perjoule::cli
