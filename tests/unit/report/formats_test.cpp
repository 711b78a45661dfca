// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include <string>
#include <string_view>

#include "catch.hpp"
#include "golden/golden_entries.hpp"
#include "perjoule/report/csv.hpp"
#include "perjoule/report/html.hpp"
#include "perjoule/report/latex.hpp"
#include "perjoule/report/latex_macros.hpp"
#include "perjoule/report/markdown.hpp"
#include "perjoule/report/methods.hpp"

using namespace perjoule;

namespace {

bool has(std::string_view text, std::string_view words) {
  INFO(text);
  return text.find(words) != text.npos;
}

/// A table with one of each mark.
Table marked() {
  Table table(3);
  table.add("model");
  table.add({"a_b", {}, {}, {}, "A"});
  table.add("c&d");
  table.add({"energy/item (mJ)", Provenance::modelled, {}, {}, {}, Direction::lower});
  table.add({"13.0 ± 0.2", {}, true, detail::Standing::best});
  table.add({"-4.9 [-9.0, 1.6]", {}, {}, detail::Standing::second});
  table.add({"accuracy (%)", {}, {}, {}, {}, Direction::higher});
  table.add({"75", Provenance::estimated});
  table.add("n/a");
  table.note("50 % of <b>");
  return table;
}

}  // namespace

TEST_CASE("a table in LaTeX has two columns for a number, and marks", "[report]") {
  CHECK(latex(marked()) ==
        "% Needs \\usepackage{booktabs}.\n"
        "{\\small\\setlength{\\tabcolsep}{4pt}%\n"
        "\\begin{tabular}{@{}l r@{\\,}l r@{\\,}l@{}}\n"
        "\\toprule\n"
        "model & \\multicolumn{2}{c}{energy/item$^{\\dagger}$ $\\downarrow$} & "
        "\\multicolumn{2}{c}{accuracy $\\uparrow$} \\\\\n"
        " & \\multicolumn{2}{c}{(mJ)} & \\multicolumn{2}{c}{(\\%)} \\\\\n"
        "\\midrule\n"
        "a\\_b$^{\\mathrm{A}}$ & \\textbf{13.0} & $\\pm$ 0.2\\,! & 75 & $^{\\ddagger}$ \\\\\n"
        "c\\&d & \\underline{$-$4.9} & [$-$9.0, 1.6] & \\multicolumn{2}{c}{n/a} \\\\\n"
        "\\bottomrule\n"
        "\\end{tabular}}\n"
        "\\par\\smallskip\n"
        "\\begin{minipage}{\\linewidth}\\footnotesize\\raggedright\n"
        "Bold: the best, and all that cannot be told from it; underlined: the second.\n"
        "$^{\\ddagger}$~estimated, not measured.\n"
        "$^{\\dagger}$~modelled, not measured.\n"
        "50 \\% of \\textless{}b\\textgreater{}.\n"
        "\\end{minipage}\n");
}

TEST_CASE("a table in HTML and Markdown", "[report]") {
  CHECK(html(marked()) ==
        "<table>\n<thead>\n"
        "<tr><th scope=\"col\">model</th><th scope=\"col\">energy/item (mJ), modelled ↓</th>"
        "<th scope=\"col\">accuracy (%) ↑</th></tr>\n"
        "</thead>\n<tbody>\n"
        "<tr><th scope=\"row\">a_b (A)</th><td><strong>13.0 ± 0.2 !</strong></td>"
        "<td>75 (estimated)</td></tr>\n"
        "<tr><th scope=\"row\">c&amp;d</th><td><u>-4.9 [-9.0, 1.6]</u></td><td>n/a</td></tr>\n"
        "</tbody>\n</table>\n<ul>\n<li>50 % of &lt;b&gt;.</li>\n</ul>\n");
  CHECK(markdown(marked()) ==
        "| model   | energy/item (mJ), modelled |   accuracy (%) |\n"
        "| ------- | -------------------------: | -------------: |\n"
        "| a_b (A) |               13.0 ± 0.2 ! | 75 (estimated) |\n"
        "| c&d     |           -4.9 [-9.0, 1.6] |            n/a |\n"
        "\n- 50 % of \\<b>.\n");
}

TEST_CASE("LaTeX shows every character, and obeys none", "[report]") {
  CHECK(detail::escape_latex("\\input{/etc/passwd}") == "\\textbackslash{}input\\{/etc/passwd\\}");
  CHECK(detail::escape_latex("50% $x_1^2$ #1 ~a") ==
        "50\\% \\$x\\_1\\textasciicircum{}2\\$ \\#1 \\textasciitilde{}a");
  CHECK(detail::escape_latex("--a---") == "-{-}a-{-}-");
  CHECK(detail::escape_latex("é 中") == "é \\perjoulecharacter{4e2d}{中}");
  CHECK(detail::escape_latex("a\nb") == "a\\textless{}U+000A\\textgreater{}b");
}

TEST_CASE("a CSV file has SI numbers, their ends and provenance, each in a column", "[report]") {
  const std::string text = csv(golden::fp32());
  const std::string_view head = std::string_view(text).substr(0, text.find('\n'));
  const std::string_view row = std::string_view(text).substr(head.size() + 1);
  CHECK(
      head.starts_with("model,format,dataset,n,batch,callers,accuracy,accuracy_low,accuracy_high,"
                       "accuracy_provenance,time_s,time_s_low"));
  CHECK(row.starts_with("\"fp32\",\"fp32\",\"digits\",4,1,1,0.75,0.300641461"));  // Wilson's
  const std::size_t time = row.find(",\"measured\",") + 12;
  CHECK(std::stod(std::string(row.substr(time))) == Approx(2e-4));
  CHECK(has(head, ",energy_j,energy_j_low,energy_j_high,energy_j_provenance,"));
  CHECK(has(row, ",0.013,0.012804003364"));  // 13 mJ - 1.95997 x .1 mJ
  CHECK(has(head, ",stored_b,"));
  CHECK(has(row, ",4e+05,4e+05,4e+05,\"measured\","));
  CHECK(has(row, ",\"few_windows\","));
  CHECK(data_json(golden::fp32()).starts_with("[\n{\"model\": \"fp32\", \"format\": \"fp32\", "));
  CHECK(has(datapackage_json(golden::fp32(), "x.csv"), "\"path\": \"x.csv\""));
}

TEST_CASE("no spreadsheet takes a name for a formula", "[report]") {
  Entry entry = golden::fp32();
  for (const std::string name : {"=cmd|' /C calc'!A0", "+1", "-1", "@sum"}) {
    entry.plan.name = name;
    CHECK(has(csv(entry), "\n\"'" + name + "\","));
  }
  entry.plan.name = "say \"a\", or b";
  CHECK(has(csv(entry), "\n\"say \"\"a\"\", or b\","));
}

TEST_CASE("metrics whose names are alike in a CSV file have columns of their own", "[report]") {
  Entry entry = golden::fp32();
  entry.quality[0].metric = "f 1";
  entry.quality.push_back(entry.quality[0]);
  entry.quality[1].metric = "f-1";
  CHECK(has(csv(entry), ",f_1,f_1_low,f_1_high,f_1_provenance,f_1_,f_1__low,"));
}

TEST_CASE("a macro gives what the table shows", "[report]") {
  const std::string macros = latex_macros(golden::fp32());
  CHECK(has(macros, "\\perjoule@number{fp32}{energy}{13.00}{ $\\pm$ 0.20\\,mJ}\n"));
  CHECK(has(macros, "\\perjoule@number{fp32}{accuracy}{75}{ [30, 95]\\,\\%}\n"));
  CHECK(has(macros, "\\perjoule@number{fp32}{stored}{400}{\\,kB}\n"));
  Entry twice = golden::fp32();
  twice.quality[0].metric = "energy";
  CHECK_THROWS_AS(latex_macros(twice), Error);
  Entry other = golden::fp32();
  other.plan.name = "a b}";
  CHECK(has(latex_macros({other, other}), "\\perjoule@number{a-b--2}{energy}"));
}

TEST_CASE("a paragraph says how it was measured, and cites its methods", "[report]") {
  const Entry fp32 = golden::fp32();
  std::string text;
  for (const std::string& sentence : methods(fp32)) text += sentence + ' ';
  CHECK(has(text, "in 2 windows of 100 ms on average"));
  CHECK(has(text,
            "Energy per item is measured by rapl-powercap (scope: package; the whole package "
            "is counted), and includes the machine's idle share."));
  CHECK(has(text, "Active energy is what exceeds the idle power, 20 W"));
  CHECK(has(text, "accuracy is judged on 4 inputs of digits"));
  CHECK(has(text, "of accuracy, Wilson's score interval"));
  CHECK(has(text, "Example CPU 9000, 8 hardware threads"));
  CHECK(has(text, "fp32: fewer than 12 windows"));
  CHECK(has(latex_methods(fp32), "Wilson's score interval~\\cite{gum2008,wilson1927}.\n"));
  CHECK(has(bibtex(fp32), "@article{wilson1927,"));
  CHECK_FALSE(has(bibtex(fp32), "delong1988"));
  text.clear();
  for (const std::string& sentence : methods(golden::int8())) text += sentence + ' ';
  CHECK(has(text, "Modelled energy is no measurement"));
}

TEST_CASE("a baseline gives each cost a column of its ratio", "[report]") {
  Entry half = golden::fp32();
  half.plan.name = "half";
  half.energy = golden::known(JoulesPerItem(6.5e-3), JoulesPerItem(0.05e-3));
  const Table found = table({golden::fp32(), half}, {.columns = {"energy"}, .baseline = "fp32"});
  REQUIRE(found.columns() == 3);
  CHECK(found.at(0, 2) == "energy/item (x fp32's)");
  CHECK(found.at(1, 2) == "1");
  // .5 exp(+- 1.96 sqrt(2) / 130)
  CHECK(found.at(2, 2) == "0.500 [0.489, 0.511]");
}
