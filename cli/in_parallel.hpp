// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <thread>
#include <type_traits>
#include <vector>

namespace perjoule::cli {

/// Returns the results of function(0), function(1), ..., which all threads of this machine compute.
/// @param function  called from several threads at once
/// @throws what the call with the lowest number throws, after all have ended
template <class Function>
[[nodiscard]] auto in_parallel(std::size_t count, const Function& function) {
  std::vector<std::invoke_result_t<const Function&, std::size_t>> results(count);
  std::vector<std::exception_ptr> failed(count);
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        results[i] = function(i);
      } catch (...) {
        failed[i] = std::current_exception();
      }
    }
  };
  std::vector<std::thread> threads;
  const std::size_t most = std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t i = 1; i < std::min(most, count); ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  for (const std::exception_ptr& problem : failed) {
    if (problem) std::rethrow_exception(problem);
  }
  return results;
}

}  // namespace perjoule::cli
