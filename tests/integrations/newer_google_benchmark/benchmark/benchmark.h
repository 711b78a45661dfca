// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

// What perjoule and its users take from Google Benchmark later than 1.9, as its headers declared it
// in 2026: a stand-in to compile with, of which nothing can be linked or run. Where it differs from
// 1.7.1: a run can be skipped without an error, a MemoryManager has one Stop(), names and messages
// are std::string.
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <map>
#include <string>
#include <vector>

namespace benchmark {

using IterationCount = std::int64_t;
enum TimeUnit { kNanosecond, kMicrosecond, kMillisecond, kSecond };
enum StatisticUnit { kTime, kPercentage };

const char* GetTimeUnitString(TimeUnit unit);

class Counter {
 public:
  enum Flags {
    kDefaults = 0,
    kIsRate = 1 << 0,
    kAvgThreads = 1 << 1,
    kAvgIterations = 1 << 3,
  };
  enum OneK { kIs1000 = 1000, kIs1024 = 1024 };
  Counter(double value = 0.0, Flags flags = kDefaults, OneK one_k = kIs1000);
  double value;
  Flags flags;
  OneK oneK;
};

using UserCounters = std::map<std::string, Counter>;

class alignas(64) State {
 public:
  struct StateIterator {
    struct [[maybe_unused]] Value {};
    Value operator*() const;
    StateIterator& operator++();
    bool operator!=(const StateIterator& end) const;

   private:
    friend class State;
    StateIterator();
    IterationCount cached_;
    State* const parent_;
  };

  StateIterator begin();
  StateIterator end();
  void PauseTiming();
  void ResumeTiming();
  void SkipWithMessage(const std::string& message);
  void SkipWithError(const std::string& message);
  [[nodiscard]] bool skipped() const;
  [[nodiscard]] bool error_occurred() const;
  void SetLabel(const std::string& label);
  [[nodiscard]] int threads() const;
  [[nodiscard]] int thread_index() const;
  [[nodiscard]] IterationCount iterations() const;
  const IterationCount max_iterations;
  UserCounters counters;
};

class MemoryManager {
 public:
  struct Result {
    std::int64_t num_allocs = 0;
    std::int64_t max_bytes_used = 0;
    std::int64_t total_allocated_bytes = INT64_MAX;
    std::int64_t net_heap_growth = INT64_MAX;
    IterationCount memory_iterations = 0;
  };
  virtual ~MemoryManager() = default;
  virtual void Start() = 0;
  virtual void Stop(Result& result) = 0;
};
void RegisterMemoryManager(MemoryManager* manager);

class BenchmarkReporter {
 public:
  struct Context;
  struct Run {
    enum RunType { RT_Iteration, RT_Aggregate };
    RunType run_type;
    std::string aggregate_name;
    StatisticUnit aggregate_unit;
    std::string report_label;
    int skipped;
    std::string skip_message;
    IterationCount iterations;
    TimeUnit time_unit;
    double real_accumulated_time;
    double cpu_accumulated_time;
    UserCounters counters;
    MemoryManager::Result memory_result;
  };
  virtual ~BenchmarkReporter();
  virtual bool ReportContext(const Context& context) = 0;
  virtual void ReportRunsConfig(double min_time, bool has_explicit_iters, IterationCount iters);
  virtual void ReportRuns(const std::vector<Run>& runs) = 0;
  virtual void Finalize();
};

class JSONReporter : public BenchmarkReporter {
 public:
  bool ReportContext(const Context& context) override;
  void ReportRuns(const std::vector<Run>& runs) override;
  void Finalize() override;
};

template <class T>
void DoNotOptimize(T& value);
template <class T>
void DoNotOptimize(T&& value);

void AddCustomContext(std::string key, std::string value);

class Benchmark;
// Has a body, since lambdas that are its argument are of types that no other file can name.
template <class F>
Benchmark* RegisterBenchmark(const std::string&, F&&) {
  return nullptr;
}
void Initialize(int* argc, char** argv, void (*help)() = nullptr);
std::size_t RunSpecifiedBenchmarks();
std::size_t RunSpecifiedBenchmarks(BenchmarkReporter* display, BenchmarkReporter* file);
void Shutdown();

}  // namespace benchmark
