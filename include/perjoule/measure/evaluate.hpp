// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "perjoule/core/config.hpp"
#include "perjoule/core/content_hash.hpp"
#include "perjoule/core/error.hpp"
#include "perjoule/core/sha256.hpp"
#include "perjoule/core/view.hpp"
#include "perjoule/engine/answer_checker.hpp"
#include "perjoule/engine/checked_pass.hpp"
#include "perjoule/engine/forward_pass.hpp"
#include "perjoule/engine/measure_options.hpp"
#include "perjoule/engine/team.hpp"
#include "perjoule/quality/metric.hpp"
#include "perjoule/quality/metric_parts.hpp"
#include "perjoule/record/entry.hpp"
#include "perjoule/units/quantity.hpp"

namespace perjoule::inline v0::detail {

/// @throws Error if the number of references differs from the number of inputs
void check_length(const MeasureOptions& plan, std::size_t references, std::size_t inputs);

/// Adds the result of a metric to an entry.
void add_quality(Entry& entry, const Quality& quality, View<double> per_item);

/// @throws Error if the number of outputs differs from the number of inputs
void check_outputs(const MeasureOptions& plan, std::size_t outputs, std::size_t inputs);

/// Whether all metrics take such outputs. Nothing else is compiled for one that does not, since a
/// hundred more errors would hide the one above.
template <class Output, class... Metrics>
inline constexpr bool take_output = (MetricTakesOutput<Metrics, Output>::value && ...);

/// Returns the hash of inputs and references; see Entry::test_set_hash.
template <class Input, class... Metrics>
[[nodiscard]] std::string hash_of_test_set(View<Input> inputs, const Metrics&... metrics) {
  Sha256 hash;
  add_content(hash, inputs);
  (add_references(hash, metrics), ...);
  return hash.is_empty() ? std::string() : hash.hex();
}

/// A process that measures by itself.
struct Alone {};

/// A process that measures with others.
struct Together {
  Team* team;
  Sharing sharing;
};

/// Adds the result of a metric to an entry.
template <class Metric>
void add_result(Entry& entry, Alone, Metric& metric) {
  add_quality(entry, metric.result(), metric.per_item());
}

/// The same for rank 0, of what all ranks have gathered: it is that of the whole, to the bit. Where
/// all ranks share each pass, rank 0 has seen every output.
template <class Metric>
void add_result(Entry& entry, const Together& with, Metric& metric) {
  static_assert(PoolableMetric<Metric>,
                "a metric over several ranks needs pool(next) and parts(visit): see "
                "perjoule/quality/metric_parts.hpp");
  if (with.sharing == Sharing::items) {
    const Metric own = metric;
    const std::vector<std::string> parts = with.team->collect(bytes_of(metric));
    for (std::size_t rank = 1; rank < parts.size(); ++rank) {
      metric.pool(metric_from(own, parts[rank]));
    }
  }
  if (with.team->rank() == 0) add_quality(entry, metric.result(), metric.per_item());
}

/// Returns the number of items of a measurement to rank 0, and that of this rank to the others.
[[nodiscard]] inline std::size_t items_of_all(Alone, std::size_t own) noexcept { return own; }
[[nodiscard]] std::size_t items_of_all(const Together& with, std::size_t own);

/// Runs all inputs once, in order, and passes each output to every metric.
/// @param crew     whether other processes do the same
/// @param answers  gets what each pass returned, and its time
/// @throws Error if a metric has another number of references; ForwardPassError with what the model
///         throws
template <class Crew, class F, class Input, class... Metrics>
void evaluate(const Crew& crew, Entry& entry, AnswerChecker& answers, F& forward,
              const Input* inputs, Metrics&... metrics) {
  using Output = std::remove_cvref_t<std::invoke_result_t<F&, const Input&>>;
  if constexpr (take_output<Output, Metrics...>) {
    const std::size_t count = entry.inputs;
    (check_length(entry.plan, metrics.items(), count), ...);
    entry.test_set_hash = hash_of_test_set(View<Input>(inputs, count), metrics...);
    std::size_t item = 0;
    try {
      for (; item != count; ++item) {
        pass_once(forward, inputs[item], answers.clock(), [&](const auto& output, Seconds time) {
          const auto digest = digest_of(output);
          answers.add_item(digest);
          answers.add_pass({digest, time});
          (metrics.add(item, output), ...);
        });
      }
    } catch (const Error&) {
      throw;  // thrown by a metric, which names the item itself
    } catch (...) {
      throw_with_item({item, 1, count}, entry.plan.label());
    }
    entry.inputs = items_of_all(crew, count);
    (add_result(entry, crew, metrics), ...);
  }
}

/// The same for a model that takes batches. The last batch may be smaller.
/// @throws as evaluate(), and Error if a batch of outputs has another size than its inputs
template <class Crew, class F, class Input, class... Metrics>
void evaluate_batches(const Crew& crew, Entry& entry, AnswerChecker& answers, F& forward,
                      const Input* inputs, Metrics&... metrics) {
  using Outputs = std::remove_cvref_t<std::invoke_result_t<F&, View<Input>>>;
  using Output = std::remove_cvref_t<decltype(std::declval<Outputs&>()[std::size_t{0}])>;
  if constexpr (take_output<Output, Metrics...>) {
    const std::size_t count = entry.inputs;
    (check_length(entry.plan, metrics.items(), count), ...);
    entry.test_set_hash = hash_of_test_set(View<Input>(inputs, count), metrics...);
    std::size_t item = 0;
    std::size_t size = 0;
    try {
      while (item != count) {
        const std::size_t left = count - item;
        size = entry.plan.batch < left ? entry.plan.batch : left;
        const auto judge = [&](const auto& outputs, Seconds time) {
          check_outputs(entry.plan, std::size(outputs), size);
          answers.add_pass({digest_of(outputs), time});
          for (std::size_t i = 0; i < size; ++i) {
            const Output& output = outputs[i];
            answers.add_item(digest_of(output));
            (metrics.add(item + i, output), ...);
          }
        };
        pass_once(forward, View<Input>(inputs + item, size), answers.clock(), judge);
        item += size;
      }
    } catch (const Error&) {
      throw;
    } catch (...) {
      throw_with_item({item, size, count}, entry.plan.label());
    }
    entry.inputs = items_of_all(crew, count);
    (add_result(entry, crew, metrics), ...);
  }
}

}  // namespace perjoule::inline v0::detail

#ifdef PERJOULE_DEFINITIONS
#include "perjoule/measure/evaluate-inl.hpp"
#endif
