// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/report/latex.hpp"

namespace perjoule::inline v0::detail {

/// A character, and what it is in LaTeX.
struct LatexCharacter {
  char32_t character;
  std::string_view latex;
};

/// The characters that are something else in LaTeX, in ascending order.
inline constexpr LatexCharacter latex_characters[] = {
    {U'"', "{\\char34}"},
    {U'#', "\\#"},
    {U'$', "\\$"},
    {U'%', "\\%"},
    {U'&', "\\&"},
    {U'*', "{*}"},  // either may stand behind \\, as its argument
    {U'[', "{[}"},
    {U'<', "\\textless{}"},
    {U'>', "\\textgreater{}"},
    {U'\\', "\\textbackslash{}"},
    {U'^', "\\textasciicircum{}"},
    {U'_', "\\_"},
    {U'`', "{\\char96}"},
    {U'{', "\\{"},
    {U'|', "\\textbar{}"},
    {U'}', "\\}"},
    {U'~', "\\textasciitilde{}"},
    {U'\u00A0', "~"},
    {U'\u00B0', "\\ensuremath{^\\circ}"},
    {U'\u00B1', "\\ensuremath{\\pm}"},
    {U'\u00B2', "\\ensuremath{^2}"},
    {U'\u00B5', "\\ensuremath{\\mu}"},
    {U'\u00B7', "\\ensuremath{\\cdot}"},
    {U'\u00D7', "\\ensuremath{\\times}"},
    {U'\u03BC', "\\ensuremath{\\mu}"},
    {U'\u2013', "--"},
    {U'\u2026', "\\ldots{}"},
    {U'\u2264', "\\ensuremath{\\le}"},
    {U'\u2265', "\\ensuremath{\\ge}"},
};

/// Tells whether pdfTeX's fonts have a letter of Latin-1, with the oldest encoding.
PERJOULE_INLINE bool is_latin_letter(char32_t c) noexcept {
  constexpr char32_t others[] = {U'\u00D0', U'\u00D7', U'\u00DE', U'\u00F0', U'\u00F7', U'\u00FE'};
  return c >= 0xC0 && c <= 0xFF &&
         std::find(std::begin(others), std::end(others), c) == std::end(others);
}

PERJOULE_INLINE std::string escape_latex(std::string_view text) {
  const std::string shown = text::printable(text);
  std::string_view rest = shown;
  std::string out;
  while (!rest.empty()) {
    const auto [c, bytes] = first_code_point(rest);
    const std::string_view as_it_is = rest.substr(0, bytes);
    const char32_t character = c;
    const auto* const known =
        std::find_if(std::begin(latex_characters), std::end(latex_characters),
                     [&](const LatexCharacter& of) { return of.character == character; });
    if (known != std::end(latex_characters)) {
      out += known->latex;
    } else if (c == U'-' && out.ends_with('-')) {
      out += "{-}";  // two of them would be a dash
    } else if (c < 0x80 || is_latin_letter(c)) {
      out += as_it_is;
    } else {
      char digits[8];
      const char* const end =
          std::to_chars(digits, digits + sizeof digits, static_cast<std::uint32_t>(c), 16).ptr;
      out +=
          text::format("\\perjoulecharacter{{{}}}{{{}}}",
                       std::string_view(digits, static_cast<std::size_t>(end - digits)), as_it_is);
    }
    rest.remove_prefix(bytes);
  }
  return out;
}

PERJOULE_INLINE std::string_view latex_preamble() noexcept {
  return "\\providecommand{\\perjoulecharacter}[2]{%\n"
         "  \\ifdefined\\Umathchar#2\\else[U+\\MakeUppercase{#1}]\\fi}\n";
}

/// Returns the mark of a provenance, which a note explains.
PERJOULE_INLINE std::string_view latex_mark(Provenance provenance) noexcept {
  switch (provenance) {
    case Provenance::estimated:
      return "$^{\\ddagger}$";
    case Provenance::modelled:
      return "$^{\\dagger}$";
    case Provenance::simulated:
      return "$^{\\S}$";
    case Provenance::measured:
    case Provenance::missing:
      break;
  }
  return {};
}

PERJOULE_INLINE std::string latex_number(std::string_view number) {
  std::string out;
  for (std::size_t i = 0; i < number.size(); ++i) {
    if (number[i] == '-') {
      out += "$-$";
    } else if (number.substr(i).starts_with("\u00B1")) {
      out += "$\\pm$";
      ++i;  // it has two bytes
    } else {
      out += number[i];
    }
  }
  return out;
}

/// Returns the two columns of a number: "13.0" and "± 0.2".
PERJOULE_INLINE std::string latex_cell(const TableCell& cell) {
  const std::size_t space = std::min(cell.text.find(' '), cell.text.size());
  std::string number = latex_number(cell.text.substr(0, space));
  if (space == cell.text.size() && number == "n/a") return "\\multicolumn{2}{c}{n/a}";
  std::string rest = latex_number(cell.text.substr(std::min(space + 1, cell.text.size())));
  if (cell.standing == Standing::best) number = text::format("\\textbf{{{}}}", number);
  if (cell.standing == Standing::second) number = text::format("\\underline{{{}}}", number);
  rest += latex_mark(cell.provenance);
  if (cell.is_disturbed) rest += "\\,!";
  return number + " & " + rest;
}

PERJOULE_INLINE LatexHead latex_head(const TableCell& head) {
  const std::size_t unit = std::min(head.text.rfind(" ("), head.text.size());
  const std::string_view arrow = head.better == Direction::higher  ? " $\\uparrow$"
                                 : head.better == Direction::lower ? " $\\downarrow$"
                                                                   : "";
  return {text::format("{}{}{}", escape_latex(head.text.substr(0, unit)),
                       latex_mark(head.provenance), arrow),
          escape_latex(head.text.substr(std::min(unit + 1, head.text.size())))};
}

/// Adds what the marks of a table mean.
PERJOULE_INLINE std::vector<std::string> latex_legend(const Table& table) {
  bool has[static_cast<std::size_t>(Provenance::missing) + 1] = {};
  bool has_best = false;
  bool has_second = false;
  for (std::size_t column = 0; column < table.columns(); ++column) {
    for (std::size_t row = 0; row < table.rows(); ++row) {
      const TableCell& cell = table.cell(row, column);
      has[static_cast<std::size_t>(cell.provenance)] = true;
      has_best = has_best || cell.standing == Standing::best;
      has_second = has_second || cell.standing == Standing::second;
    }
  }
  std::vector<std::string> legend;
  if (has_best) {
    legend.push_back(text::format("Bold: the best, and all that cannot be told from it{}.",
                                  has_second ? "; underlined: the second" : ""));
  }
  for (const Provenance of : {Provenance::estimated, Provenance::modelled, Provenance::simulated}) {
    if (!has[static_cast<std::size_t>(of)]) continue;
    legend.push_back(text::format("{}~{}, not measured.", latex_mark(of), name(of)));
  }
  return legend;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::string latex(const Table& table) {
  std::string body = "{\\small\\setlength{\\tabcolsep}{4pt}%\n\\begin{tabular}{@{}l";
  for (std::size_t column = 1; column < table.columns(); ++column) body += " r@{\\,}l";
  body += "@{}}\n\\toprule\n";
  std::vector<detail::LatexHead> heads;
  bool has_units = false;
  for (std::size_t column = 1; column < table.columns(); ++column) {
    heads.push_back(detail::latex_head(table.cell(0, column)));
    has_units = has_units || !heads.back().unit.empty();
  }
  if (table.columns() != 0) body += detail::escape_latex(table.cell(0, 0).text);
  for (const detail::LatexHead& head : heads) {
    body += text::format(" & \\multicolumn{{2}}{{c}}{{{}}}", head.title);
  }
  body += " \\\\\n";
  if (has_units) {
    for (const detail::LatexHead& head : heads) {
      body += text::format(" & \\multicolumn{{2}}{{c}}{{{}}}", head.unit);
    }
    body += " \\\\\n";
  }
  body += "\\midrule\n";
  for (std::size_t row = 1; row < table.rows(); ++row) {
    const TableCell& model = table.cell(row, 0);
    body += detail::escape_latex(model.text);
    if (!model.front.empty()) body += text::format("$^{{\\mathrm{{{}}}}}$", model.front);
    for (std::size_t column = 1; column < table.columns(); ++column) {
      body += text::format(" & {}", detail::latex_cell(table.cell(row, column)));
    }
    body += " \\\\\n";
  }
  body += "\\bottomrule\n\\end{tabular}}\n";
  body += "\\par\\smallskip\n\\begin{minipage}{\\linewidth}\\footnotesize\\raggedright\n";
  for (const std::string& line : detail::latex_legend(table)) body += line + '\n';
  for (const std::string& note : table.notes()) body += detail::escape_latex(note) + '\n';
  body += "\\end{minipage}\n";
  std::string out = "% Needs \\usepackage{booktabs}.\n";
  if (body.find("\\perjoulecharacter") != body.npos) out += detail::latex_preamble();
  return out + body;
}

PERJOULE_INLINE std::string latex(Entries entries, const TableOptions& options) {
  return latex(table(entries, options));
}

}  // namespace perjoule::inline v0
