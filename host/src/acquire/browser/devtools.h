// Devtools: the Chrome DevTools Protocol over the pipe of a browser (JSON texts, each ended by a zero byte).
// One thread of its own reads; everything that concerns a session goes to the mailbox of whoever opened it.
//
// Protocol: chromedevtools.github.io/devtools-protocol, flat sessions. Of it only what stands in this folder
// is used. A browser that sends what is no JSON, or a message over kLargestMessage, is hung up on.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "base/os/piped_child.h"
#include "base/result.h"

namespace keepleaf::acquire {

using Json = nlohmann::json;

inline constexpr std::size_t kLargestMessage = 512ULL << 20;

// What arrived for one owner. Safe from any thread.
class Mailbox {
 public:
  // `wake` is called, from the reader's thread, after something arrived; it must not wait for anything.
  explicit Mailbox(std::function<void()> wake = {}) : wake_(std::move(wake)) {}

  void put(Json message);
  std::deque<Json> take();
  // Waits until something is there; false when nothing came in time.
  bool wait(std::chrono::milliseconds limit);
  // No more will come: the browser has left.
  void close();
  // When this returns, `wake` is not called any more.
  void silence();
  bool closed() const;

 private:
  std::function<void()> wake_;
  mutable std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Json> messages_;
  bool closed_ = false;
};

class Devtools {
 public:
  explicit Devtools(os::PipedChild child);
  ~Devtools();  // hangs up, joins the reader, ends the browser
  Devtools(const Devtools&) = delete;
  Devtools& operator=(const Devtools&) = delete;

  // Calls a method; the reply comes to `mailbox` as {id, result} or {id, error}. `session` empty: the browser
  // itself. Errors: cancelled (the browser has left), io.
  Result<std::int64_t> call(const std::string& method, Json params, const std::string& session,
                            const std::shared_ptr<Mailbox>& mailbox);
  // The same, waiting for the result. Errors: also timeout, internal (the browser refused; its words).
  Result<Json> ask(const std::string& method, Json params, std::chrono::milliseconds limit);

  // Events of `session`, and of the sessions that are attached from there, go to `mailbox`.
  void listen(const std::string& session, const std::shared_ptr<Mailbox>& mailbox);
  void forget(const std::shared_ptr<Mailbox>& mailbox);
  // Events of the browser itself, on the reader's thread. To be set before anything is enabled.
  void on_browser_event(std::function<void(const Json&)> handler) { on_event_ = std::move(handler); }

  bool is_open() const { return open_; }
  bool without_network() const { return child_.without_network(); }

 private:
  void read();
  void arrived(std::string_view text);
  std::shared_ptr<Mailbox> owner_of(const Json& message);

  os::PipedChild child_;
  std::function<void(const Json&)> on_event_;
  std::atomic<bool> open_{true};
  std::atomic<std::int64_t> last_id_{0};
  std::mutex sending_;
  std::mutex owners_mutex_;
  std::map<std::int64_t, std::weak_ptr<Mailbox>> by_id_;
  std::map<std::string, std::weak_ptr<Mailbox>> by_session_;
  std::jthread reader_;
};

}  // namespace keepleaf::acquire
