// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "perjoule/core/periodic_thread.hpp"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>

#include "catch.hpp"

using namespace perjoule;

namespace {

/// The effects of a task.
struct Done {
  std::atomic<int> times = 0;
  std::atomic<bool> is_running = false;
  std::atomic<int> takes_ms = 0;
  std::atomic<bool> takes_signals = false;
  std::atomic<pthread_t> thread = {};
};

void sleep_ms(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

void task(Done& done) {
  done.is_running = true;
  done.thread = pthread_self();
  sigset_t blocked;
  pthread_sigmask(SIG_SETMASK, nullptr, &blocked);
  done.takes_signals = sigismember(&blocked, SIGINT) == 0 || sigismember(&blocked, SIGTERM) == 0;
  sleep_ms(done.takes_ms);
  ++done.times;
  done.is_running = false;
}

/// Waits until a condition holds, which takes milliseconds.
template <class Condition>
bool soon(Condition condition) {
  for (int i = 0; i < 5'000; ++i) {
    if (condition()) return true;
    sleep_ms(1);
  }
  return false;
}

double now_s() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * static_cast<double>(now.tv_nsec);
}

}  // namespace

TEST_CASE("a task is done again and again, by a thread of its own", "[core][periodic]") {
  Done done;
  detail::PeriodicThread periodic;
  REQUIRE(periodic.start(1e-3, [&] { task(done); }));
  CHECK(soon([&] { return done.times >= 5; }));
  periodic.stop();
  CHECK(pthread_equal(done.thread, pthread_self()) == 0);
}

TEST_CASE("a task is done seldom where that is asked for", "[core][periodic]") {
  Done done;
  detail::PeriodicThread periodic;
  const double start = now_s();
  REQUIRE(periodic.start(20e-3, [&] { task(done); }));
  sleep_ms(200);
  periodic.stop();
  // Never more often than the period, and first one period after the start.
  CHECK(done.times <= static_cast<int>((now_s() - start) / 20e-3));
  CHECK(done.times >= 1);
}

TEST_CASE("periods of more than a second are whole and broken seconds", "[core][periodic]") {
  Done done;
  detail::PeriodicThread periodic;
  REQUIRE(periodic.start(1.05, [&] { task(done); }));
  sleep_ms(500);
  CHECK(done.times == 0);
  CHECK(soon([&] { return done.times == 1; }));
  periodic.stop();
}

TEST_CASE("who stops a task need not wait for its next time", "[core][periodic]") {
  Done done;
  detail::PeriodicThread periodic;
  REQUIRE(periodic.start(3600.0, [&] { task(done); }));
  sleep_ms(20);  // it waits by now
  const double start = now_s();
  periodic.stop();
  CHECK(now_s() - start < 60.0);
  CHECK(done.times == 0);
}

TEST_CASE("a task that is stopped has ended and is not done again", "[core][periodic]") {
  Done done;
  done.takes_ms = 30;
  detail::PeriodicThread periodic;
  REQUIRE(periodic.start(1e-3, [&] { task(done); }));
  REQUIRE(soon([&] { return done.is_running.load(); }));
  periodic.stop();
  CHECK_FALSE(done.is_running);
  const int times = done.times;
  CHECK(times >= 1);
  sleep_ms(50);
  CHECK(done.times == times);
}

TEST_CASE("a task that was stopped can be started again", "[core][periodic]") {
  Done first;
  Done second;
  detail::PeriodicThread periodic;
  REQUIRE(periodic.start(1e-3, [&] { task(first); }));
  REQUIRE(soon([&] { return first.times >= 2; }));
  periodic.stop();
  const int times = first.times;
  REQUIRE(periodic.start(1e-3, [&] { task(second); }));
  CHECK(soon([&] { return second.times >= 2; }));
  CHECK(first.times == times);
}

TEST_CASE("a task is stopped by the end of its thread's owner", "[core][periodic]") {
  Done done;
  {
    detail::PeriodicThread periodic;
    REQUIRE(periodic.start(1e-3, [&] { task(done); }));
    REQUIRE(soon([&] { return done.times >= 1; }));
  }
  const int times = done.times;
  sleep_ms(20);
  CHECK(done.times == times);
}

TEST_CASE("stopping what does not run does nothing", "[core][periodic]") {
  detail::PeriodicThread periodic;
  periodic.stop();
  Done done;
  REQUIRE(periodic.start(1e-3, [&] { task(done); }));
  periodic.stop();
  periodic.stop();
  CHECK_FALSE(done.is_running);
}

TEST_CASE("a child of fork ends although the task's thread is not in it", "[core][periodic]") {
  Done done;
  auto periodic = std::make_unique<detail::PeriodicThread>();
  REQUIRE(periodic->start(1e-3, [&] { task(done); }));
  REQUIRE(soon([&] { return done.times > 0; }));
  const pid_t child = fork();
  if (child == 0) {
    alarm(30);  // ends a child that waits for the thread
    periodic.reset();
    _exit(7);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 7);
  const int before = done.times;
  CHECK(soon([&] { return done.times > before; }));
}

TEST_CASE("a lock keeps the task out", "[core][periodic]") {
  Done done;
  done.takes_ms = 1;
  detail::PeriodicThread periodic;
  REQUIRE(periodic.start(1e-3, [&] { task(done); }));
  REQUIRE(soon([&] { return done.times >= 1; }));
  periodic.lock();
  CHECK_FALSE(done.is_running);
  const int times = done.times;
  sleep_ms(50);
  CHECK(done.times == times);
  periodic.unlock();
  CHECK(soon([&] { return done.times > times; }));
}

TEST_CASE("a lock is there without a task", "[core][periodic]") {
  detail::PeriodicThread periodic;
  periodic.lock();
  periodic.unlock();
  periodic.lock();
  periodic.unlock();
}

TEST_CASE("the task's thread takes no signal from the program, and the program still does",
          "[core][periodic]") {
  sigset_t interrupt;
  sigset_t before;
  sigset_t after;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  pthread_sigmask(SIG_UNBLOCK, &interrupt, &before);
  Done done;
  detail::PeriodicThread periodic;
  REQUIRE(periodic.start(1e-3, [&] { task(done); }));
  pthread_sigmask(SIG_SETMASK, &before, &after);
  CHECK(sigismember(&after, SIGINT) == 0);
  REQUIRE(soon([&] { return done.times >= 1; }));
  periodic.stop();
  CHECK_FALSE(done.takes_signals);
}
