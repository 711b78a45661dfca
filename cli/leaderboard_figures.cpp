// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/leaderboard_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "cli/leaderboard_text.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/html.hpp"

namespace perjoule::cli {
namespace {

// The size of the figure, and the room for the axes within it.
constexpr double width = 720.0;
constexpr double height = 340.0;
constexpr double left = 58.0;
constexpr double right = 16.0;
constexpr double top = 14.0;
constexpr double bottom = 46.0;

struct Mark {
  IntervalEstimate<double> energy;   ///< in the unit shown
  IntervalEstimate<double> quality;  ///< in the unit shown
  std::string title;
  std::size_t place = 0;  ///< 0: it has none
  bool is_on_front = false;
};

[[nodiscard]] IntervalEstimate<double> in_unit(IntervalEstimate<double> number, double factor) {
  const Estimate<double>& value = number.estimate;
  if (!number.interval.is_known() || !is_finite(number.interval.low) ||
      !is_finite(number.interval.high)) {
    number.interval = {value.value, value.value, 0.95, IntervalMethod::exact};
  }
  number.estimate.value /= factor;
  number.interval.low /= factor;
  number.interval.high /= factor;
  return number;
}

/// Numbers on one axis and where they stand.
struct AxisRange {
  double low = 0.0;
  double high = 0.0;
  double from = 0.0;  ///< where `low` stands
  double to = 0.0;
  [[nodiscard]] double at(double number) const {
    return from + (to - from) * (std::clamp(number, low, high) - low) / (high - low);
  }
};

[[nodiscard]] AxisRange range_of(std::vector<double> numbers, double from, double to) {
  const auto [least, most] = std::minmax_element(numbers.begin(), numbers.end());
  const double room = *most > *least ? 0.06 * (*most - *least) : 0.05 + 0.05 * std::abs(*most);
  return {*least - room, *most + room, from, to};
}

/// Returns round numbers on an axis: about five.
[[nodiscard]] std::vector<double> linear_ticks(const AxisRange& axis) {
  const double about = (axis.high - axis.low) / 5.0;
  const double decade = std::pow(10.0, std::floor(std::log10(about)));
  const double step = decade * (about > 5.0 * decade   ? 10.0
                                : about > 2.0 * decade ? 5.0
                                : about > decade       ? 2.0
                                                       : 1.0);
  std::vector<double> ticks;
  const double first = std::ceil(axis.low / step);
  for (int k = 0; k < 12 && (first + k) * step <= axis.high; ++k) {
    ticks.push_back((first + k) * step);
  }
  return ticks;
}

/// Returns 1, 2 and 5 of each decade on an axis of logarithms, or powers of ten alone where these
/// are many; and round numbers where there would be too few.
[[nodiscard]] std::vector<double> logarithmic_ticks(const AxisRange& axis) {
  std::vector<double> ticks;
  for (double k = std::floor(axis.low); k <= axis.high; ++k) {
    for (const double first : {1.0, 2.0, 5.0}) {
      if (first > 1.0 && axis.high - axis.low > 3.0) continue;
      const double tick = k + std::log10(first);
      if (tick >= axis.low && tick <= axis.high) ticks.push_back(tick);
    }
  }
  if (ticks.size() >= 3) return ticks;
  ticks.clear();
  const AxisRange numbers{std::pow(10.0, axis.low), std::pow(10.0, axis.high), 0.0, 1.0};
  for (const double tick : linear_ticks(numbers)) {
    if (tick > 0.0) ticks.push_back(std::log10(tick));
  }
  return ticks;
}

[[nodiscard]] std::vector<Mark> marks_of(const Leaderboard& all, const Board& board,
                                         const ShownUnit& joules, const ShownUnit& quality) {
  std::vector<Mark> marks;
  const auto add = [&](std::size_t contestant, std::size_t place, bool is_on_front) {
    const BoardRow& row = board.rows[contestant];
    const BoardEntry& entry = all.entry(row);
    const IntervalEstimate<double>& energy = entry.energy;
    const IntervalEstimate<double>& value = all.quality(row).value;
    if (!is_finite(energy.estimate.value) || !(energy.estimate.value > 0.0) ||
        !is_finite(value.estimate.value)) {
      return;
    }
    marks.push_back({in_unit(energy, joules.factor), in_unit(value, quality.factor),
                     fmt::format("{}{}: {}, {}", place == 0 ? "" : fmt::format("{}. ", place),
                                 entry.name, in_words(value, quality), in_words(energy, joules)),
                     place, is_on_front});
  };
  for (const NoPlace& one : board.ranking.below_floor) add(one.contestant, 0, false);
  for (const Place& one : board.ranking.ranked) add(one.contestant, one.place, one.is_on_front);
  return marks;
}

/// Returns the line of the front: from each of its models to the next one, level and then steep.
[[nodiscard]] std::string front_line(const std::vector<Mark>& marks, const AxisRange& x,
                                     const AxisRange& y) {
  std::string points;
  double last = 0.0;
  for (const Mark& mark : marks) {  // the cheapest first
    if (!mark.is_on_front) continue;
    const double at_x = x.at(std::log10(mark.energy.estimate.value));
    const double at_y = y.at(mark.quality.estimate.value);
    if (!points.empty())
      points += fmt::format(" H{:.1f} V{:.1f}", at_x, at_y);
    else
      points = fmt::format("M{:.1f} {:.1f}", at_x, at_y);
    last = at_x;
  }
  if (points.empty() || last >= x.to) return {};
  return fmt::format("<path class=\"front\" d=\"{} H{:.1f}\"/>\n", points, x.to);
}

[[nodiscard]] std::string mark_svg(const Mark& mark, const AxisRange& x, const AxisRange& y,
                                   bool has_bars) {
  const auto log_of = [&](double number) { return number > 0.0 ? std::log10(number) : x.low; };
  const double at_x = x.at(log_of(mark.energy.estimate.value));
  const double at_y = y.at(mark.quality.estimate.value);
  const char* const kind = mark.is_on_front ? "on" : mark.place != 0 ? "off" : "below";
  std::string out =
      fmt::format("<g class=\"{}\"><title>{}</title>", kind, detail::escape_html(mark.title));
  if (has_bars) {
    out += fmt::format("<path d=\"M{:.1f} {:.1f}H{:.1f}M{:.1f} {:.1f}V{:.1f}\"/>",
                       x.at(log_of(mark.energy.interval.low)), at_y,
                       x.at(log_of(mark.energy.interval.high)), at_x,
                       y.at(mark.quality.interval.low), y.at(mark.quality.interval.high));
  }
  out += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"/>", at_x, at_y,
                     has_bars ? "4.5" : "2.5");
  if (has_bars && mark.place != 0) {
    out += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>", at_x + 7.0, at_y - 7.0,
                       mark.place);
  }
  return out + "</g>\n";
}

}  // namespace

std::string front_svg(const Leaderboard& all, const Board& board) {
  std::vector<double> energies;
  for (const BoardRow& row : board.rows) {
    energies.push_back(all.entry(row).energy.estimate.value);
  }
  const ShownUnit joules = unit_for(energies, "J");
  const ShownUnit quality = unit_of_metric(board.rules.unit);
  const std::vector<Mark> marks = marks_of(all, board, joules, quality);
  if (marks.empty()) return {};
  constexpr std::size_t most_with_bars = 60;  // more hide each other
  const bool has_bars = marks.size() <= most_with_bars;
  std::vector<double> on_x;
  std::vector<double> on_y;
  for (const Mark& mark : marks) {
    on_x.push_back(std::log10(mark.energy.estimate.value));
    on_y.push_back(mark.quality.estimate.value);
    if (!has_bars) continue;
    if (mark.energy.interval.low > 0.0) on_x.push_back(std::log10(mark.energy.interval.low));
    on_x.push_back(std::log10(mark.energy.interval.high));
    on_y.push_back(mark.quality.interval.low);
    on_y.push_back(mark.quality.interval.high);
  }
  const AxisRange x = range_of(on_x, left, width - right);
  AxisRange y = range_of(on_y, height - bottom, top);
  if (!board.rules.higher_is_better) std::swap(y.from, y.to);  // the better ones are above
  std::string out = fmt::format(
      "<svg class=\"figure\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{} against energy per "
      "item of {} models\">\n",
      width, height, detail::escape_html(board.rules.metric), marks.size());
  for (const double tick : logarithmic_ticks(x)) {
    const double at = x.at(tick);
    out += fmt::format(
        "<path class=\"grid\" d=\"M{0:.1f} {1}V{2}\"/><text class=\"x\" x=\"{0:.1f}\" "
        "y=\"{3}\">{4:.6g}</text>\n",
        at, top, height - bottom, height - bottom + 16.0, std::pow(10.0, tick));
  }
  for (const double tick : linear_ticks(y)) {
    const double at = y.at(tick);
    out += fmt::format(
        "<path class=\"grid\" d=\"M{1} {0:.1f}H{2}\"/><text class=\"y\" x=\"{3}\" "
        "y=\"{4:.1f}\">{5:.6g}</text>\n",
        at, left, width - right, left - 7.0, at + 4.0, std::abs(tick) < 1e-12 ? 0.0 : tick);
  }
  if (board.rules.floor) {
    const double floor = *board.rules.floor / quality.factor;
    if (floor >= y.low && floor <= y.high) {
      out +=
          fmt::format("<path class=\"floor\" d=\"M{} {:.1f}H{}\"><title>the floor</title></path>\n",
                      left, y.at(floor), width - right);
    }
  }
  out += front_line(marks, x, y);
  for (const bool is_on_front : {false, true}) {  // above those that may hide it
    for (const Mark& mark : marks) {
      if (mark.is_on_front == is_on_front) out += mark_svg(mark, x, y, has_bars);
    }
  }
  out += fmt::format("<text class=\"x\" x=\"{:.1f}\" y=\"{}\">energy per item ({})</text>\n",
                     0.5 * (left + width - right), height - 10.0, joules.name);
  return out +
         fmt::format(
             "<text class=\"x\" transform=\"translate(14 {:.1f}) rotate(-90)\">{}{}</text>\n"
             "</svg>\n",
             0.5 * (top + height - bottom), detail::escape_html(board.rules.metric),
             quality.name.empty() ? std::string() : " (" + detail::escape_html(quality.name) + ")");
}

std::string badge_svg(const std::string& left_text, const std::string& right_text) {
  // Glyphs are drawn as wide as `textLength` says, so no font makes a text leave its place.
  constexpr double glyph = 6.4;
  constexpr double margin = 8.0;
  const double first = glyph * static_cast<double>(text::width(left_text));
  const double second = glyph * static_cast<double>(text::width(right_text));
  const double middle = first + 2.0 * margin;
  const double all = middle + second + 2.0 * margin;
  const std::string whole = detail::escape_html(left_text + " | " + right_text);
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0:.0f}\" height=\"22\" viewBox=\"0 0 "
      "{0:.1f} 22\" role=\"img\" aria-label=\"{1}\"><title>{1}</title>"
      "<rect width=\"{0:.1f}\" height=\"22\" rx=\"4\" fill=\"#2b6cb0\"/>"
      "<path d=\"M4 0H{2:.1f}V22H4a4 4 0 0 1-4-4V4a4 4 0 0 1 4-4z\" fill=\"#3b3f46\"/>"
      "<g fill=\"#fff\" font-family=\"Verdana,DejaVu Sans,sans-serif\" font-size=\"11\">"
      "<text x=\"{3}\" y=\"15\" textLength=\"{4:.1f}\" lengthAdjust=\"spacingAndGlyphs\">{5}</text>"
      "<text x=\"{6:.1f}\" y=\"15\" textLength=\"{7:.1f}\" "
      "lengthAdjust=\"spacingAndGlyphs\">{8}</text></g></svg>\n",
      std::ceil(all), whole, middle, margin, first, detail::escape_html(left_text), middle + margin,
      second, detail::escape_html(right_text));
}

}  // namespace perjoule::cli
