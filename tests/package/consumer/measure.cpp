// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "consumer.hpp"

namespace {

/// A user's own meter, which knows the machine's joules to a microjoule.
class MachineMeter {
 public:
  explicit MachineMeter(Machine& machine) : machine_(&machine) {
    description_.source = "a program's own";
    description_.zones.resize(1);
    description_.scope = perjoule::Scope::package;
    description_.provenance = perjoule::Provenance::simulated;
  }

  bool read(perjoule::Reading& reading) const noexcept {
    reading.begin = now();
    machine_->work(perjoule::Seconds(1e-6), perjoule::Watts(20.0));
    reading.counts[0] = static_cast<std::uint64_t>(machine_->used.si() * 1e6);
    reading.end = now();
    return true;
  }
  perjoule::WindowEnergy energy(const perjoule::Reading& before,
                                const perjoule::Reading& after) const {
    const auto counts = static_cast<double>(after.counts[0] - before.counts[0]);
    return {{perjoule::Joules(counts * 1e-6), perjoule::Joules(1e-6), perjoule::infinite_dof,
             perjoule::Joules(0.0), perjoule::Provenance::simulated},
            ""};
  }
  const perjoule::MeterDescription& description() const noexcept { return description_; }
  perjoule::Instant now() const noexcept { return perjoule::Instant{} + machine_->now; }
  void wait(perjoule::Seconds duration) const noexcept {
    machine_->work(duration, perjoule::Watts(20.0));
  }

 private:
  Machine* machine_;
  perjoule::MeterDescription description_;
};

}  // namespace

perjoule::Entry measure_threshold(Machine& machine) {
  using namespace perjoule::literals;
  constexpr double inputs[] = {0.2, 0.9, 0.4, 0.7};
  constexpr int labels[] = {0, 1, 0, 0};
  perjoule::Session session{perjoule::AnyMeter(MachineMeter(machine))};
  return session.measure(
      {.name = "threshold", .budget = 20_s},
      [&](const double& x) {
        machine.work(2_ms, 65_W);
        return x > 0.5 ? 1 : 0;
      },
      inputs, perjoule::accuracy(labels));
}
