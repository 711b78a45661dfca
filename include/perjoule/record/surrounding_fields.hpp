// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <type_traits>

#include "perjoule/core/config.hpp"
#include "perjoule/engine/environment.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/meters/probe.hpp"
#include "perjoule/record/field_writer.hpp"
#include "perjoule/units/estimate.hpp"
#include "perjoule/units/scope.hpp"

// What entries of a run record have in common: runs, machines and meters. As record_fields.hpp, in
// both directions.
namespace perjoule::inline v0::detail::record {

template <class Fields>
inline constexpr bool reads = std::remove_reference_t<Fields>::reads;

template <class Fields, class Of>
void build_fields(Fields&& fields, Of& build) {
  fields.text_or_null("compiler", build.compiler);
  fields.flag_or_null("optimized", build.optimized, !build.compiler.empty());
  fields.flag_or_null("fast_math", build.fast_math, !build.compiler.empty());
}

template <class Fields, class RunOf, class BuildOf>
void run_fields(Fields&& fields, RunOf& run, BuildOf& build) {
  fields.text("perjoule_version", run.perjoule_version)
      .text("id", run.id)
      .text("started_utc", run.utc)
      .text_or_null("git_commit", run.commit);
  // Only git itself can tell whether the checkout has uncommitted changes, and the library does not
  // run it.
  bool is_dirty = run.dirty.value_or(false);
  const bool is_known = fields.flag_or_null("git_dirty", is_dirty, run.dirty.has_value());
  if constexpr (reads<Fields>) {
    if (is_known) run.dirty = is_dirty;
  }
  fields.text_or_null("command", run.command);
  // Older records lack these two.
  if (fields.has("program_sha256")) fields.text_or_null("program_sha256", run.program_sha256);
  if (fields.has("boot")) fields.text_or_null("boot", run.boot);
  const bool has_job = reads<Fields> ? fields.has("job") : !run.job.id.empty() || run.job.ranks > 1;
  if (has_job) {
    fields.object("job", Layout::line)
        .text_or_null("id", run.job.id)
        .text_or_null("array_id", run.job.array_id)
        .text_or_null("task", run.job.task)
        .text_or_null("step", run.job.step)
        .text_or_null("launch", run.job.launch)
        .count("rank", run.job.rank)
        .count("ranks", run.job.ranks);
  }
  build_fields(fields.object("build", Layout::line), build);
}

template <class Fields, class Of>
void machine_fields(Fields&& fields, Of& machine) {
  fields.text("key", machine.key)
      .text_or_null("host_processor_model_name", machine.processor)
      .count_or_null("host_processor_core_count", machine.cores)
      .quantity_or_null("host_memory_capacity_b", machine.memory, machine.memory.si() != 0.0)
      .text_or_null("operating_system", machine.kernel)
      .text_or_null("cpu_frequency_governor", machine.governor);
}

/// A run that is not that of a record's first entry: records of several were merged.
template <class Fields, class EnvironmentOf, class BuildOf>
void other_run_fields(Fields&& fields, EnvironmentOf& environment, BuildOf& build) {
  run_fields(fields.object("run"), environment.run, build);
  machine_fields(fields.object("machine"), environment.machine);
}

template <class Fields, class Of>
void gain_uncertainty_fields(Fields&& fields, Of& gain) {
  fields.number_or_null("share", gain.share)
      .quantity_or_null("offset_w", gain.offset, gain.is_known())
      .number_or_null("share_between_workloads", gain.share_between)
      .quantity_or_null("offset_between_workloads_w", gain.offset_between, gain.is_known());
}

template <class Fields, class Of>
void zone_fields(Fields&& fields, Of& zone) {
  fields.text("name", zone.name)
      .text("id", zone.id)
      .count_or_null("modulus_counts", zone.modulus, never_wraps)
      .quantity("count_j", zone.per_count)
      .quantity("resolution_j", zone.resolution)
      .quantity("update_period_s", zone.update_period)
      .quantity("lateness_s", zone.lateness)
      .quantity("jitter_s", zone.jitter)
      .number("jitter_dof", zone.jitter_dof)
      .quantity("max_power_w", zone.max_power);
  gain_uncertainty_fields(fields.object("gain", Layout::line), zone.gain);
}

template <class Fields, class MeterOf, class AbsentOf>
void meter_fields(Fields&& fields, MeterOf& meter, AbsentOf& absent_meters) {
  fields.text("source", meter.source)
      .text_or_null("root", meter.root)
      .name("scope", meter.scope, Scope(2 * static_cast<unsigned>(Scope::node) - 1))
      .name("provenance", meter.provenance, Provenance::missing)
      .quantity("update_period_s", meter.update_period)
      .text_or_null("note", meter.note)
      .list("zones", Layout::line, meter.zones,
            [](auto&& zone, auto& of) { zone_fields(zone, of); })
      .list("absent", Layout::line, absent_meters, [](auto&& absent, auto& of) {
        absent.text("source", of.source)
            .name("state", of.state, ProbeState::broken)
            .text("reason", of.reason)
            .text("fix", of.fix);
      });
}

}  // namespace perjoule::inline v0::detail::record
