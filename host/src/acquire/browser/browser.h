// A headless Chromium-family browser, driven over its DevTools pipe: no port, a fresh profile, and no network
// of its own (docs/decisions/headless-browser.md). Always in its sandbox: as root it runs as
// somebody else.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "acquire/browser/devtools.h"
#include "base/os/file.h"
#include "base/result.h"

namespace keepleaf::acquire {

struct BrowserOptions {
  std::string program;                 // absolute; empty: the first that is found on PATH
  std::string account;                 // whom it runs as when we are root; empty: "nobody"
  std::string languages = "en-US,en";  // what pages are asked for, best first
};

// Absolute path of the browser that would be used. Errors: unsupported (there is none; what to do).
Result<std::filesystem::path> find_browser(const BrowserOptions& options);

// One running browser; its profile goes with it. Safe from any thread.
class Browser {
 public:
  // Errors: unsupported (none is there, or it can't be started here: the message says why).
  static Result<std::shared_ptr<Browser>> start(const BrowserOptions& options);
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  Devtools& devtools() { return *devtools_; }
  bool is_open() const { return devtools_->is_open(); }
  // Shuts windows that pages have opened: nobody asked for them, and they are not watched.
  void shut_popups();

  // As the browser says it with a window: without a word of being headless.
  const std::string& user_agent() const { return user_agent_; }
  const std::string& languages() const { return languages_; }

 private:
  Browser() = default;

  std::filesystem::path profile_;
  std::optional<os::File> lock_;  // of the profile: tells the next worker that we live
  std::unique_ptr<Devtools> devtools_;
  std::string user_agent_;
  std::string languages_;
  const std::shared_ptr<Mailbox> events_ = std::make_shared<Mailbox>();
  const std::shared_ptr<Mailbox> nobody_ = std::make_shared<Mailbox>();
};

// The browser that the jobs of a process share: started by the first that needs it, again when it has
// crashed, and after so many pages, because browsers grow. Safe from any thread.
class WarmBrowser {
 public:
  explicit WarmBrowser(BrowserOptions options) : options_(std::move(options)) {}

  // To be given back by letting go of it. Errors: those of Browser::start; one that could not be started is
  // not tried again for a minute.
  Result<std::shared_ptr<Browser>> borrow();

 private:
  const BrowserOptions options_;
  std::mutex mutex_;
  std::shared_ptr<Browser> browser_;
  std::uint32_t pages_ = 0;
  std::optional<Error> refused_;
  std::chrono::steady_clock::time_point again_;
};

}  // namespace keepleaf::acquire
