#include "net/host_slots.h"

#include <utility>

namespace keepleaf::net {

bool HostSlots::try_take(const std::string& host) {
  const std::lock_guard lock(mutex_);
  std::uint32_t& taken = taken_[host];
  if (taken >= per_host_) return false;
  ++taken;
  return true;
}

void HostSlots::give_back(const std::string& host) {
  const std::lock_guard lock(mutex_);
  const auto found = taken_.find(host);
  if (found == taken_.end()) return;
  const bool was_full = found->second >= per_host_;
  if (--found->second == 0) taken_.erase(found);
  if (!was_full) return;
  for (const auto& [number, wake] : listeners_) wake();
}

std::uint64_t HostSlots::listen(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  listeners_.emplace(next_listener_, std::move(wake));
  return next_listener_++;
}

void HostSlots::forget(std::uint64_t listener) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(listener);
}

}  // namespace keepleaf::net
