// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#pragma once

#include <unistd.h>

#include <concepts>
#include <utility>

#include "perjoule/meters/clock.hpp"
#include "perjoule/meters/meter.hpp"
#include "perjoule/units/names.hpp"

namespace perjoule::inline v0 {

/// A meter of any kind. The kind is erased once a window, never once a pass: the two virtual calls
/// stand outside the loop that is measured.
class AnyMeter {
 public:
  // The first half of the constraint is checked first: asking whether AnyMeter is a meter while it
  // is looked whether it can be made from one would go in circles.
  template <class M>
  requires(!std::same_as<M, AnyMeter>) && EnergyMeter<M> AnyMeter(M meter)
      : meter_(new Model<M>(std::move(meter))) {}

  AnyMeter(AnyMeter&& other) noexcept : meter_(std::exchange(other.meter_, nullptr)) {}
  AnyMeter& operator=(AnyMeter&& other) noexcept {
    std::swap(meter_, other.meter_);
    return *this;
  }
  ~AnyMeter() { delete meter_; }

  [[nodiscard]] bool read(Reading& reading) noexcept { return meter_->read(reading); }
  [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const {
    return meter_->energy(before, after);
  }
  [[nodiscard]] const MeterDescription& description() const noexcept {
    return meter_->description();
  }
  [[nodiscard]] Instant now() noexcept { return meter_->now(); }
  void wait(Seconds duration) noexcept { meter_->wait(duration); }

 private:
  // Owned by a bare pointer, since <memory> costs a user's file 0.3 s for this one line.
  struct Erased {
    Erased() = default;
    Erased(const Erased&) = delete;
    Erased& operator=(const Erased&) = delete;
    virtual ~Erased() = default;
    virtual bool read(Reading& reading) noexcept = 0;
    [[nodiscard]] virtual WindowEnergy energy(const Reading& before,
                                              const Reading& after) const = 0;
    [[nodiscard]] virtual const MeterDescription& description() const noexcept = 0;
    [[nodiscard]] virtual Instant now() noexcept = 0;
    virtual void wait(Seconds duration) noexcept = 0;
  };

  template <class M>
  struct Model final : Erased {
    explicit Model(M from) : meter(std::move(from)) {}
    bool read(Reading& reading) noexcept override { return meter.read(reading); }
    [[nodiscard]] WindowEnergy energy(const Reading& before, const Reading& after) const override {
      return meter.energy(before, after);
    }
    [[nodiscard]] const MeterDescription& description() const noexcept override {
      return meter.description();
    }
    [[nodiscard]] Instant now() noexcept override { return meter.now(); }
    void wait(Seconds duration) noexcept override { meter.wait(duration); }

    M meter;
  };

  Erased* meter_;
};

}  // namespace perjoule::inline v0
