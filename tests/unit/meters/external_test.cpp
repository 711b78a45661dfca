// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/meters/external.hpp"

#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "catch.hpp"
#include "perjoule/core/nan.hpp"
#include "perjoule/units/quantity.hpp"
#include "system_tree.hpp"

using namespace perjoule;

namespace {

/// A wattmeter that a test controls.
struct Wattmeter {
  double joules = 0.0;
  bool works = true;

  [[nodiscard]] auto function() {
    return [this]() -> std::optional<Joules> {
      if (!works) return {};
      return Joules(joules);
    };
  }
};

/// The other program: it writes to a file or a named pipe.
class Writer {
 public:
  explicit Writer(const std::string& path)
      : file_(open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0644)) {
    if (file_ == -1) throw std::runtime_error("cannot open " + path);
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer() { close(file_); }

  void write(std::string_view text) const {
    REQUIRE(::write(file_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  }

 private:
  int file_;
};

CounterMeter opened(const std::string& path) {
  Probe<CounterMeter> probe = open_external(path);
  INFO(probe.reason());
  REQUIRE(probe.is_found());
  return probe.take();
}

/// Waits until a claim holds, which takes milliseconds.
template <class ClaimOutcome>
bool soon(ClaimOutcome claim) {
  const Instant start = SystemClock::now();
  while (!claim()) {
    if (SystemClock::now() - start > 5_s) return false;
    SystemClock::wait(1_ms);
  }
  return true;
}

/// Waits until a meter shows these microjoules.
bool shows(CounterMeter& meter, std::uint64_t microjoules) {
  return soon([&] {
    Reading reading;
    return meter.read(reading) && reading.counts[0] == microjoules;
  });
}

/// Whether readings begin to fail, and go on failing.
bool breaks_off(CounterMeter& meter) {
  const auto fails = [&] {
    Reading reading;
    return !meter.read(reading);
  };
  if (!soon(fails)) return false;
  SystemClock::wait(20_ms);
  return fails();
}

/// Whether the value stays the same for 20 ms, in which the meter polls ten times.
bool still_shows(CounterMeter& meter, std::uint64_t microjoules) {
  SystemClock::wait(20_ms);
  Reading reading;
  return meter.read(reading) && reading.counts[0] == microjoules;
}

}  // namespace

TEST_CASE("a user's own meter is a function that tells joules", "[meters][external]") {
  Wattmeter wattmeter{12.5};
  CounterMeter meter = external_meter("yokogawa-wt310", Scope::psys, wattmeter.function());
  const MeterDescription& what = meter.description();
  CHECK(what.source == "external");
  CHECK(what.root.empty());
  CHECK(what.scope == Scope::psys);
  CHECK(what.provenance == Provenance::measured);
  CHECK(has(what.note, "yokogawa-wt310"));
  REQUIRE(what.zones.size() == 1);
  CHECK(what.zones[0].name == "yokogawa-wt310");
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  CHECK(before.counts[0] == 12'500'000);
  wattmeter.joules = 20.0;
  REQUIRE(meter.read(after));
  const WindowEnergy found = counted(meter, before, after);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(7.5));
}

TEST_CASE("a user's meter that fails, or tells nonsense, is a failed reading",
          "[meters][external]") {
  Wattmeter wattmeter{1.0};
  CounterMeter meter = external_meter("mine", Scope::package, wattmeter.function());
  CHECK(meter.description().scope == Scope::package);
  Reading reading;
  REQUIRE(meter.read(reading));
  SECTION("it says so") { wattmeter.works = false; }
  SECTION("no number") { wattmeter.joules = detail::quiet_nan(); }
  SECTION("less than nothing") { wattmeter.joules = -1.0; }
  SECTION("more than 32 bits of joules") { wattmeter.joules = 2e12; }
  CHECK_FALSE(meter.read(reading));
  wattmeter = {2.0};
  CHECK(meter.read(reading));
}

TEST_CASE("a user's meter that started again is not taken for a wrap", "[meters][external]") {
  Wattmeter wattmeter{1000.0};
  CounterMeter meter = external_meter("mine", Scope::psys, wattmeter.function());
  Reading before;
  Reading after;
  REQUIRE(meter.read(before));
  wattmeter.joules = 1.0;
  REQUIRE(meter.read(after));
  CHECK_FALSE(counted(meter, before, after).energy.is_known());
}

TEST_CASE("joules that another program writes to a file are counted", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "wattmeter.log";
  const Writer other(path);
  other.write("17.25 1000\n");
  CounterMeter meter = opened(path);
  const MeterDescription& what = meter.description();
  CHECK(what.source == "external");
  CHECK(what.root == path);
  CHECK(what.scope == Scope::psys);
  CHECK(what.provenance == Provenance::measured);
  CHECK(what.zones[0].name == "wattmeter.log");
  Reading before;
  REQUIRE(meter.read(before));
  CHECK(before.counts[0] == 0);  // since the first line
  other.write("18.25 1012.5\n");
  CHECK(shows(meter, 12'500'000));
  other.write("19 1020\n19.5 1025\n20 1030\n");
  CHECK(shows(meter, 30'000'000));
  Reading after;
  REQUIRE(meter.read(after));
  const WindowEnergy found = counted(meter, before, after);
  REQUIRE(found.energy.is_known());
  CHECK(found.energy.value.si() == Approx(30.0));
}

TEST_CASE("joules that another program writes to a named pipe are counted", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "pipe";
  REQUIRE(mkfifo(path.c_str(), 0600) == 0);
  const Writer other(path);
  other.write("0 0\n");
  CounterMeter meter = opened(path);
  other.write("1e0 2.5e1\r\n");
  CHECK(shows(meter, 25'000'000));
  other.write("\t2   26.000001 \n");
  CHECK(shows(meter, 26'000'001));
}

TEST_CASE("a line counts once it is whole", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "log";
  const Writer other(path);
  other.write("0 0\n");
  CounterMeter meter = opened(path);
  other.write("1 1");
  CHECK(still_shows(meter, 0));
  other.write("00");
  CHECK(still_shows(meter, 0));
  other.write("\n2 1");
  CHECK(shows(meter, 100'000'000));
  other.write("50\n");
  CHECK(shows(meter, 150'000'000));
}

TEST_CASE("many lines at once are all read", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "log";
  const Writer other(path);
  other.write("0 0\n");
  CounterMeter meter = opened(path);
  std::string lines;
  for (int i = 1; i <= 1000; ++i) {
    lines += std::to_string(i) + " " + std::to_string(2 * i) + "\n";
  }
  other.write(lines);
  CHECK(shows(meter, 2'000'000'000));
}

TEST_CASE("a line that is none breaks the meter for good", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "log";
  const Writer other(path);
  other.write("5 50\n");
  CounterMeter meter = opened(path);
  const char* const line = GENERATE("hello\n", "\n", "6\n", "6 60 600\n", "6 60 J\n", "nan 60\n",
                                    "6 inf\n", "6 nan\n", "6,60\n", "6;60\n",
                                    "4.9 60\n",    // back in time
                                    "6 49.999\n",  // joules lost
                                    "6 1e300\n");  // more than is possible
  CAPTURE(line);
  other.write(line);
  CHECK(breaks_off(meter));
  other.write("7 70\n");
  CHECK(breaks_off(meter));
}

TEST_CASE("a line without an end breaks the meter", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "log";
  const Writer other(path);
  other.write("0 0\n");
  CounterMeter meter = opened(path);
  other.write(std::string(2000, '1'));
  CHECK(breaks_off(meter));
  other.write("\n3 30\n");
  CHECK(breaks_off(meter));
}

TEST_CASE("a file without an end that has no lines is not read for ever", "[meters][external]") {
  const Probe<CounterMeter> probe = open_external("/dev/zero");
  CHECK(probe.state() == ProbeState::broken);
  CHECK(has(probe.reason(), "/dev/zero"));
}

TEST_CASE("equal times and equal joules are no step back", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "log";
  const Writer other(path);
  other.write("1 10\n");
  CounterMeter meter = opened(path);
  other.write("1 10\n1 11\n2 11\n2 12\n");
  CHECK(shows(meter, 2'000'000));
}

TEST_CASE("the lines mean the same in every language", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "log";
  const Writer other(path);
  const std::string before = setlocale(LC_NUMERIC, nullptr);
  if (setlocale(LC_NUMERIC, "de_DE.UTF-8") == nullptr) {
    WARN("skipped: no locale with a decimal comma is installed");
    return;
  }
  other.write("0.5 1.5\n1.5 3.75\n");
  detail::ExternalLineReader lines{
      detail::FileDescriptor(open(path.c_str(), O_RDONLY | O_CLOEXEC))};
  lines.poll();
  setlocale(LC_NUMERIC, before.c_str());
  std::uint64_t microjoules = 0;
  CHECK(lines.read(microjoules));
  CHECK(microjoules == 2'250'000);
}

TEST_CASE("a program that writes nothing is not waited for without end", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "log";
  const Writer other(path);
  const std::size_t before = open_files();
  const Probe<CounterMeter> probe = open_external(path);
  CHECK(probe.state() == ProbeState::broken);
  INFO(probe.reason());
  CHECK(has(probe.reason(), path));
  CHECK(has(probe.reason(), "within 3 s"));
  CHECK_FALSE(probe.fix().empty());
  CHECK(open_files() == before);
}

TEST_CASE("a file that is not there is named", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "nowhere";
  const Probe<CounterMeter> probe = open_external(path);
  CHECK(probe.state() == ProbeState::absent);
  CHECK(has(probe.reason(), "cannot read " + path + ": no such file"));
  CHECK(has(probe.fix(), "seconds joules"));
}

TEST_CASE("a file that may not be read is forbidden", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "log";
  Writer(path).write("0 0\n");
  std::filesystem::permissions(path, std::filesystem::perms::none);
  const int code = as_nobody(folder.path().string(), [&] {
    return open_external(path).state() == ProbeState::forbidden ? 0 : 1;
  });
  if (code == -1) {
    WARN("skipped: cannot become a user who may see the folder but not the file");
    return;
  }
  CHECK(code == 0);
}

TEST_CASE("a meter closes the file of the other program", "[meters][external]") {
  const scratch::Folder folder;
  const std::string path = folder / "log";
  Writer(path).write("0 0\n");
  const std::size_t before = open_files();
  {
    const CounterMeter meter = opened(path);
    CHECK(open_files() == before + 1);
  }
  CHECK(open_files() == before);
}
