// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/figures.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <memory>
#include <utility>

#include "perjoule/core/nan.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/entry_numbers.hpp"
#include "perjoule/report/latex.hpp"
#include "perjoule/report/table_columns.hpp"
#include "perjoule/report/to_string.hpp"

namespace perjoule::cli {

namespace {

using Style = FigureSeries::Style;

/// Returns a point whose coordinates are in the units of the axes.
FigurePoint point_of(const IntervalEstimate<double>& x, double x_unit,
                     const IntervalEstimate<double>& y, double y_unit) {
  const auto or_value = [](double end, double value) { return is_finite(end) ? end : value; };
  const double x_value = x.estimate.value;
  const double y_value = y.estimate.value;
  return {x_value / x_unit,
          or_value(x.interval.low, x_value) / x_unit,
          or_value(x.interval.high, x_value) / x_unit,
          y_value / y_unit,
          or_value(y.interval.low, y_value) / y_unit,
          or_value(y.interval.high, y_value) / y_unit};
}

/// Draws what is below 0 or not far above it at the edge of a logarithmic axis.
void clip_to_logarithm(Figure& figure) {
  double least_x = 1e308;
  double least_y = 1e308;
  for (const FigureSeries& series : figure.series) {
    for (const FigurePoint& point : series.points) {
      least_x = std::min(least_x, point.x);
      least_y = std::min(least_y, point.y);
    }
  }
  for (FigureSeries& series : figure.series) {
    for (FigurePoint& point : series.points) {
      if (figure.is_log_x) point.x_low = std::max(point.x_low, 0.3 * least_x);
      if (figure.is_log_y) point.y_low = std::max(point.y_low, 0.3 * least_y);
    }
  }
}

Figure front_figure(Entries entries, const detail::Front& front, double level) {
  const std::vector<detail::EntryNumber> all = detail::entry_numbers(entries, level);
  const detail::EntryNumber& quality = all[0];
  const detail::EntryNumber& cost = detail::cost_named(all, front.cost);
  const double x_unit = detail::display_unit(entries, cost);
  const double y_unit = detail::display_unit(entries, quality);
  Figure figure{"front",
                detail::column_head(cost, x_unit),
                detail::column_head(quality, y_unit),
                true,
                false,
                {},
                {}};
  FigureSeries steps{Style::steps, "", {}};
  double rightmost = 0.0;
  for (const Provenance provenance :
       {Provenance::measured, Provenance::estimated, Provenance::modelled, Provenance::simulated}) {
    const bool is_measured = provenance == Provenance::measured;
    FigureSeries series{
        is_measured ? Style::marks : Style::open_marks, std::string(name(provenance)), {}};
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const IntervalEstimate<double> x = cost.in(entries[i]);
      const IntervalEstimate<double> y = quality.in(entries[i]);
      if (!y.estimate.is_known() || !(x.estimate.value > 0.0)) continue;
      if (detail::is_without_skill(*detail::metric_of(entries[i], quality.name))) continue;
      if (x.estimate.provenance != provenance) continue;
      FigurePoint point = point_of(x, x_unit, y, y_unit);
      point.letter = front.letters[i];
      rightmost = std::max(rightmost, point.x_high);
      if (!point.letter.empty()) steps.points.push_back(point);
      series.points.push_back(point);
    }
    if (!series.points.empty()) figure.series.push_back(series);
  }
  std::sort(steps.points.begin(), steps.points.end(),
            [](const FigurePoint& a, const FigurePoint& b) { return a.x < b.x; });
  if (!steps.points.empty()) {
    FigurePoint edge = steps.points.back();
    edge.x = rightmost;
    steps.points.push_back(edge);
    figure.series.insert(figure.series.begin(), steps);  // pale, and below the error bars
  }
  clip_to_logarithm(figure);
  return figure;
}

Figure energy_figure(Entries entries, double level) {
  const std::vector<detail::EntryNumber> all = detail::entry_numbers(entries, level);
  const detail::EntryNumber& energy = detail::cost_named(all, "energy");
  const double unit = detail::display_unit(entries, energy);
  Figure figure{"energy", "",    detail::column_head(energy, unit),
                false,    false, {{Style::bars, "idle", {}}, {Style::bars, "active", {}}},
                {}};
  Provenance worst_of_all = Provenance::measured;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    if (!entry.energy.is_known() || !entry.active_energy.is_known()) continue;
    const auto place = static_cast<double>(figure.categories.size());
    const double active = entry.active_energy.value.si() / unit;
    figure.series[0].points.push_back({.x = place, .y = entry.energy.value.si() / unit - active});
    figure.series[1].points.push_back({.x = place, .y = active});
    figure.categories.emplace_back(text::printable(entry.plan.label()));
    worst_of_all = worst(worst_of_all, entry.energy.provenance);
  }
  if (worst_of_all != Provenance::measured) {
    figure.y_label += fmt::format(", {}", name(worst_of_all));
  }
  return figure;
}

Figure latency_figure(Entries entries, const detail::Front& front, double level) {
  const std::vector<detail::EntryNumber> all = detail::entry_numbers(entries, level);
  const detail::EntryNumber& cost = detail::cost_named(all, front.cost);
  const double x_unit = detail::display_unit(entries, cost);
  double longest = 0.0;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    for (const Percentile& of : entries[i].samples.latency.percentiles) {
      if (is_finite(of.value.si())) longest = std::max(longest, of.value.si());
    }
  }
  const text::Prefix prefix = text::prefix_of(longest);
  Figure figure{"latency",
                detail::column_head(cost, x_unit),
                fmt::format("latency of a pass ({}s)", prefix.symbol),
                true,
                true,
                {},
                {}};
  for (std::size_t place = 0; place < 3; ++place) {
    FigureSeries series{place == 0 ? Style::marks : Style::open_marks, "", {}};
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const Percentile& of = entries[i].samples.latency.percentiles[place];
      const IntervalEstimate<double> x = cost.in(entries[i]);
      series.title = fmt::format("p{}", text::shortest(100.0 * of.share));
      if (!(x.estimate.value > 0.0) || !(of.value.si() > 0.0)) continue;
      const IntervalEstimate<double> y{
          exact(of.value.si()),
          {of.interval.low.si(), of.interval.high.si(), of.interval.level, of.interval.method}};
      FigurePoint point = point_of(x, x_unit, y, prefix.factor);
      if (place == 0) point.letter = front.letters[i];
      series.points.push_back(point);
    }
    if (!series.points.empty()) figure.series.push_back(series);
  }
  clip_to_logarithm(figure);
  return figure;
}

bool has_points(const Figure& figure) {
  return std::any_of(figure.series.begin(), figure.series.end(),
                     [](const FigureSeries& series) { return !series.points.empty(); });
}

/// Returns a text in single quotes, in which gnuplot expands nothing.
/// @param is_tick  of an axis, which is a format
std::string quoted(std::string_view text, bool is_tick = false) {
  std::string out = "'";
  for (const char c : text::printable(text)) {
    if (c == '\'' || (c == '%' && is_tick)) out += c;
    out += c;
  }
  return out + '\'';
}

std::string terminal(std::string_view format) {
  if (format == "svg")
    return "svg noenhanced size 640,400 dynamic font 'Helvetica,14' background rgb 'white'";
  if (format == "pdf") return "pdfcairo noenhanced size 12.8cm,8cm font ',11'";
  if (format == "png")
    return "pngcairo noenhanced size 1280,800 font ',22' linewidth 2 pointscale 2";
  winsize size{};
  const bool is_terminal = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20;
  return fmt::format("dumb noenhanced size {},24",
                     is_terminal ? std::min<unsigned>(size.ws_col, 120) : 79U);
}

/// Returns the range of a logarithmic axis: gnuplot's own ends at powers of ten, far from all
/// points.
std::string log_range(const Figure& figure, double FigurePoint::*low, double FigurePoint::*high) {
  double least = 1e308;
  double most = 0.0;
  for (const FigureSeries& series : figure.series) {
    for (const FigurePoint& point : series.points) {
      least = std::min(least, point.*low);
      most = std::max(most, point.*high);
    }
  }
  const double margin = std::max(1.25, std::pow(most / least, 0.08));
  return fmt::format("[{}:{}]", least / margin, most * margin);
}

constexpr std::string_view mark_colors[] = {"#222222", "#cc6677", "#117733", "#aa4499"};
constexpr std::string_view bar_colors[] = {"#bbbbbb", "#4477aa"};

std::string data_block(const FigureSeries& series, std::size_t number) {
  std::string out = fmt::format("$s{} << EOD\n", number);
  for (const FigurePoint& p : series.points) {
    out += fmt::format("{} {} {} {} {} {} {}\n", p.x, p.y, p.x_low, p.x_high, p.y_low, p.y_high,
                       p.letter.empty() ? "\"\"" : p.letter);
  }
  return out + "EOD\n";
}

std::string plot_of(const FigureSeries& series, std::size_t number, std::size_t marks,
                    bool is_text) {
  const std::string title =
      series.title.empty() ? "notitle" : fmt::format("title {}", quoted(series.title));
  switch (series.style) {
    case Style::steps:
      return fmt::format("$s{} using 1:2 with steps lw 4 lc rgb '#cfe3f2' notitle", number);
    case Style::bars:
      return fmt::format("$s{} using 2 {} fc rgb '{}' lc rgb '#333333'", number, title,
                         bar_colors[number % std::size(bar_colors)]);
    case Style::marks:
    case Style::open_marks:
      break;
  }
  const std::string_view color = mark_colors[marks % std::size(mark_colors)];
  const int mark = series.style == Style::marks ? 7 : marks <= 1 ? 6 : 8;  // disc, ring, triangle
  const std::string bars =
      is_text ? "using 1:2 with points pt 0"
              : fmt::format("using 1:2:3:4:5:6 with xyerrorbars pt {} ps 0.8 lw 1.3 lc rgb '{}'",
                            mark, color);
  return fmt::format("$s{} {} {}, $s{} using 1:2:7 with labels left offset 0.6,0.6 notitle", number,
                     bars, title, number);
}

/// A color that LaTeX knows.
constexpr std::string_view latex_colors[] = {"black", "red!70!black", "green!50!black", "violet"};

}  // namespace

std::vector<Figure> figures_of(Entries entries, double level) {
  std::vector<Figure> figures;
  const detail::Front front = detail::front_of(entries);
  bool has_quality = false;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    has_quality = has_quality || !entries[i].quality.empty();
  }
  if (has_quality) figures.push_back(front_figure(entries, front, level));
  figures.push_back(energy_figure(entries, level));
  figures.push_back(latency_figure(entries, front, level));
  figures.erase(std::remove_if(figures.begin(), figures.end(),
                               [](const Figure& figure) { return !has_points(figure); }),
                figures.end());
  return figures;
}

std::string gnuplot_script(const Figure& figure, std::string_view format) {
  const bool is_text = format == "dumb";
  std::string out = fmt::format("set encoding utf8\nset terminal {}\n", terminal(format));
  for (std::size_t i = 0; i < figure.series.size(); ++i) out += data_block(figure.series[i], i);
  out +=
      fmt::format("set xlabel {}\nset ylabel {}\n", quoted(figure.x_label), quoted(figure.y_label));
  out += "set key top left outside horizontal\nset border 3\nset tics nomirror out\n";
  if (!is_text) out += "set grid lc rgb '#e0e0e0'\n";
  if (figure.is_log_x) {
    out += fmt::format("set logscale x\nset format x '%g'\nset xrange {}\n",
                       log_range(figure, &FigurePoint::x_low, &FigurePoint::x_high));
  }
  if (figure.is_log_y) {
    out += fmt::format("set logscale y\nset format y '%g'\nset yrange {}\n",
                       log_range(figure, &FigurePoint::y_low, &FigurePoint::y_high));
  }
  if (!figure.categories.empty()) {
    out +=
        "set style data histograms\nset style histogram rowstacked\nset boxwidth 0.7\n"
        "set style fill solid border\nset yrange [0:*]\nset xtics rotate by -30 (";
    for (std::size_t i = 0; i < figure.categories.size(); ++i) {
      out += fmt::format("{}{} {}", i == 0 ? "" : ", ", quoted(figure.categories[i], true), i);
    }
    out += ")\n";
  } else {
    out += "set offsets 0, 0, graph 0.05, graph 0.05\n";
  }
  std::size_t marks = 0;
  for (std::size_t i = 0; i < figure.series.size(); ++i) {
    const FigureSeries& series = figure.series[i];
    out += (i == 0 ? "plot " : ", ") + plot_of(series, i, marks, is_text);
    marks += series.style == Style::marks || series.style == Style::open_marks ? 1 : 0;
  }
  return out + '\n';
}

std::string pgfplots_source(const Figure& figure) {
  std::string out = "% Needs \\usepackage{pgfplots}.\n";
  std::string body =
      "\\begin{tikzpicture}\n\\begin{axis}[\n  axis lines=left, grid=major, enlargelimits=0.1, "
      "clip=false,\n  legend columns=-1, legend style={at={(0.5,1.03)}, anchor=south, "
      "draw=none},\n";
  body += fmt::format("  xlabel={{{}}}, ylabel={{{}}}", detail::escape_latex(figure.x_label),
                      detail::escape_latex(figure.y_label));
  if (figure.is_log_x) body += ", xmode=log";
  if (figure.is_log_y) body += ", ymode=log";
  if (!figure.categories.empty()) {
    body +=
        ",\n  ybar stacked, ymin=0, xtick=data, x tick label style={rotate=30, anchor=east},"
        "\n  xticklabels={";
    for (const std::string& category : figure.categories) {
      body += fmt::format("{{{}}},", detail::escape_latex(category));
    }
    body += "}";
  }
  body += "]\n";
  std::size_t marks = 0;
  for (const FigureSeries& series : figure.series) {
    const bool is_marks = series.style == Style::marks || series.style == Style::open_marks;
    if (series.style == Style::steps) {
      body += "\\addplot[const plot, line width=2pt, draw=cyan!30, forget plot] coordinates {";
    } else if (series.style == Style::bars) {
      body += "\\addplot coordinates {";
    } else {
      body += fmt::format(
          "\\addplot[only marks, mark={}, color={}, error bars/.cd, x dir=both, x explicit, y "
          "dir=both, y explicit] coordinates {{",
          series.style == Style::marks ? "*" : "o", latex_colors[marks % std::size(latex_colors)]);
      ++marks;
    }
    for (const FigurePoint& p : series.points) {
      body += fmt::format("\n  ({}, {})", p.x, p.y);
      if (is_marks) {
        body += fmt::format(" += ({}, {}) -= ({}, {})", p.x_high - p.x, p.y_high - p.y,
                            p.x - p.x_low, p.y - p.y_low);
      }
    }
    body += "};\n";
    if (series.style != Style::steps) {
      body += fmt::format("\\addlegendentry{{{}}}\n", detail::escape_latex(series.title));
    }
    if (!is_marks) continue;
    for (const FigurePoint& p : series.points) {
      if (p.letter.empty()) continue;
      body +=
          fmt::format("\\node[anchor=south west] at (axis cs:{},{}) {{{}}};\n", p.x, p.y, p.letter);
    }
  }
  body += "\\end{axis}\n\\end{tikzpicture}\n";
  if (body.find("\\perjoulecharacter") != body.npos) out += detail::latex_preamble();
  return out + body;
}

std::string draw(const Figure& figure, std::string_view format) {
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> script(std::tmpfile(), close);
  const std::string text = gnuplot_script(figure, format);
  const bool is_written = script != nullptr &&
                          std::fwrite(text.data(), 1, text.size(), script.get()) == text.size() &&
                          std::fflush(script.get()) == 0;
  if (!is_written) {
    throw CannotDraw("no figure", "its script cannot be kept for gnuplot",
                     "make room below $TMPDIR");
  }
  std::rewind(script.get());
  std::FILE* const from = popen(fmt::format("gnuplot - <&{}", fileno(script.get())).c_str(), "r");
  if (from == nullptr) throw CannotDraw("no figure", "no process for gnuplot", "try again");
  std::string drawn;
  char part[65536];
  for (std::size_t n = 0; (n = std::fread(part, 1, sizeof part, from)) != 0;) drawn.append(part, n);
  const int status = pclose(from);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
    throw CannotDraw("no figure", "gnuplot is not installed",
                     "install it (apt-get install gnuplot-nox); tables need nothing");
  }
  if (status != 0 || drawn.empty()) {
    throw CannotDraw("no figure", "gnuplot failed", "see its message above");
  }
  return drawn;
}

}  // namespace perjoule::cli
