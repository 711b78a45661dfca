// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cmath>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/counters/event_source.hpp"
#include "perjoule/engine/answer_check.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/engine/window.hpp"
#include "perjoule/footprint/footprint.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/record/field_writer.hpp"
#include "perjoule/record/surrounding_fields.hpp"
#include "perjoule/score/lifecycle.hpp"
#include "perjoule/score/score.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/quantity.hpp"

// What a run record consists of: each function names the fields of one object, in the order in
// which they are written. With a FieldWriter and a constant object it writes them, with a
// FieldReader and another it reads them, so that nothing can be written that isn't read.
namespace perjoule::inline v0::detail::record {

template <class Fields, class Of>
void model_fields(Fields&& fields, Of& plan) {
  if constexpr (reads<Fields>) {
    fields.text("name", plan.name);
  } else {
    fields.text("name", plan.label());
  }
  fields.text_or_null("format", plan.format)
      .count_or_null("parameters", plan.parameters)
      .count_or_null("non_zero_parameters", plan.non_zero_parameters);
  if constexpr (reads<Fields>) {
    fields.text_or_null("weights_file", plan.weights);
  } else {
    fields.text_or_null("weights_file", base_name(plan.weights));
  }
  const bool has_settings = reads<Fields> ? fields.has("settings") : !plan.settings.empty();
  if (has_settings) {
    fields.list("settings", Layout::line, plan.settings, [](auto&& setting, auto& of) {
      setting.text("name", of.name).text("value", of.value);
    });
  }
}

template <class Fields, class Of>
void training_fields(Fields&& fields, Of& stages) {
  constexpr std::string_view why_missing = "it was not measured";
  Estimate<Joules> sum;  // it follows from the stages
  if constexpr (!reads<Fields>) sum = training_energy(stages);
  fields.estimate("energy_j", sum, "a stage has no energy");
  fields.list("stages", Layout::lines, stages, [&](auto&& stage, auto& of) {
    stage.text("name", of.name)
        .estimate("energy_j", of.energy, why_missing)
        .estimate("wall_s", of.wall_time, why_missing)
        .estimate("cpu_s", of.cpu_time, why_missing);
  });
}

template <class Fields, class Of>
void task_fields(Fields&& fields, Of& entry) {
  fields.text_or_null("dataset", entry.plan.dataset).count("n", entry.inputs);
  if (fields.has("test_set_hash")) fields.text_or_null("test_set_hash", entry.test_set_hash);
  fields.count("batch", entry.plan.batch, 1)
      .count("callers", entry.plan.callers, 1)
      .name("caches", entry.plan.caches, CacheState::flushed)
      .flag("prepared", entry.prepared);
}

template <class Fields, class Of>
void plan_fields(Fields&& fields, Of& plan) {
  fields.number("relative_halfwidth", plan.relative_halfwidth)
      .quantity("budget_s", plan.budget)
      .count("seed", plan.seed);
}

/// Per-item values are those of this metric.
template <class Fields, class Of, class Numbers>
void quality_fields(Fields&& fields, Of& quality, Numbers& per_item) {
  fields.text("metric", quality.metric).text_or_null("signature", quality.signature);
  const bool is_known =
      fields.flag_or_null("higher_is_better", quality.higher_is_better, quality.is_direction_known);
  if constexpr (reads<Fields>) quality.is_direction_known = is_known;
  fields.text_or_null("unit", quality.unit)
      .count_or_null("n", quality.items)
      .number_or_null("trivial", quality.trivial)
      .number_or_null("perfect", quality.perfect)
      .estimate("value", quality.value, quality.value_interval, quality.why_no_value)
      .estimate("skill", quality.skill, quality.skill_interval, quality.why_no_skill);
  const bool has_reason =
      reads<Fields> ? fields.has("why_no_interval") : !quality.why_no_interval.empty();
  if (has_reason) fields.text("why_no_interval", quality.why_no_interval);
  fields.text("per_item_columns", quality.formula.columns).numbers("per_item", per_item);
}

/// All metrics, with their parts of entry.per_item.
template <class Fields, class Of>
void qualities_fields(Fields&& fields, Of& entry) {
  std::size_t metric = 0;
  fields.list("quality", Layout::lines, entry.quality, [&](auto&& written, auto& quality) {
    if constexpr (reads<Fields>) {
      std::vector<double> rows;
      quality_fields(written, quality, rows);
      quality.columns = written.columns_of(rows.size(), entry.inputs);
      entry.per_item.insert(entry.per_item.end(), rows.begin(), rows.end());
    } else {
      const View<double> rows = per_item_of(entry, metric++);
      quality_fields(written, quality, rows);
    }
  });
}

template <class Fields, class Of>
void answers_fields(Fields&& fields, Of& answers) {
  fields.name("outputs", answers.outputs, OutputCheck::not_comparable)
      .text_or_null("digest", answers.digest)
      .count("checked", answers.checked)
      .count("different", answers.different)
      .text_or_null("why_no_outputs", answers.why_no_outputs)
      .name("repeats", answers.repeats, RepeatCheck::not_comparable)
      .number_or_null("repeat_ratio", answers.repeat_ratio)
      .text_or_null("why_no_repeats", answers.why_no_repeats);
}

template <class Fields, class Of>
void time_fields(Fields&& fields, Of& entry) {
  fields.estimate("wall_s_per_item", entry.wall_time, entry.samples.why_dropped)
      .estimate("cpu_s_per_item", entry.cpu_time, entry.samples.why_dropped);
}

template <class Fields, class Of>
void span_fields(Fields&& fields, Of& span) {
  fields.text_or_null("began_utc", span.began_utc)
      .quantity_or_null("lasted_s", span.lasted, span.is_known());
  const bool has_clock =
      reads<Fields> ? fields.has("began_boot_s") : is_finite(span.began_boot.si());
  if (has_clock) fields.quantity("began_boot_s", span.began_boot);
}

template <class Fields, class Of>
void energy_fields(Fields&& fields, Of& entry) {
  auto& samples = entry.samples;
  fields.estimate("total_j_per_item", entry.energy, samples.why_dropped);
  const bool is_known = entry.energy.is_known();
  fields.signed_estimate("active_j_per_item", entry.active_energy,
                         is_known ? samples.why_no_idle : samples.why_dropped);
  Estimate<Watts> idle = samples.idle;  // without the gain, which cancels in the active energy
  idle.common = Watts(std::hypot(idle.common.si(), samples.gain.whole * idle.value.si()));
  fields.estimate("idle_w", idle, samples.why_no_idle);
  if constexpr (reads<Fields>) samples.idle = idle;
  if (!fields.has("gain")) return;  // in older records
  const bool has_gain = is_known && (has_known_gain(entry.meter) || samples.gain.whole > 0.0);
  double whole = has_gain ? samples.gain.whole : quiet_nan();
  double between = has_gain ? samples.gain.between : quiet_nan();
  fields.object("gain", Layout::line)
      .number_or_null("share", whole)
      .number_or_null("share_between_workloads", between);
  if constexpr (reads<Fields>) {
    if (is_finite(whole)) samples.gain.whole = whole;
    if (is_finite(between)) samples.gain.between = between;
    if (idle.is_known()) samples.idle.common = common_without_gain(idle, samples.gain.whole);
  }
}

template <class Fields, class Of>
void heap_fields(Fields&& fields, Of& heap) {
  fields.name("source", heap.source, HeapSource::resident_set)
      .count("passes", heap.passes)
      .number_or_null("allocations_per_pass", heap.allocations)
      .number_or_null("allocated_b_per_pass", heap.allocated)
      .number_or_null("kept_b_per_pass", heap.retained);
}

template <class Fields, class Of>
void files_fields(Fields&& fields, std::string_view key, Of& files) {
  fields.list(key, Layout::line, files, [](auto&& file, auto& of) {
    file.text("role", of.role).text("name", of.name).quantity("bytes_b", of.bytes);
    if (file.has("sha256")) file.text_or_null("sha256", of.sha256);
  });
}

template <class Fields, class Of>
void memory_fields(Fields&& fields, Of& entry) {
  auto& footprint = entry.footprint;
  auto& process = entry.process;
  fields.estimate("stored_b", footprint.stored, "no file of the model was named")
      .estimate("weights_b", footprint.weights, "no file of weights was named")
      .estimate("compressed_b", footprint.compressed,
                "how small the files are when compressed was not given")
      .estimate("resident_b", footprint.resident, "no buffers of weights were named")
      .estimate("inflation", footprint.inflation,
                "the bytes of the weights on disk or in memory are missing")
      .estimate("process_resident_b", process.resident, entry.why_no_process)
      .estimate("process_proportional_b", process.proportional, entry.why_no_process)
      .estimate("process_peak_b", process.peak_resident, entry.why_no_process)
      .estimate("process_limit_b", entry.memory_limit, entry.why_no_limit)
      .estimate("peak_b", entry.heap.peak, entry.heap.why_missing);
  heap_fields(fields.object("heap", Layout::line), entry.heap);
  files_fields(fields, "files", footprint.files);
}

template <class Fields, class Of>
void scores_fields(Fields&& fields, Of& scores) {
  fields.list("scores", Layout::line, scores, [](auto&& score, auto& of) {
    score.text("name", of.name)
        .text("metric", of.metric)
        .text("unit", of.unit)
        .estimate("value", of.value, of.interval, "the skill or what it is divided by is missing");
  });
}

template <class Fields, class Of>
void counters_fields(Fields&& fields, Of& entry) {
  fields.text_or_null("source", entry.events.source)
      .name("extent", entry.events.extent, EventExtent::program)
      .list("events", Layout::line, entry.events.events,
            [](auto&& event, auto& of) {
              event.text("name", of.event.name)
                  .text_or_null("unit", of.event.unit)
                  .number_or_null("share", of.share)
                  .estimate("per_item", of.per_item, of.event.why_missing);
            })
      .list("figures", Layout::line, entry.derived_metrics, [](auto&& figure, auto& of) {
        figure.text("name", of.name)
            .text_or_null("unit", of.unit)
            .text("formula", of.formula)
            .estimate("value", of.value, of.interval, "");
      });
}

template <class Fields, class Of>
void latency_fields(Fields&& fields, Of& latency) {
  fields.count("calls", latency.calls)
      .list("percentiles", Layout::line, latency.percentiles, [](auto&& percentile, auto& of) {
        percentile.number("share", of.share);
        Interval<double> interval{of.interval.low.si(), of.interval.high.si(), of.interval.level,
                                  of.interval.method};
        double value = of.value.si();
        percentile.number_or_null("value_s", value);
        if (is_finite(value)) {
          percentile.interval(interval);
        } else {
          percentile.text("reason", "too few calls were timed by themselves");
        }
        if constexpr (reads<Fields>) {
          of.value = Seconds(value);
          of.interval = with_unit<Seconds>(interval);
        }
      });
}

/// The columns of the table of windows, in its order.
inline constexpr std::string_view sample_keys[] = {
    "items",           "wall_s",          "cpu_s",        "energy_j",
    "energy_random_j", "energy_common_j", "others_cpu_s", "steal_s",
    "temperature_c",   "frequency_hz",    "clean_s",      "clean_items"};
static_assert(std::size(sample_keys) == Samples::columns);

template <class Fields, class Of>
void samples_fields(Fields&& fields, Of& samples) {
  std::size_t windows = samples.windows();
  fields.name("outcome", samples.outcome, Outcome::no_energy)
      .count("windows", windows)
      .count("dropped", samples.dropped)
      .text_or_null("why_dropped", samples.why_dropped)
      .count("pieces", samples.slices.all)
      .count("interrupted_pieces", samples.slices.interrupted)
      .number_or_null("others_cpu_share", samples.others_cpu_share);
  const bool is_of_calls =
      reads<Fields> ? fields.has("call_overhead_s") : samples.call_overhead > Seconds(0.0);
  if (is_of_calls) fields.quantity("call_overhead_s", samples.call_overhead);
  // Older records have these two in energy.idle_w, with the gain, and in words in validity.
  if (fields.has("idle_common_w")) {
    double common = samples.idle.common.si();
    fields.number_or_null("idle_common_w", common);
    if constexpr (reads<Fields>) samples.idle.common = Watts(common);
  }
  if (fields.has("edge_share")) fields.number("edge_share", samples.edge_uncertainty);
  fields.table(sample_keys, windows, samples.table);
}

template <class Fields, class Of>
void command_fields(Fields&& fields, Of& command) {
  fields.count("runs_asked", command.runs_asked)
      .count("runs", command.runs)
      .count("exit_code", command.exit_code)
      .flag("interrupted", command.was_interrupted)
      .numbers("peak_memory_b", command.peak_memory)
      .numbers("context_switches", command.context_switches)
      .flag("left_some_running", command.left_some_running);
  const bool has_reason = reads<Fields> ? fields.has("why_fewer") : !command.why_fewer.empty();
  if (has_reason) fields.text("why_fewer", command.why_fewer);
  const bool is_part = reads<Fields> ? fields.has("part_of") : command.part_of != 0;
  if (is_part) fields.count("part_of", command.part_of, 1);
}

template <class Fields, class Of>
void validity_fields(Fields&& fields, Of& entry) {
  if constexpr (reads<Fields>) {
    fields.caveats(entry);  // after everything that tells of one
  } else {
    const Caveats found = caveats(entry);
    std::vector<std::string_view> flags;
    std::vector<std::string_view> reasons;
    for (const Caveat& caveat : found) {
      flags.push_back(name(caveat.flag));
      reasons.push_back(caveat.reason);
    }
    fields.flag("ok", found.empty())
        .texts("flags", Layout::line, flags)
        .texts("reasons", Layout::lines, reasons);
  }
}

/// Where the surroundings of an entry are in its record.
struct Places {
  std::size_t meter = 0;
  std::size_t run = 0;  ///< 0: the record's own; i: the i-th of the others, from 1
};

template <class Fields, class Of>
void nodes_fields(Fields&& fields, Of& nodes) {
  fields.list("nodes", Layout::lines, nodes, [](auto&& node, auto& of) {
    node.text("boot", of.boot)
        .text("machine_key", of.machine_key)
        .text("source", of.source)
        .count("ranks", of.ranks)
        .quantity("energy_j", of.energy);
  });
}

template <class Fields, class Of, class PlacesOf>
void entry_fields(Fields&& fields, Of& entry, PlacesOf& places) {
  fields.count("meter", places.meter);
  const bool is_of_other_run = reads<Fields> ? fields.has("run") : places.run != 0;
  if (is_of_other_run) fields.count("run", places.run);
  model_fields(fields.object("model", Layout::line), entry.plan);
  task_fields(fields.object("task", Layout::line), entry);
  plan_fields(fields.object("plan", Layout::line), entry.plan);
  qualities_fields(fields, entry);
  if (fields.has("answers")) answers_fields(fields.object("answers", Layout::line), entry.answers);
  if (fields.has("span")) span_fields(fields.object("span", Layout::line), entry.span);
  time_fields(fields.object("time"), entry);
  energy_fields(fields.object("energy"), entry);
  memory_fields(fields.object("memory"), entry);
  scores_fields(fields, entry.scores);
  counters_fields(fields.object("counters"), entry);
  latency_fields(fields.object("latency"), entry.samples.latency);
  latency_fields(fields.object("first_item"), entry.samples.first_item);
  samples_fields(fields.object("samples"), entry.samples);
  const bool is_trained = reads<Fields> ? fields.has("training") : !entry.plan.training.empty();
  if (is_trained) training_fields(fields.object("training"), entry.plan.training);
  const bool has_attachments =
      reads<Fields> ? fields.has("attachments") : !entry.attachments.empty();
  if (has_attachments) files_fields(fields, "attachments", entry.attachments);
  const bool is_of_several = reads<Fields> ? fields.has("ranks") : !entry.nodes.empty();
  if (is_of_several) {
    fields.count("ranks", entry.ranks);
    nodes_fields(fields, entry.nodes);
  }
  const bool is_of_command = reads<Fields> ? fields.has("command") : entry.command.runs_asked != 0;
  if (is_of_command) command_fields(fields.object("command"), entry.command);
  validity_fields(fields.object("validity"), entry);
}

}  // namespace perjoule::inline v0::detail::record
