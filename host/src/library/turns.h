// Taking turns with other processes at writing. Internal to the library module.
#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace keepleaf::library {

// Between the short transactions of long work. Who waits for SQLite's write lock asks every 100 ms at most,
// and whoever asks first gets it: work that never paused would be that again and again. So it rests for as
// long as it worked.
class Turns {
 public:
  void rest() {
    const auto worked = std::chrono::steady_clock::now() - since_;
    std::this_thread::sleep_for(std::min<std::chrono::steady_clock::duration>(worked, kLongestRest));
    since_ = std::chrono::steady_clock::now();
  }

 private:
  static constexpr std::chrono::milliseconds kLongestRest{60};
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
};

}  // namespace keepleaf::library
