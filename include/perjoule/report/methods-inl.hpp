// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>
#include <utility>

#include "perjoule/core/config.hpp"
#include "perjoule/core/printable.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/report/latex.hpp"
#include "perjoule/report/methods.hpp"
#include "perjoule/report/table.hpp"
#include "perjoule/report/to_string.hpp"
#include "perjoule/stats/confidence.hpp"
#include "perjoule/units/scope.hpp"

namespace perjoule::inline v0::detail {

/// A method by which an interval is computed, in words and with its source.
struct IntervalSource {
  IntervalMethod method;
  std::string_view words;
  std::string_view key;  ///< in BibTeX
  std::string_view entry;
};

inline constexpr IntervalSource interval_sources[] = {
    {IntervalMethod::student_t, "Student's t", "gum2008",
     "@misc{gum2008,\n  title = {Evaluation of measurement data: Guide to the expression of "
     "uncertainty in measurement},\n  author = {{Joint Committee for Guides in Metrology}},\n"
     "  note = {JCGM 100:2008},\n  year = {2008}\n}\n"},
    {IntervalMethod::wilson, "Wilson's score interval", "wilson1927",
     "@article{wilson1927,\n  title = {Probable inference, the law of succession, and statistical "
     "inference},\n  author = {Wilson, Edwin B.},\n  journal = {Journal of the American "
     "Statistical Association},\n  volume = {22},\n  number = {158},\n  pages = {209--212},\n"
     "  year = {1927}\n}\n"},
    {IntervalMethod::tango, "Tango's score interval of paired shares", "tango1998",
     "@article{tango1998,\n  title = {Equivalence test and confidence interval for the difference "
     "in proportions for the paired-sample design},\n  author = {Tango, Toshiro},\n  journal = "
     "{Statistics in Medicine},\n  volume = {17},\n  number = {8},\n  pages = {891--908},\n"
     "  year = {1998}\n}\n"},
    {IntervalMethod::mover, "an interval of a ratio from those of both sides", "donner2012",
     "@article{donner2012,\n  title = {Closed-form confidence intervals for functions of the "
     "normal "
     "mean and standard deviation},\n  author = {Donner, Allan and Zou, Guang Yong},\n  journal = "
     "{Statistical Methods in Medical Research},\n  volume = {21},\n  number = {4},\n  pages = "
     "{347--359},\n  year = {2012}\n}\n"},
    {IntervalMethod::clopper_pearson, "the exact interval of Clopper and Pearson", "clopper1934",
     "@article{clopper1934,\n  title = {The use of confidence or fiducial limits illustrated in "
     "the case of the binomial},\n  author = {Clopper, C. J. and Pearson, E. S.},\n  journal = "
     "{Biometrika},\n  volume = {26},\n  number = {4},\n  pages = {404--413},\n  year = {1934}\n"
     "}\n"},
    {IntervalMethod::fieller, "Fieller's interval of a ratio", "fieller1954",
     "@article{fieller1954,\n  title = {Some problems in interval estimation},\n  author = "
     "{Fieller, E. C.},\n  journal = {Journal of the Royal Statistical Society, Series B},\n"
     "  volume = {16},\n  number = {2},\n  pages = {175--185},\n  year = {1954}\n}\n"},
    {IntervalMethod::bca, "the bias-corrected and accelerated bootstrap over items", "efron1987",
     "@article{efron1987,\n  title = {Better bootstrap confidence intervals},\n  author = {Efron, "
     "Bradley},\n  journal = {Journal of the American Statistical Association},\n  volume = {82},\n"
     "  number = {397},\n  pages = {171--185},\n  year = {1987}\n}\n"},
    {IntervalMethod::bootstrap, "percentiles of a bootstrap over items", "efron1979",
     "@article{efron1979,\n  title = {Bootstrap methods: another look at the jackknife},\n"
     "  author = {Efron, Bradley},\n  journal = {The Annals of Statistics},\n  volume = {7},\n"
     "  number = {1},\n  pages = {1--26},\n  year = {1979}\n}\n"},
    {IntervalMethod::delong, "DeLong's variance in the shape of Wilson's interval", "delong1988",
     "@article{delong1988,\n  title = {Comparing the areas under two or more correlated receiver "
     "operating characteristic curves: a nonparametric approach},\n  author = {DeLong, Elizabeth "
     "R. and DeLong, David M. and Clarke-Pearson, Daniel L.},\n  journal = {Biometrics},\n"
     "  volume = {44},\n  number = {3},\n  pages = {837--845},\n  year = {1988}\n}\n"},
    {IntervalMethod::logit, "the interval of log odds", "boyd2013",
     "@inproceedings{boyd2013,\n  title = {Area under the precision-recall curve: point estimates "
     "and confidence intervals},\n  author = {Boyd, Kendrick and Eng, Kevin H. and Page, C. "
     "David},\n  booktitle = {Machine Learning and Knowledge Discovery in Databases},\n  pages = "
     "{451--466},\n  year = {2013}\n}\n"},
    {IntervalMethod::gamma, "the gamma interval of rare losses", "fay1997",
     "@article{fay1997,\n  title = {Confidence intervals for directly standardized rates: a method "
     "based on the gamma distribution},\n  author = {Fay, Michael P. and Feuer, Eric J.},\n"
     "  journal = {Statistics in Medicine},\n  volume = {16},\n  number = {7},\n  pages = "
     "{791--801},\n  year = {1997}\n}\n"},
    {IntervalMethod::fisher_z, "Fisher's z of a correlation", "fisher1921",
     "@article{fisher1921,\n  title = {On the \"probable error\" of a coefficient of correlation "
     "deduced from a small sample},\n  author = {Fisher, Ronald A.},\n  journal = {Metron},\n"
     "  volume = {1},\n  pages = {3--32},\n  year = {1921}\n}\n"}};

/// Returns the source of a method; nothing for one that needs none.
PERJOULE_INLINE const IntervalSource* source_of(IntervalMethod method) noexcept {
  const auto* const found =
      std::find_if(std::begin(interval_sources), std::end(interval_sources),
                   [&](const IntervalSource& of) { return of.method == method; });
  return found == std::end(interval_sources) ? nullptr : found;
}

/// A sentence, and the BibTeX keys that it cites.
struct MethodsSentence {
  std::string text;
  std::vector<std::string_view> cites;
};

/// Returns "a, b and c".
PERJOULE_INLINE std::string listed(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i != 0) out += i + 1 == items.size() ? " and " : ", ";
    out += items[i];
  }
  return out;
}

/// Adds a text to a list, unless it is there.
PERJOULE_INLINE void add_once(std::vector<std::string>& items, const std::string& item) {
  if (std::find(items.begin(), items.end(), item) == items.end()) items.push_back(item);
}

/// Returns "12" or "12 to 40", or "5.0 ms to 5.3 ms".
/// @param unit  empty for whole numbers
PERJOULE_INLINE std::string range_text(const std::vector<double>& values, std::string_view unit) {
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  const auto shown = [&](double value) {
    if (unit.empty()) return text::rounded(value, 0);
    const text::Prefix prefix = text::prefix_of(value);
    return text::format("{} {}{}", text::significant(value / prefix.factor, 2), prefix.symbol,
                        unit);
  };
  const std::string from = shown(*low);
  const std::string to = shown(*high);
  return from == to ? from : text::format("{} to {}", from, to);
}

/// Says how energy was read, once for each meter.
PERJOULE_INLINE void add_meters(std::vector<MethodsSentence>& sentences, Entries entries) {
  std::vector<std::string> said;
  std::vector<double> idle;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    const MeterDescription& meter = entry.meter;
    if (!entry.energy.is_known()) {
      add_once(said, text::format("The energy of {} is not known: {}.", entry.plan.label(),
                                  entry.samples.why_dropped));
      continue;
    }
    const Provenance provenance = entry.energy.provenance;
    add_once(said, text::format("Energy per item is {} by {} (scope: {}; {}), and includes the "
                                "machine's idle share.",
                                name(provenance), meter.source, name(meter.scope), meter.note));
    if (provenance == Provenance::modelled) {
      add_once(said,
               "Modelled energy is no measurement: models are not ranked by it, and its interval "
               "is that of the model's watts.");
    } else if (meter.provenance <= Provenance::estimated) {
      const std::string gain = describe_gain(entry);
      add_once(said, text::format("As to systematic error, {}.", gain));
    }
    if (entry.active_energy.is_known()) idle.push_back(entry.samples.idle.value.si());
  }
  if (!idle.empty()) {
    add_once(said, text::format("Active energy is what exceeds the idle power, {}.",
                                range_text(idle, "W")));
  }
  for (std::string& sentence : said) sentences.push_back({std::move(sentence), {}});
}

/// @unit s
PERJOULE_INLINE double mean_length(const Samples& samples) {
  double all = 0.0;
  for (std::size_t i = 0; i < samples.windows(); ++i) all += samples.at(i, Samples::wall);
  return all / static_cast<double>(samples.windows());
}

/// Says how long and how often it was measured.
PERJOULE_INLINE void add_windows(std::vector<MethodsSentence>& sentences, Entries entries) {
  std::vector<double> windows;
  std::vector<double> lengths;
  std::vector<std::string> batches;
  bool is_of_commands = false;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Samples& samples = entries[i].samples;
    if (samples.windows() == 0) continue;
    is_of_commands = is_of_commands || entries[i].command.runs_asked != 0;
    windows.push_back(static_cast<double>(samples.windows()));
    lengths.push_back(mean_length(samples));
    add_once(batches, text::format("{}", entries[i].plan.batch));
  }
  if (windows.empty()) return;
  const std::string count = range_text(windows, "");
  const std::string length = range_text(lengths, "s");
  if (is_of_commands) {
    sentences.push_back({text::format("Each command ran {} times, for {} on average; an item is "
                                      "a run.",
                                      count, length),
                         {}});
    return;
  }
  sentences.push_back({text::format("Each model was measured in {} windows of {} on average (batch "
                                    "size {}); a window is read at its two ends alone.",
                                    count, length, listed(batches)),
                       {}});
}

/// Says how quality was judged, and how each interval was computed.
PERJOULE_INLINE void add_intervals(std::vector<MethodsSentence>& sentences, Entries entries,
                                   double level) {
  std::vector<std::string> said;
  MethodsSentence intervals{
      text::format("Intervals are at {}: of time and energy, Student's t over windows, with the "
                   "meter's systematic part",
                   text::percent(level)),
      {"gum2008"}};
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Entry& entry = entries[i];
    for (const Quality& quality : entry.quality) {
      if (!quality.value.is_known()) continue;
      add_once(said,
               text::format("{} is judged on {}{} (signature {}).", quality.metric,
                            quality.items == 0 ? std::string("inputs of unknown number")
                                               : text::format("{} inputs", quality.items),
                            entry.plan.dataset.empty() ? std::string()
                                                       : text::format(" of {}", entry.plan.dataset),
                            quality.signature));
      const IntervalSource* const source = source_of(quality.value_interval.method);
      if (source == nullptr) continue;
      const std::string part = text::format("of {}, {}", quality.metric, source->words);
      if (intervals.text.find(part) != std::string::npos) continue;
      intervals.text += text::format("; {}", part);
      if (std::find(intervals.cites.begin(), intervals.cites.end(), source->key) ==
          intervals.cites.end()) {
        intervals.cites.push_back(source->key);
      }
    }
  }
  for (std::string& sentence : said) sentences.push_back({std::move(sentence), {}});
  intervals.text += '.';
  sentences.push_back(std::move(intervals));
}

PERJOULE_INLINE std::string threads_text(const Machine& machine) {
  if (machine.cores == 0) return "an unknown number of hardware threads";
  return text::format("{} hardware threads", machine.cores);
}

PERJOULE_INLINE std::string memory_text(const Machine& machine) {
  if (!(machine.memory.si() > 0.0)) return "memory of unknown size";
  return text::format("{} memory", text::to_string(machine.memory));
}

/// Says what it ran on.
PERJOULE_INLINE void add_machines(std::vector<MethodsSentence>& sentences, Entries entries) {
  std::vector<std::string> said;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Machine& machine = entries[i].environment.machine;
    const Build& build = entries[i].build;
    const auto or_unknown = [](std::string_view what) {
      return what.empty() ? std::string_view("unknown") : what;
    };
    add_once(said, text::format("Hardware: {}, {}, {}, {}, frequency governor {}.",
                                or_unknown(machine.processor), threads_text(machine),
                                memory_text(machine), or_unknown(machine.kernel),
                                or_unknown(machine.governor)));
    if (!build.compiler.empty()) {
      add_once(said, text::format("Compiled with {}{}{}.", build.compiler,
                                  build.optimized ? "" : ", without optimisation",
                                  build.fast_math ? ", with fast math" : ""));
    }
  }
  for (const auto& [caveat, models] : shared_caveats(entries)) {
    add_once(said, text::format("{}: {}.", models, caveat.reason));
  }
  for (std::string& sentence : said) sentences.push_back({std::move(sentence), {}});
}

PERJOULE_INLINE std::vector<MethodsSentence> methods_sentences(Entries entries, double level) {
  std::vector<std::string> versions;
  std::vector<std::string> commits;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const Run& run = entries[i].environment.run;
    add_once(versions, run.perjoule_version);
    if (!run.commit.empty()) add_once(commits, run.commit.substr(0, 12));
  }
  std::vector<MethodsSentence> sentences;
  if (entries.size() == 0) return sentences;
  sentences.push_back({text::format("Quality, time and energy were measured together with perjoule "
                                    "{}.",
                                    listed(versions)),
                       {"perjoule"}});
  add_windows(sentences, entries);
  add_meters(sentences, entries);
  add_intervals(sentences, entries, level);
  add_machines(sentences, entries);
  if (!commits.empty()) {
    sentences.push_back({text::format("Code: commit {}.", listed(commits)), {}});
  }
  return sentences;
}

}  // namespace perjoule::inline v0::detail

namespace perjoule::inline v0 {

PERJOULE_INLINE std::vector<std::string> methods(Entries entries, double level) {
  std::vector<std::string> sentences;
  for (const detail::MethodsSentence& sentence : detail::methods_sentences(entries, level)) {
    sentences.push_back(text::printable(sentence.text));
  }
  return sentences;
}

PERJOULE_INLINE std::string latex_methods(Entries entries, double level) {
  std::string out;
  for (const detail::MethodsSentence& sentence : detail::methods_sentences(entries, level)) {
    std::string text = detail::escape_latex(sentence.text);
    if (!sentence.cites.empty()) {
      std::string keys;
      for (const std::string_view key : sentence.cites) {
        if (!keys.empty()) keys += ',';
        keys += key;
      }
      text.insert(text.size() - 1, text::format("~\\cite{{{}}}", keys));
    }
    out += text + '\n';
  }
  if (out.find("\\perjoulecharacter") == out.npos) return out;
  return std::string(detail::latex_preamble()) + out;
}

PERJOULE_INLINE std::string bibtex(Entries entries) {
  std::string out = text::format(
      "@misc{{perjoule,\n  title = {{perjoule: quality per joule and per byte}},\n"
      "  author = {{{{The perjoule authors}}}},\n  note = {{Version {}}},\n  year = {{2026}}\n}}\n",
      entries.size() == 0 ? std::string(version) : entries[0].environment.run.perjoule_version);
  std::vector<std::string_view> keys;
  for (const detail::MethodsSentence& sentence : detail::methods_sentences(entries, 0.95)) {
    keys.insert(keys.end(), sentence.cites.begin(), sentence.cites.end());
  }
  for (const detail::IntervalSource& source : detail::interval_sources) {
    if (std::find(keys.begin(), keys.end(), source.key) != keys.end()) out += source.entry;
  }
  return out;
}

}  // namespace perjoule::inline v0
