// HostSlots: how many requests may be under way to one host at once, counted over all fetchers of a process,
// so that several jobs on one site are not several times as rude.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace keepleaf::net {

// Safe from any thread.
class HostSlots {
 public:
  explicit HostSlots(std::uint32_t per_host) : per_host_(per_host) {}
  HostSlots(const HostSlots&) = delete;
  HostSlots& operator=(const HostSlots&) = delete;

  // Takes a slot of `host` (host:port) when one is free.
  bool try_take(const std::string& host);
  void give_back(const std::string& host);

  // `wake` is called, from any thread, after a slot became free. It must not call back into HostSlots.
  // Returns a number for forget(); after forget() returned, `wake` is not called any more.
  std::uint64_t listen(std::function<void()> wake);
  void forget(std::uint64_t listener);

 private:
  const std::uint32_t per_host_;
  std::mutex mutex_;
  std::map<std::string, std::uint32_t> taken_;
  std::map<std::uint64_t, std::function<void()>> listeners_;
  std::uint64_t next_listener_ = 1;
};

}  // namespace keepleaf::net
