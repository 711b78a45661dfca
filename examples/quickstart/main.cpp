// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Trains a small network on handwritten digits, makes cheaper variants of it, and shows what
// quality each of them buys with a joule and with a byte.

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <perjoule/integrations/heap_hook.hpp>
#include <perjoule/perjoule.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "quickstart/digits.hpp"
#include "quickstart/int8.hpp"
#include "quickstart/mlp.hpp"
#include "quickstart/variants.hpp"

namespace {

constexpr const char* usage =
    "usage: quickstart [--require measured] [--budget SECONDS] [--out FOLDER]\n"
    "\n"
    "  --require measured  end with exit code 69 where no meter can be read\n"
    "  --budget SECONDS    wall time for each variant (default 3)\n"
    "  --out FOLDER        for result.json, table.md and the weights (default out/demo)\n";

struct Options {
  perjoule::MeterOptions meter;
  perjoule::Seconds budget{3.0};
  std::string out = "out/demo";
};

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view option = argv[i];
    const char* const value = i + 1 < argc ? argv[i + 1] : "";
    if (option == "--help") {
      std::fputs(usage, stdout);
      std::exit(0);
    }
    if (option == "--require" && std::string_view(value) == "measured") {
      options.meter.require = perjoule::Provenance::measured;
    } else if (option == "--budget" && std::atof(value) > 0.0) {
      options.budget = perjoule::Seconds(std::atof(value));
    } else if (option == "--out" && *value != '\0') {
      options.out = value;
    } else {
      std::fprintf(stderr, "quickstart: cannot use '%s %s'\n%s", argv[i], value, usage);
      std::exit(2);
    }
  }
  return options;
}

std::string weights_of(const Options& options, const std::string& name) {
  return options.out + "/weights/" + name;
}

/// Saves a model and loads it again, so that the score includes what the file loses.
template <class Model>
Model save_and_reload(const Options& options, const std::string& name, const Model& trained) {
  trained.save(weights_of(options, name));
  return Model::load(weights_of(options, name));
}

template <class Model>
perjoule::Entry measure(perjoule::Session& session, const Options& options,
                        const quickstart::Digits& digits, const std::string& name,
                        const Model& model) {
  std::fprintf(stderr, "measuring %s\n", name.c_str());
  return session.measure(
      {.name = name,
       .budget = options.budget,
       .weights = weights_of(options, name),
       .resident_weights = perjoule::Bytes(static_cast<double>(model.resident_bytes())),
       .parameters = model.parameters(),
       .format = Model::name,
       .dataset = digits.source},
      model, digits.test_images, perjoule::accuracy(digits.test_labels));
}

int run(const Options& options) {
  perjoule::Session session(options.meter);
  const quickstart::Digits digits = quickstart::find_or_generate_digits();
  std::fprintf(stderr, "data: %s; %zu images to train on, %zu to test on\n", digits.source.c_str(),
               digits.train_images.size(), digits.test_images.size());
  const quickstart::Mlp large = quickstart::train(digits, 128, 1);
  std::filesystem::create_directories(options.out + "/weights");

  std::vector<perjoule::Entry> entries;
  const auto add = [&](const std::string& name, const auto& trained) {
    const auto model = save_and_reload(options, name, trained);
    entries.push_back(measure(session, options, digits, name, model));
    return model;
  };
  add("constant", quickstart::Constant::most_frequent(digits.train_labels));
  for (const int hidden : {8, 16}) {
    add("fp32-" + std::to_string(hidden), quickstart::Fp32(quickstart::train(digits, hidden, 1)));
  }
  const auto fp32_128 = add("fp32-128", quickstart::Fp32(large));
  add("bf16-128", quickstart::Bf16(large));
  const auto int8_128 = add("int8-128", quickstart::Int8(large));

  // Measurements made one after the other drift apart with the machine; those made in turns do not.
  std::fprintf(stderr, "comparing int8-128 with fp32-128\n");
  const perjoule::Comparison compared = session.compare(
      {.budget = options.budget}, digits.test_images,
      perjoule::variant({.name = "fp32-128"}, fp32_128, perjoule::accuracy(digits.test_labels)),
      perjoule::variant({.name = "int8-128"}, int8_128, perjoule::accuracy(digits.test_labels)));

  const std::string table = perjoule::markdown(entries);
  const std::string report = table + "- data: " + digits.source + ".\n\n" +
                             perjoule::headline(entries) + "\n\n" + perjoule::describe(compared) +
                             "\n";
  perjoule::write_json(options.out + "/result.json", entries);
  perjoule::write_file(options.out + "/table.md", report);
  std::printf("%s", report.c_str());
  std::fprintf(stderr, "\nwrote %s/result.json and %s/table.md\n", options.out.c_str(),
               options.out.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  try {
    return run(options);
  } catch (const perjoule::NoMeterError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return perjoule::NoMeterError::exit_code;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
