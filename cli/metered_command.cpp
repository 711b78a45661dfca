// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "cli/metered_command.hpp"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "cli/child.hpp"
#include "cli/count_instructions.hpp"
#include "cli/interrupts.hpp"
#include "cli/quality_of_runs.hpp"
#include "cli/socket_team.hpp"
#include "perjoule/core/file.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/core/text.hpp"
#include "perjoule/engine/sample_estimates.hpp"
#include "perjoule/measure/summarize.hpp"
#include "perjoule/meters/meter_sources.hpp"
#include "perjoule/meters/window_energy.hpp"

namespace perjoule::cli {

namespace {

/// A meter that an interrupt stops: it then neither waits nor reads.
class StoppableMeter {
 public:
  /// @param meter  borrowed. A reference would ask whether this meter is an AnyMeter
  explicit StoppableMeter(AnyMeter* meter) noexcept : meter_(meter) {}

  [[nodiscard]] bool read(Reading& reading) noexcept {
    return !was_interrupted() && meter_->read(reading);
  }
  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    return meter_->energy(before, after);
  }
  [[nodiscard]] const MeterDescription& description() const noexcept {
    return meter_->description();
  }
  [[nodiscard]] Instant now() noexcept { return meter_->now(); }
  void wait(Seconds duration) noexcept {
    constexpr Seconds longest(0.1);
    for (; duration > Seconds(0.0) && !was_interrupted(); duration -= longest) {
      meter_->wait(std::min(duration, longest));
    }
  }

 private:
  AnyMeter* meter_;
};

/// One run of the command.
struct OneRun {
  ChildUsage usage;
  std::string output;  ///< kept only if a pattern is matched against it
  timespec started{};  ///< of the system's clock
  Window window;
};

/// Passes on and keeps what the command writes, until the command ends: a process that it leaves in
/// the background may hold the pipe open forever.
std::string drain(const Child& child, int from, int to) {
  std::string all;
  char part[65536];
  fcntl(from, F_SETFL, O_NONBLOCK);
  for (;;) {
    const bool was_running = child.is_running();
    const ssize_t n = read(from, part, sizeof part);
    if (n == -1 && errno == EINTR) continue;
    if (n == 0 || (n == -1 && !was_running)) return all;
    if (n == -1) {
      pollfd ready{from, POLLIN, 0};
      (void)poll(&ready, 1, 50);
      continue;
    }
    all.append(part, static_cast<std::size_t>(n));
    for (ssize_t done = 0; done < n;) {
      const ssize_t written = write(to, part + done, static_cast<std::size_t>(n - done));
      if (written == -1 && errno == EINTR) continue;
      if (written <= 0) break;  // no reader is left
      done += written;
    }
  }
}

/// Replaces our CPU time by that of the command, for a model of energy that counts it.
void put_child_cpu(const MeterDescription& meter, Seconds cpu, Reading& before, Reading& after) {
  for (std::size_t i = 0; i < meter.zones.size(); ++i) {
    if (meter.zones[i].id != "CLOCK_PROCESS_CPUTIME_ID") continue;
    before.counts[i] = 0;
    after.counts[i] = static_cast<std::uint64_t>(cpu.si() * 1e9);
  }
}

/// Starts the command. If that fails, the others, who wait for this rank's CPU time, still get it.
/// @throws CannotStart
Child start_with(Team& team, const std::vector<std::string>& command, int sink) {
  try {
    return Child::start(command, sink);
  } catch (const CannotStart&) {
    (void)team.collect("0");
    throw;
  }
}

/// @param reads  whether this process reads the meter. If that counts more than this process, its
///               window ends with the last rank of the team
OneRun run_once(const RunOptions& options, Team& team, bool reads, AnyMeter& meter,
                const SystemFiles& files, ProgramEvents& events) {
  OneRun run;
  const bool captures =
      std::any_of(options.qualities.begin(), options.qualities.end(),
                  [](const QualitySource& source) { return source.file.empty(); });
  // The report goes to standard output, unless it is written to a file.
  const bool has_report = options.output.empty() && !options.is_part;
  const int sink = has_report ? STDERR_FILENO : STDOUT_FILENO;
  int ends[2] = {-1, -1};
  if (captures && pipe2(ends, O_CLOEXEC) == -1) {
    throw Error("no pipe to the command", detail::errno_message(errno), "try again");
  }
  clock_gettime(CLOCK_REALTIME, &run.started);
  events.begin();
  const detail::SystemSnapshot around = detail::take_snapshot(files);
  Reading before(meter.description());
  Reading after(meter.description());
  (void)team.collect("");  // all are here, asleep
  bool has_reading = reads && detail::read_on_tick(meter, before);
  (void)team.tell("");
  const Instant begin = meter.now();
  Child child = start_with(team, options.command, captures ? ends[1] : sink);
  if (captures) {
    close(ends[1]);
    run.output = drain(child, ends[0], sink);
    close(ends[0]);
  }
  run.usage = child.wait();
  const std::string own_cpu = text::shortest(run.usage.cpu.si());
  const std::vector<std::string> cpu_of_ranks = team.collect(own_cpu);
  const Instant end = meter.now();
  has_reading = has_reading && meter.read(after);
  events.end();
  Child::add_orphans(run.usage);
  detail::update_ticks(meter.description(), before, after);
  has_reading = has_reading && detail::await_next_ticks(meter, after);
  put_child_cpu(meter.description(), run.usage.cpu, before, after);
  run.window.items = Items(1.0);
  run.window.wall = has_reading ? after.begin - before.end : end - begin;
  run.window.cpu = run.usage.cpu;
  run.window.interference = detail::interference_between(around, detail::take_snapshot(files));
  run.window.interference.others_cpu -= run.usage.cpu;
  // The first rank alone knows what of the machine's CPU time is that of other ranks.
  if (team.rank() != 0) run.window.interference.others_cpu = Seconds(detail::quiet_nan());
  for (std::size_t other = 1; other < cpu_of_ranks.size(); ++other) {
    std::string_view cpu = cpu_of_ranks[other];
    run.window.interference.others_cpu -= Seconds(detail::take_number(cpu).value_or(0.0));
  }
  run.window.energy =
      has_reading ? meter.energy(before, after) : WindowEnergy{{}, "a reading of the meter failed"};
  return run;
}

/// Adds a run that succeeded.
void add_usage(CommandRuns& command, const ChildUsage& usage) {
  ++command.runs;
  command.peak_memory.push_back(usage.peak_memory.si());
  command.context_switches.push_back(static_cast<double>(usage.context_switches));
  command.left_some_running = command.left_some_running || usage.left_some_running;
}

/// Adds the instructions that valgrind counted.
void add_instructions(EventCounts& counts, const std::vector<double>& instructions) {
  counts.source = counts.source.empty() ? "valgrind" : counts.source + ", valgrind";
  counts.extent = EventExtent::program;
  CountedEvent& counted = counts.events.emplace_back();
  counted.event.name = "instructions";
  counted.event.is_hardware = false;
  counted.per_item = mean_of_independent(instructions, Provenance::measured);
  counted.share = 1.0;
}

/// Returns the file that a shell would run by this name; empty if there is none.
std::string program_file(const std::string& name) {
  if (name.find('/') != name.npos) return name;
  const char* const set = std::getenv("PATH");
  std::string_view folders = set == nullptr ? "/bin:/usr/bin" : set;
  while (!folders.empty()) {
    const std::string_view folder = folders.substr(0, folders.find(':'));
    folders.remove_prefix(std::min(folders.size(), folder.size() + 1));
    const std::string path = fmt::format("{}/{}", folder.empty() ? "." : folder, name);
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

}  // namespace

std::string label_of(const RunOptions& options) {
  return options.name.empty() ? std::string(detail::base_name(options.command[0])) : options.name;
}

struct CommandMeter::Signals {
  InterruptHandler interrupts;
  struct sigaction pipe {};
  struct sigaction child {};
};

CommandMeter::CommandMeter(const MeterOptions& options)
    : found(find_meter(options)),
      files(detail::find_system_files()),
      signals_(std::make_unique<Signals>()) {
  struct sigaction ours {};
  ours.sa_handler = SIG_IGN;  // the reader of the command's output may leave
  sigaction(SIGPIPE, &ours, &signals_->pipe);
  ours.sa_handler = SIG_DFL;  // if our parent ignores SIGCHLD, no child can be waited for
  sigaction(SIGCHLD, &ours, &signals_->child);
}

CommandMeter::~CommandMeter() {
  sigaction(SIGPIPE, &signals_->pipe, nullptr);
  sigaction(SIGCHLD, &signals_->child, nullptr);
}

detail::IdleBlock CommandMeter::measure_idle(Seconds duration) {
  AnyMeter stoppable{StoppableMeter(&found.meter)};
  detail::IdleBlock idle = detail::measure_idle(stoppable, duration, files);
  if (was_interrupted()) return {{}, "an interrupt came while idle power was taken"};
  return idle;
}

MeteredCommand::MeteredCommand(const RunOptions& options, CommandMeter& meter, Team& team)
    : options_(options),
      meter_(meter),
      team_(team),
      events_(options.events),
      values_(options.qualities.size()) {
  entry_.plan.name = label_of(options);
  entry_.inputs = 1;
  entry_.meter = meter.found.meter.description();
  entry_.absent_meters = meter.found.absent;
  entry_.environment = {detail::read_machine(), detail::read_run()};
  entry_.build = {"", true, false};  // it is not known how the command was built
  entry_.environment.run.program_sha256 =
      detail::sha256_of_file(program_file(options.command[0])).value_or("");
  if (!options.is_part) return;
  Job& job = entry_.environment.run.job;
  entry_.command.part_of = job.ranks;
  reader_ = team.tell(fmt::format("rank {}", job.rank));
  // If the launcher gives no name to what it has started, the first rank does, as far as it can.
  const std::string first_run = team.tell(entry_.environment.run.id);
  const bool has_name = !job.launch.empty() || !job.step.empty();
  if (!has_name && team.ranks() == job.ranks) job.launch = first_run;
}

bool MeteredCommand::is_reader() const noexcept {
  return team_.rank() == 0 || entry_.meter.scope == Scope::process;
}

bool MeteredCommand::run() {
  CommandRuns& command = entry_.command;
  try {
    command.why_fewer = first_failure(was_interrupted() ? "interrupted" : "");
    if (!command.why_fewer.empty()) return false;
    OneRun run = run_once(options_, team_, is_reader(), meter_.found.meter, meter_.files, events_);
    exit_code_ = run.usage.exit_code;
    std::vector<double> values;
    command.why_fewer = first_failure(failure_of(run.output, run.started, values));
    if (!command.why_fewer.empty()) return false;
    if (!is_reader()) run.window.energy = {{}, reader_ + " of its machine has the energy"};
    for (std::size_t q = 0; q < values.size(); ++q) {
      const bool is_there = is_finite(values[q]) && values_[q].size() == command.runs;
      if (is_there) values_[q].push_back(values[q]);
    }
    entry_.samples.add(run.window);
    events_.keep();
    add_usage(command, run.usage);
    return true;
  } catch (const CannotStart& reason) {
    if (command.part_of == 0) throw;
    exit_code_ = reason.exit_code;
    command.why_fewer = first_failure(reason.message);
    return false;
  } catch (const RankEnded& ended) {
    problem_ = ended;
    command.why_fewer = fmt::format("rank {} has ended", ended.number);
    return false;
  }
}

std::string MeteredCommand::failure_of(const std::string& output, const timespec& started,
                                       std::vector<double>& values) {
  if (was_interrupted()) return "interrupted";
  if (exit_code_ != 0) return fmt::format("the command ended with exit code {}", exit_code_);
  const bool is_part = entry_.command.part_of != 0;
  for (std::size_t q = 0; q < options_.qualities.size(); ++q) {
    double value = detail::quiet_nan();
    const bool is_of_rank_0 = !options_.qualities[q].file.empty();
    try {
      if (!is_part || !is_of_rank_0 || entry_.environment.run.job.rank == 0) {
        value = read_quality(options_.qualities[q], output, started);
      }
    } catch (const Error& reason) {
      if (!is_part && entry_.command.runs == 0) throw;
      if (!is_part || !values_[q].empty()) {
        problem_ = reason;
        return "the next has no quality";
      }
    }
    values.push_back(value);
  }
  return {};
}

std::string MeteredCommand::first_failure(const std::string& own) {
  const bool is_part = entry_.command.part_of != 0;
  const std::size_t rank = entry_.environment.run.job.rank;
  const std::string named = own.empty() || !is_part ? own : fmt::format("rank {}: {}", rank, own);
  const std::vector<std::string> all = team_.collect(named);
  const auto failed =
      std::find_if(all.begin(), all.end(), [](const std::string& of) { return !of.empty(); });
  return team_.tell(failed == all.end() ? "" : *failed);
}

void MeteredCommand::count() {
  if (!options_.count.empty()) instructions_.push_back(count_instructions(options_.command));
}

int MeteredCommand::exit_code() const noexcept {
  return was_interrupted() && exit_code_ == 0 ? 128 + interrupting_signal() : exit_code_;
}

Entry MeteredCommand::result(const Estimate<Watts>& idle, const std::string& why_none) const {
  Entry entry = entry_;
  entry.span = span_.until_now(entry.meter.provenance);
  entry.command.runs_asked = options_.runs;
  entry.command.exit_code = static_cast<std::size_t>(exit_code());
  entry.command.was_interrupted = was_interrupted();
  entry.samples.idle = idle;
  entry.samples.why_no_idle = why_none;
  const std::string why_no_run = "no run of the command succeeded";
  if (entry.command.runs == 0) entry.samples.why_dropped = why_no_run;
  if (entry.command.runs == options_.runs) entry.command.why_fewer.clear();
  for (std::size_t q = 0; q < options_.qualities.size(); ++q) {
    if (!values_[q].empty())
      entry.quality.push_back(quality_of_runs(options_.qualities[q], values_[q]));
  }
  entry.events = events_.mean_per_run(why_no_run);
  if (!instructions_.empty()) add_instructions(entry.events, instructions_);
  summarize_runs(entry);
  const Run& run = entry.environment.run;
  if (options_.is_part && is_reader()) {
    const bool is_alone = entry.meter.scope == Scope::process;
    entry.nodes = {{run.boot, entry.environment.machine.key, entry.meter.source,
                    is_alone ? 1 : team_.ranks(), energy_of_all(entry.samples, entry.samples)}};
  }
  return entry;
}

Joules energy_of_all(const Samples& part, const Samples& whole) {
  Joules sum{0.0};
  for (std::size_t i = 0; i < whole.windows(); ++i) {
    if (is_finite(whole.at(i, Samples::energy))) sum += Joules(part.at(i, Samples::energy));
  }
  return sum;
}

void summarize_runs(Entry& entry) {
  Samples& samples = entry.samples;
  samples.outcome = detail::outcome_of(samples, false);
  samples.others_cpu_share =
      samples.windows() == 0 ? detail::quiet_nan() : detail::others_cpu_share(samples);
  detail::summarize_windows(entry);
  detail::add_derived_metrics(entry);
  detail::add_scores(entry);
}

}  // namespace perjoule::cli
