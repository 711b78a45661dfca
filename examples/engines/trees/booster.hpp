// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <xgboost/c_api.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engines/trees/tumours.hpp"
#include "perjoule/perjoule.hpp"
#include "quickstart/files.hpp"

namespace trees {

inline constexpr const char* learning_rate = "0.1";
inline constexpr const char* row_share =
    "0.5";  ///< of the samples, drawn for each tree by the seed

/// @throws  std::runtime_error with the first line of what XGBoost says: the rest is a stack trace
inline void check(int code, const std::string& where, const std::string& next_step) {
  if (code == 0) return;
  const std::string said = XGBGetLastError();
  quickstart::fail("XGBoost refuses", where + ": " + said.substr(0, said.find('\n')), next_step);
}

/// Gradient-boosted trees, in one thread.
class Booster {
 public:
  [[nodiscard]] static Booster train(const Tumours& tumours, int depth, int rounds, int seed) {
    DMatrixHandle raw = nullptr;
    const std::size_t count = tumours.train_rows.size();
    check(XGDMatrixCreateFromMat(tumours.train_rows.front().data(), count, feature_count,
                                 std::numeric_limits<float>::quiet_NaN(), &raw),
          "the samples", "look at the data");
    const std::unique_ptr<void, decltype(&XGDMatrixFree)> samples(raw, &XGDMatrixFree);
    check(XGDMatrixSetFloatInfo(raw, "label", tumours.train_labels.data(), count), "the labels",
          "look at the data");
    Booster booster(&raw, 1);
    booster.set("objective", "binary:logistic");
    booster.set("max_depth", std::to_string(depth));
    booster.set("eta", learning_rate);
    booster.set("subsample", row_share);
    booster.set("seed", std::to_string(seed));
    for (int round = 0; round < rounds; ++round) {
      check(XGBoosterUpdateOneIter(booster.handle_.get(), round, raw),
            "round " + std::to_string(round), "look at the settings");
    }
    return booster;
  }

  [[nodiscard]] static Booster load(const std::string& path) {
    Booster booster(nullptr, 0);
    check(XGBoosterLoadModel(booster.handle_.get(), path.c_str()), path, "train the model again");
    return booster;
  }

  void save(const std::string& path) const {
    check(XGBoosterSaveModel(handle_.get(), path.c_str()), path,
          "check that its folder is writable and has room");
  }

  /// Returns the probability that each sample is malignant. XGBoost reads the rows where they are.
  [[nodiscard]] std::vector<float> operator()(perjoule::View<Row> rows) const {
    const std::string values =
        "{\"data\":[" + std::to_string(reinterpret_cast<std::uintptr_t>(rows.data())) +
        ",true],\"shape\":[" + std::to_string(rows.size()) + "," + std::to_string(feature_count) +
        "],\"typestr\":\"<f4\",\"version\":3}";
    constexpr const char* options =
        "{\"type\":0,\"training\":false,\"iteration_begin\":0,\"iteration_end\":0,"
        "\"strict_shape\":false,\"cache_id\":0,\"missing\":NaN}";
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* probabilities = nullptr;
    check(XGBoosterPredictFromDense(handle_.get(), values.c_str(), options, nullptr, &shape,
                                    &dimensions, &probabilities),
          "a prediction", "look at the rows");
    return {probabilities, probabilities + rows.size()};
  }

  /// Returns the number of nodes: each has learnt one number, a threshold or the value of a leaf.
  [[nodiscard]] std::uint64_t nodes() const {
    bst_ulong trees = 0;
    const char** texts = nullptr;
    check(XGBoosterDumpModelEx(handle_.get(), "", 0, "text", &trees, &texts), "a dump",
          "train the model again");
    std::uint64_t lines = 0;
    for (bst_ulong tree = 0; tree < trees; ++tree) {
      const std::string text = texts[tree];
      lines += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    }
    return lines;
  }

 private:
  Booster(const DMatrixHandle* samples, bst_ulong count) : handle_(nullptr, &XGBoosterFree) {
    BoosterHandle raw = nullptr;
    check(XGBoosterCreate(samples, count, &raw), "a new model", "free some memory");
    handle_.reset(raw);
    set("nthread", "1");  // a model's file does not keep it
  }

  void set(const char* name, const std::string& value) {
    check(XGBoosterSetParam(handle_.get(), name, value.c_str()), name, "look at the settings");
  }

  std::unique_ptr<void, decltype(&XGBoosterFree)> handle_;
};

}  // namespace trees
