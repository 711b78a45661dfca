// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <dlfcn.h>
#include <stdlib.h>

#include <string>
#include <string_view>
#include <vector>

#include "perjoule/core/file.hpp"
#include "perjoule/core/version.hpp"
#include "perjoule/engine/measure_options.hpp"

namespace perjoule::inline v0 {

namespace detail {

/// Returns a function of a library that this program has loaded, if it has one of that name.
template <class Function>
[[nodiscard]] Function* loaded_function(const char* name) noexcept {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

/// Returns the library that multiplies matrices here; empty if there is none, or if it is part of
/// the program itself.
[[nodiscard]] inline std::string blas_library() {
  void* const multiply = dlsym(RTLD_DEFAULT, "sgemm_");
  Dl_info found{};
  if (multiply == nullptr || dladdr(multiply, &found) == 0) return {};
  // Debian's libblas.so.3 is a link to what was chosen by update-alternatives.
  char* const path = realpath(found.dli_fname, nullptr);
  const std::string library = path == nullptr ? found.dli_fname : path;
  free(path);
  return library;
}

/// Adds a setting unless one of its name was given.
inline void add_unless_given(std::vector<Setting>& settings, const Setting& setting) {
  for (const Setting& given : settings) {
    if (given.name == setting.name) return;
  }
  settings.push_back(setting);
}

}  // namespace detail

/// Returns which BLAS this program uses, and with how many threads: {"blas", "OpenBLAS 0.3.21 ..."}
/// and {"blas_threads", "2"}; of one that does not say it, the file's name. A model can take four
/// times as long with another one.
[[nodiscard]] inline std::vector<Setting> blas_settings() {
  const std::string library = detail::blas_library();
  if (library.empty()) return {};
  const auto config = detail::loaded_function<char*()>("openblas_get_config");
  const auto threads = detail::loaded_function<int()>("openblas_get_num_threads");
  if (library.find("openblas") == library.npos || config == nullptr || threads == nullptr) {
    return {{"blas", std::string(detail::base_name(library))}};
  }
  return {{"blas", config()}, {"blas_threads", std::to_string(threads())}};
}

/// Sets the number of threads of OpenBLAS, if this program uses it: OMP_NUM_THREADS is read before
/// main() begins. Does nothing with another BLAS.
/// @param threads  at least 1
inline void use_blas_threads(int threads) {
  if (const auto set = detail::loaded_function<void(int)>("openblas_set_num_threads")) set(threads);
}

}  // namespace perjoule::inline v0
