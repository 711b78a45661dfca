// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#define FUSE_USE_VERSION 312
#include <errno.h>
#include <fuse_lowlevel.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "power_profile.hpp"

// A powercap tree whose counters move with the clock, for programs that know nothing of a
// simulation. It stays in the foreground and serves until it is unmounted or gets a signal.
//
// It uses libfuse's low-level interface: a reading is then one table look-up and one formula away
// from the kernel's request, with no path to parse.

namespace {

constexpr const char* usage_text =
    R"(usage: powercap_fuse MOUNTPOINT [OPTION]...
Serves the shape of /sys/class/powercap with simulated counters, until unmounted or SIGTERM.

  --epoch-ns N             time 0, as CLOCK_MONOTONIC in ns (default: the time of mounting)
  --zone ID=NAME=PROFILE   a zone, such as intel-rapl:0:0=dram=ripple:8,0.2,50; any number
                           (default: intel-rapl:0=package-0=constant:65)
  --unit-uj U              one count (61.03515625)
  --range-uj R             max_energy_range_uj, rounded up to whole counts (262143328850)
  --first-uj F             what the counters show at time 0 (0)
  --period-s T             between two steps of a counter (0.001)
  --jitter-s J             each step is late by up to J (20e-6)
  --lateness-s J           its count is shown late, with this standard deviation (0)
  --bimodal                at either of two times
  --lost SHARE             of steps never comes, nor does their energy (0)
  --doubled SHARE          of steps comes again 5 us later (0)
  --gain G                 joules counted for each joule (1)
  --offset-w W             counted even if nothing is consumed (0)
  --seed N                 of all that is drawn, the same for all zones (1)
  --mode OCTAL             of energy_uj (0400)
  --msr                    a file "msr" beside the zones, to bind over /dev/cpu/0/msr: registers
                           of the zones package-0 and dram, which wrap where energy_uj does
  --fault KIND@SECONDS[:ZONE]  from that time on, in one zone (by its ID) or in all; any number
  --tell                   says at the end what each zone consumed since it was mounted
  --ready-fd N             writes the epoch and a new line there once mounted, and closes it

Profiles: constant:W  ripple:MEAN_W,SHARE,HERTZ  square:LOW_W,HIGH_W,PERIOD_S,DUTY
          step:BEFORE_W,AFTER_W,AT_S  burst:LOW_W,HIGH_W,SLOT_S,SHARE,SEED  drift:FROM_W,TO_W,OVER_S
Faults of energy_uj: eacces eintr enodev vanish empty garbage stuck reset late
Ends with 2 on wrong options and with 77 where FUSE is missing or refused.
)";

constexpr int exit_usage = 2;
constexpr int exit_skipped = 77;

std::int64_t clock_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

// ---- The files.

enum Fault : std::size_t {
  eacces,   ///< opening and reading are refused, as by a security module that checks both
  eintr,    ///< every other reading ends with EINTR
  enodev,   ///< readings end with ENODEV
  vanish,   ///< the zone is gone, and files still open end with ENODEV
  empty,    ///< readings give no byte
  garbage,  ///< readings give no number
  stuck,    ///< the counter keeps its value
  reset,    ///< the counter restarts from 0
  late,     ///< a reading takes 5 ms and gives the value from before; other readings wait meanwhile
  faults
};
constexpr std::array<std::string_view, faults> fault_names = {
    "eacces", "eintr", "enodev", "vanish", "empty", "garbage", "stuck", "reset", "late"};
constexpr double never = std::numeric_limits<double>::max();

struct Zone {
  mutable sim::CountedSoFar so_far;
  std::string id;
  std::string name;
  sim::Profile profile;
  std::array<double, faults> from_s;
  std::uint64_t readings = 0;

  [[nodiscard]] bool has(Fault fault, double now_s) const { return from_s[fault] <= now_s; }
};

/// A folder or a file. Its inode number is its index in the list plus 1; the root is first.
struct Node {
  std::string name;
  std::size_t parent = 0;
  Zone* zone = nullptr;
  mode_t mode = S_IFREG | 0444;
  std::string content;
  bool is_counter = false;
  bool is_msr = false;
};

struct Tree {
  sim::Counter counter;
  std::int64_t epoch_ns = 0;
  std::vector<std::unique_ptr<Zone>> zones;
  std::vector<Node> nodes;
  /// How long the kernel may cache names, attributes and rights. Nothing changes them, except for a
  /// zone that vanishes.
  double remembered_s = 3600.0;

  [[nodiscard]] double now_s() const { return static_cast<double>(clock_ns() - epoch_ns) * 1e-9; }

  [[nodiscard]] bool is_there(const Node& node) const {
    return node.zone == nullptr || !node.zone->has(vanish, now_s());
  }

  [[nodiscard]] std::uint64_t shown_uj(const Zone& zone, double now_s) const {
    const double shown_s = std::min(now_s, zone.from_s[stuck]);
    const bool was_reset = zone.has(reset, shown_s);
    return sim::counter_uj(was_reset ? sim::reset_at(counter, zone.from_s[reset]) : counter,
                           zone.profile, shown_s, zone.so_far);
  }
};

/// An open file. The value is printed when a reading begins at offset 0, and later offsets get the
/// rest of that text, so that a shell that reads byte by byte sees one number.
struct OpenFile {
  const Node* node;
  char text[32];
  std::size_t length;
};

// ---- Requests of the kernel.

Tree& tree_of(fuse_req_t request) { return *static_cast<Tree*>(fuse_req_userdata(request)); }

const Node& node_of(fuse_req_t request, fuse_ino_t inode) {
  return tree_of(request).nodes[static_cast<std::size_t>(inode - 1)];
}

struct stat attributes(const Node& node, std::size_t index) {
  struct stat made {};
  made.st_ino = index + 1;
  made.st_mode = node.mode;
  made.st_nlink = S_ISDIR(node.mode) ? 2 : 1;
  made.st_size = S_ISDIR(node.mode) ? 0 : 4096;  // as sysfs reports for every file
  return made;
}

void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
  const Tree& tree = tree_of(request);
  for (std::size_t i = 1; i < tree.nodes.size(); ++i) {
    const Node& node = tree.nodes[i];
    if (node.parent + 1 != parent || node.name != name || !tree.is_there(node)) continue;
    fuse_entry_param entry{};
    entry.ino = i + 1;
    entry.attr = attributes(node, i);
    entry.attr_timeout = tree.remembered_s;
    entry.entry_timeout = tree.remembered_s;
    fuse_reply_entry(request, &entry);
    return;
  }
  fuse_reply_err(request, ENOENT);
}

void getattr(fuse_req_t request, fuse_ino_t inode, fuse_file_info*) {
  const Tree& tree = tree_of(request);
  const Node& node = node_of(request, inode);
  if (!tree.is_there(node)) {
    fuse_reply_err(request, ENOENT);
    return;
  }
  const struct stat found = attributes(node, static_cast<std::size_t>(inode - 1));
  fuse_reply_attr(request, &found, tree.remembered_s);
}

void readdir(fuse_req_t request, fuse_ino_t inode, std::size_t size, off_t offset,
             fuse_file_info*) {
  const Tree& tree = tree_of(request);
  std::vector<char> entries(size);
  std::size_t used = 0;
  const auto add = [&](const char* name, std::size_t index, off_t next) {
    const struct stat found = attributes(tree.nodes[index], index);
    const std::size_t needed =
        fuse_add_direntry(request, entries.data() + used, size - used, name, &found, next);
    if (needed > size - used) return false;
    used += needed;
    return true;
  };
  // Offsets: 0 ".", 1 "..", and 1 + i the node i, which is never the root.
  const auto self = static_cast<std::size_t>(inode - 1);
  bool fits = true;
  if (offset < 1) fits = add(".", self, 1);
  if (fits && offset < 2) fits = add("..", tree.nodes[self].parent, 2);
  for (std::size_t i = offset < 2 ? 1 : static_cast<std::size_t>(offset) - 1;
       fits && i < tree.nodes.size(); ++i) {
    const Node& node = tree.nodes[i];
    if (node.parent == self && tree.is_there(node)) {
      fits = add(node.name.c_str(), i, static_cast<off_t>(i) + 2);
    }
  }
  fuse_reply_buf(request, entries.data(), used);
}

void open(fuse_req_t request, fuse_ino_t inode, fuse_file_info* info) {
  const Tree& tree = tree_of(request);
  const Node& node = node_of(request, inode);
  if (!tree.is_there(node)) {
    fuse_reply_err(request, ENOENT);
    return;
  }
  if (node.is_counter && node.zone->has(eacces, tree.now_s())) {
    fuse_reply_err(request, EACCES);
    return;
  }
  auto file = std::make_unique<OpenFile>(OpenFile{&node, {}, 0});
  info->fh = reinterpret_cast<std::uint64_t>(file.get());
  // Otherwise the kernel would answer the second reading from its page cache.
  info->direct_io = 1;
  info->noflush = 1;
  // If the open request was interrupted, there will be no release.
  if (fuse_reply_open(request, info) == 0) static_cast<void>(file.release());
}

void release(fuse_req_t request, fuse_ino_t, fuse_file_info* info) {
  delete reinterpret_cast<OpenFile*>(info->fh);
  fuse_reply_err(request, 0);
}

/// Prints the current value. Returns 0, or the error of the reading.
int print_counter(Tree& tree, OpenFile& file, double now_s) {
  Zone& zone = *file.node->zone;
  if (zone.has(eintr, now_s) && zone.readings++ % 2 == 0) return EINTR;
  if (zone.has(empty, now_s)) {
    file.length = 0;
    return 0;
  }
  if (zone.has(garbage, now_s)) {
    file.length = std::string_view("garbage\n").copy(file.text, sizeof file.text);
    return 0;
  }
  char* end =
      std::to_chars(file.text, file.text + sizeof file.text, tree.shown_uj(zone, now_s)).ptr;
  *end++ = '\n';
  file.length = static_cast<std::size_t>(end - file.text);
  if (zone.has(late, now_s)) {
    const timespec delay{0, 5'000'000};
    nanosleep(&delay, nullptr);
  }
  return 0;
}

/// Answers with a register of RAPL, whose number is the offset, as the driver msr does.
/// @source Intel SDM, volume 4, table 2-20 (MSR_RAPL_POWER_UNIT and the energy status registers)
void read_register(fuse_req_t request, const Tree& tree, off_t which) {
  std::uint64_t value = 0;
  bool is_there = which == 0x606;
  // One count is a joule over a power of two.
  if (is_there) {
    const double exponent = -std::log2(tree.counter.unit_uj * 1e-6);
    value = static_cast<std::uint64_t>(std::lround(exponent)) << 8U;
  }
  for (const auto& zone : tree.zones) {
    if (zone->name != (which == 0x611 ? "package-0" : which == 0x619 ? "dram" : "none")) continue;
    const auto shown_uj = static_cast<double>(tree.shown_uj(*zone, tree.now_s()));
    value = static_cast<std::uint64_t>(std::llround(shown_uj / tree.counter.unit_uj));
    is_there = true;
  }
  if (is_there) {
    fuse_reply_buf(request, reinterpret_cast<const char*>(&value), sizeof value);
  } else {
    fuse_reply_err(request, EIO);
  }
}

void read(fuse_req_t request, fuse_ino_t, std::size_t size, off_t offset, fuse_file_info* info) {
  Tree& tree = tree_of(request);
  OpenFile& file = *reinterpret_cast<OpenFile*>(info->fh);
  const Node& node = *file.node;
  if (node.is_msr) {
    read_register(request, tree, offset);
    return;
  }
  const auto from = static_cast<std::size_t>(offset);
  int problem = 0;
  std::string_view text = node.content;
  if (node.zone != nullptr) {
    const double now_s = tree.now_s();
    if (node.zone->has(vanish, now_s)) problem = ENODEV;
    if (node.is_counter) {
      if (node.zone->has(enodev, now_s)) problem = ENODEV;
      if (node.zone->has(eacces, now_s)) problem = EACCES;
      if (problem == 0 && from == 0) problem = print_counter(tree, file, now_s);
      text = {file.text, file.length};
    }
  }
  if (problem != 0) {
    fuse_reply_err(request, problem);
    return;
  }
  text = text.substr(std::min(from, text.size()), size);
  fuse_reply_buf(request, text.data(), text.size());
}

// ---- Options.

[[noreturn]] void refuse(const char* what, const char* value) {
  fprintf(stderr, "powercap_fuse: %s: '%s'; see powercap_fuse --help\n", what, value);
  exit(exit_usage);
}

template <class Number>
Number number(const char* text, const char* what, Number least, Number most) {
  Number value{};
  const char* const end = text + strlen(text);
  const auto [next, error] = std::from_chars(text, end, value);
  // Written so that "nan" fails every comparison.
  if (error != std::errc{} || next != end || !(value >= least && value <= most)) refuse(what, text);
  return value;
}

void add_zone(Tree& tree, const char* option) {
  const std::string_view text = option;
  const std::size_t name = text.find('=');
  const std::size_t profile = name == text.npos ? text.npos : text.find('=', name + 1);
  if (profile == text.npos) refuse("a zone is ID=NAME=PROFILE", option);
  auto zone = std::make_unique<Zone>();
  zone->id = text.substr(0, name);
  zone->name = text.substr(name + 1, profile - name - 1);
  zone->from_s.fill(never);
  const std::size_t colon = zone->id.find(':');
  if (colon == 0 || colon == zone->id.npos || zone->id.find('/') != zone->id.npos) {
    refuse("a zone's ID looks like intel-rapl:0", option);
  }
  for (const auto& other : tree.zones) {
    if (other->id == zone->id) refuse("a zone with this ID is already there", option);
  }
  if (!sim::parse(option + profile + 1, zone->profile)) refuse("not a profile", option);
  tree.zones.push_back(std::move(zone));
}

void add_fault(Tree& tree, const char* option) {
  const std::string_view text = option;
  const std::size_t at = text.find('@');
  if (at == text.npos) refuse("a fault is KIND@SECONDS or KIND@SECONDS:ZONE", option);
  const std::size_t colon = text.find(':', at);
  std::size_t fault = 0;
  while (fault < faults && fault_names[fault] != text.substr(0, at)) ++fault;
  if (fault == faults) refuse("no such fault", option);
  const std::string seconds(text.substr(at + 1, colon == text.npos ? colon : colon - at - 1));
  const double from_s = number(seconds.c_str(), "a fault begins at a time in s", 0.0, 1e9);
  bool found = false;
  for (const auto& zone : tree.zones) {
    if (colon != text.npos && zone->id != text.substr(colon + 1)) continue;
    zone->from_s[fault] = from_s;
    found = true;
  }
  if (!found) refuse("no zone has this ID", option);
  if (fault == vanish) tree.remembered_s = 0.0;
}

/// Lists the folders and files, once the zones are known.
void grow(Tree& tree, mode_t counter_mode, bool has_msr) {
  const auto add = [&](Node node) {
    tree.nodes.push_back(std::move(node));
    return tree.nodes.size() - 1;
  };
  add({.name = {}, .mode = S_IFDIR | 0755, .content = {}});
  for (const auto& zone : tree.zones) {
    const std::string control = zone->id.substr(0, zone->id.find(':'));
    bool is_there = false;
    for (const Node& node : tree.nodes) is_there |= node.name == control;
    if (is_there) continue;
    const std::size_t folder = add({.name = control, .mode = S_IFDIR | 0755, .content = {}});
    add({.name = "enabled", .parent = folder, .content = "1\n"});
  }
  if (has_msr) add({.name = "msr", .mode = S_IFREG | 0400, .content = {}, .is_msr = true});
  const std::string range = std::to_string(sim::range_uj(tree.counter)) + '\n';
  for (const auto& zone : tree.zones) {
    Zone* const z = zone.get();
    const std::size_t folder =
        add({.name = z->id, .zone = z, .mode = S_IFDIR | 0755, .content = {}});
    add({.name = "name", .parent = folder, .zone = z, .content = z->name + '\n'});
    add({.name = "max_energy_range_uj", .parent = folder, .zone = z, .content = range});
    add({.name = "energy_uj",
         .parent = folder,
         .zone = z,
         .mode = S_IFREG | counter_mode,
         .content = {},
         .is_counter = true});
  }
}

struct Options {
  const char* mountpoint = nullptr;
  int ready_fd = -1;
  bool tells = false;
};

Options take_options(int argc, char** argv, Tree& tree) {
  enum {
    epoch_ns = 1,
    zone,
    unit_uj,
    range,
    first,
    period,
    jitter,
    lateness,
    bimodal,
    lost,
    doubled,
    gain,
    offset,
    seed,
    mode,
    msr,
    fault,
    ready,
    tell,
    help
  };
  static constexpr option known[] = {{"epoch-ns", required_argument, nullptr, epoch_ns},
                                     {"zone", required_argument, nullptr, zone},
                                     {"unit-uj", required_argument, nullptr, unit_uj},
                                     {"range-uj", required_argument, nullptr, range},
                                     {"first-uj", required_argument, nullptr, first},
                                     {"period-s", required_argument, nullptr, period},
                                     {"jitter-s", required_argument, nullptr, jitter},
                                     {"lateness-s", required_argument, nullptr, lateness},
                                     {"bimodal", no_argument, nullptr, bimodal},
                                     {"lost", required_argument, nullptr, lost},
                                     {"doubled", required_argument, nullptr, doubled},
                                     {"gain", required_argument, nullptr, gain},
                                     {"offset-w", required_argument, nullptr, offset},
                                     {"seed", required_argument, nullptr, seed},
                                     {"mode", required_argument, nullptr, mode},
                                     {"msr", no_argument, nullptr, msr},
                                     {"fault", required_argument, nullptr, fault},
                                     {"ready-fd", required_argument, nullptr, ready},
                                     {"tell", no_argument, nullptr, tell},
                                     {"help", no_argument, nullptr, help},
                                     {}};
  constexpr std::uint64_t most_uj = 5'000'000'000'000'000;  // 2^32 counts of 1 J, as psys has
  Options options;
  sim::Counter& counter = tree.counter;
  mode_t counter_mode = 0400;
  bool has_epoch = false;
  bool has_msr = false;
  std::vector<const char*> given_faults;
  for (int chosen = 0; (chosen = getopt_long(argc, argv, "", known, nullptr)) != -1;) {
    switch (chosen) {
      case epoch_ns:
        tree.epoch_ns = number<std::int64_t>(optarg, "not an epoch in ns", 0,
                                             std::numeric_limits<std::int64_t>::max());
        has_epoch = true;
        break;
      case zone:
        add_zone(tree, optarg);
        break;
      case unit_uj:
        counter.unit_uj = number(optarg, "not a unit in uJ from 0.001 to 1e6", 0.001, 1e6);
        break;
      case range:
        counter.range_uj = number<std::uint64_t>(optarg, "not a range in uJ", 1, most_uj);
        break;
      case first:
        counter.first_uj = number<std::uint64_t>(optarg, "not a count in uJ", 0, most_uj);
        break;
      case period:
        counter.period_s = number(optarg, "not a period in s from 1e-6 to 100", 1e-6, 100.0);
        break;
      case jitter:
        counter.jitter_s = number(optarg, "not a jitter in s from 0 to 100", 0.0, 100.0);
        break;
      case lateness:
        counter.lateness_s = number(optarg, "not a lateness in s from 0 to 100", 0.0, 100.0);
        break;
      case bimodal:
        counter.is_bimodal = true;
        break;
      case lost:
        counter.lost = number(optarg, "not a share from 0 to 0.5", 0.0, 0.5);
        break;
      case doubled:
        counter.doubled = number(optarg, "not a share from 0 to 0.5", 0.0, 0.5);
        break;
      case gain:
        counter.gain = number(optarg, "not a gain from 0.01 to 100", 0.01, 100.0);
        break;
      case offset:
        counter.offset_w = number(optarg, "not an offset in W from 0 to 1000", 0.0, 1000.0);
        break;
      case seed:
        counter.seed = number<std::uint64_t>(optarg, "not a seed", 0, ~std::uint64_t{0});
        break;
      case mode: {
        char* end = nullptr;
        counter_mode = static_cast<mode_t>(strtoul(optarg, &end, 8));
        if (*optarg == '\0' || *end != '\0' || counter_mode > 0777) refuse("not a mode", optarg);
        break;
      }
      case msr:
        has_msr = true;
        break;
      case fault:
        given_faults.push_back(optarg);
        break;
      case ready:
        options.ready_fd = number(optarg, "not a file descriptor", 0, 1'000'000);
        break;
      case tell:
        options.tells = true;
        break;
      case help:
        fputs(usage_text, stdout);
        exit(0);
      default:
        exit(exit_usage);
    }
  }
  if (optind + 1 != argc) {
    fputs(usage_text, stderr);
    exit(exit_usage);
  }
  if (counter.jitter_s >= counter.period_s) {
    refuse("the jitter is not shorter than the period", std::to_string(counter.jitter_s).c_str());
  }
  if (counter.jitter_s + 3.0 * counter.lateness_s >= counter.period_s) {
    refuse("counts would be shown later than a period", std::to_string(counter.lateness_s).c_str());
  }
  options.mountpoint = argv[optind];
  if (tree.zones.empty()) add_zone(tree, "intel-rapl:0=package-0=constant:65");
  for (const char* one : given_faults) add_fault(tree, one);
  if (!has_epoch) tree.epoch_ns = clock_ns();
  grow(tree, counter_mode, has_msr);
  return options;
}

/// Says what the zones consumed, whatever their counters showed.
void tell(const Tree& tree, double from_s, double to_s) {
  for (const auto& zone : tree.zones) {
    const double joules = sim::energy(zone->profile, to_s) - sim::energy(zone->profile, from_s);
    fprintf(stderr, "simulate: %s consumed %.6g J in %.6g s, %.6g W\n", zone->name.c_str(), joules,
            to_s - from_s, joules / (to_s - from_s));
  }
}

}  // namespace

int main(int argc, char** argv) {
  Tree tree;
  const Options options = take_options(argc, argv, tree);

  fuse_lowlevel_ops operations{};
  operations.lookup = lookup;
  operations.getattr = getattr;
  operations.readdir = readdir;
  operations.open = open;
  operations.read = read;
  operations.release = release;
  char program[] = "powercap_fuse";
  char flag[] = "-o";
  // The kernel checks modes and owners, as it does in sysfs; other users than root can reach the
  // files and are refused by them.
  char mount_options[] = "default_permissions,allow_other,ro,noatime,fsname=powercap_fuse";
  char* arguments[] = {program, flag, mount_options, nullptr};
  fuse_args args = FUSE_ARGS_INIT(3, arguments);

  // A separate thread waits for signals. A signal handler could run between the loop's check of its
  // flag and its next wait for the kernel, which would then last forever. The thread sends SIGUSR1
  // until the loop has ended.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  struct sigaction knock {};
  knock.sa_handler = [](int) {};  // without SA_RESTART: it interrupts the wait
  sigaction(SIGUSR1, &knock, nullptr);

  fuse_session* const session = fuse_session_new(&args, &operations, sizeof operations, &tree);
  if (session == nullptr) return exit_skipped;
  if (fuse_session_mount(session, options.mountpoint) != 0) {
    fprintf(stderr, "powercap_fuse: cannot mount at %s\n", options.mountpoint);
    return exit_skipped;
  }
  std::thread([session, signals, loop = pthread_self()] {
    int ignored = 0;
    sigwait(&signals, &ignored);
    fuse_session_exit(session);
    for (const timespec pause{0, 10'000'000};; nanosleep(&pause, nullptr)) {
      pthread_kill(loop, SIGUSR1);
    }
  }).detach();
  // A reader waits until this process gets a processor: next to busy processes that is 0.4 ms for
  // one reading in ten, and 15 us with this priority. It fails harmlessly for ordinary users.
  setpriority(PRIO_PROCESS, 0, -20);
  // From here on, the kernel takes requests; those that come before the loop wait for it.
  if (options.ready_fd != -1) {
    dprintf(options.ready_fd, "%lld\n", static_cast<long long>(tree.epoch_ns));
    close(options.ready_fd);
  }
  const double from_s = tree.now_s();
  const int problem = fuse_session_loop(session);
  if (options.tells) tell(tree, from_s, tree.now_s());
  // From here on, files that are still open return ENOTCONN.
  fuse_session_unmount(session);
  return problem == 0 ? 0 : 1;
}
