// The machine's identity and its hybrid logical clock, in the machine's state folder (never in the library,
// so that a library that is copied or restored does not bring a second device of the same name, nor sets the
// clock back).
//
// A time is 48 bits of milliseconds and a 16-bit counter, as one number (Kulkarni et al., "Logical Physical
// Clocks", 2014). It never goes backwards on a machine, whatever the wall clock does.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/clock.h"
#include "base/os/file.h"
#include "base/result.h"
#include "base/uuid.h"

namespace keepleaf::store {

using HybridTime = std::int64_t;

constexpr HybridTime hybrid_time(UnixMs ms) { return ms << 16; }
constexpr UnixMs wall_part(HybridTime time) { return time >> 16; }

class HybridClock {
 public:
  // Makes the folder (0700) and the identity when there is none. Errors: read_only, no_space, corrupt, io.
  static Result<HybridClock> open(const std::filesystem::path& state_folder, const Clock& clock);

  const Uuid& device() const { return device_; }

  // A time after every one that this machine gave before and after `seen` (what the library holds already).
  // Costs a small write without sync: losing it with the power matters only if the wall clock jumps back at
  // the same time.
  Result<HybridTime> next(HybridTime seen);

 private:
  HybridClock(Uuid device, os::File file, const Clock& clock);
  Uuid device_;
  os::File file_;
  const Clock* clock_;
  HybridTime last_ = 0;
};

}  // namespace keepleaf::store
