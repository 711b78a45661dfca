// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/error.hpp"
#include "perjoule/record/entry.hpp"

namespace perjoule::cli {

/// A point of a figure, with the intervals of both coordinates.
struct FigurePoint {
  double x = 0.0;
  double x_low = 0.0;
  double x_high = 0.0;
  double y = 0.0;
  double y_low = 0.0;
  double y_high = 0.0;
  std::string letter = {};  ///< as in the table; empty: not on the front
};

/// Points that are drawn alike.
struct FigureSeries {
  enum class Style { marks, open_marks, steps, bars };
  Style style;
  std::string title;
  std::vector<FigurePoint> points;
};

/// What a figure shows, whatever draws it.
struct Figure {
  std::string name;  ///< of its file: "front"
  std::string x_label;
  std::string y_label;
  bool is_log_x = false;
  bool is_log_y = false;
  std::vector<FigureSeries> series;
  std::vector<std::string> categories;  ///< of bars: the names at x = 0, 1, ...
};

/// Returns the figures for which some entries have the numbers, the front first:
/// - `front`: quality against energy, or time where joules cannot rank models;
/// - `energy`: the idle and the active part of the energy of each model;
/// - `latency`: percentiles of the latency against energy or time.
/// @param level  of the error bars; those of percentiles are at 95 %
std::vector<Figure> figures_of(Entries entries, double level);

/// Returns a script for gnuplot that writes the figure to its standard output.
/// @param format  svg, pdf, png, or dumb, which draws characters
std::string gnuplot_script(const Figure& figure, std::string_view format);

/// Returns the source of a figure for LaTeX, which needs the package pgfplots.
std::string pgfplots_source(const Figure& figure);

/// Thrown if gnuplot is missing or fails.
class CannotDraw : public Error {
 public:
  using Error::Error;
};

/// Returns the figure as gnuplot draws it.
/// @throws CannotDraw
std::string draw(const Figure& figure, std::string_view format);

}  // namespace perjoule::cli
