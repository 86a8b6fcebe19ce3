// Waiting for what other processes do: for the files of a folder to change, and for the request to end.
// Linux: inotify, eventfd, signalfd.
#pragma once

#include <chrono>
#include <csignal>
#include <filesystem>
#include <stop_token>
#include <thread>

#include "base/result.h"

namespace keepleaf::os {

// Sleeps until something is written to, made in or moved into a folder (not below it), until wake(), or until
// time is up. Where the file system tells nothing (network folders), only the last two happen: give a time.
class FolderWatch {
 public:
  enum class Woken { changed, called, timeout };

  // Errors: as os/file.h.
  static Result<FolderWatch> open(const std::filesystem::path& folder);
  ~FolderWatch();
  FolderWatch(FolderWatch&& other) noexcept;
  FolderWatch& operator=(FolderWatch&&) = delete;

  // From one thread. What happened since the last wait ends this one at once; many changes count as one.
  Woken wait(std::chrono::milliseconds time);
  // From any thread.
  void wake() noexcept;

 private:
  FolderWatch(int changes, int calls) : changes_(changes), calls_(calls) {}
  int changes_ = -1;
  int calls_ = -1;
};

// While it lives, SIGTERM, SIGINT and SIGHUP request a stop instead of ending the process. To be made before
// other threads are started, which take over its signal mask; at most one at a time.
class TerminationSignals {
 public:
  // Errors: io.
  static Result<TerminationSignals> take();
  ~TerminationSignals();
  TerminationSignals(TerminationSignals&& other) noexcept;
  TerminationSignals& operator=(TerminationSignals&&) = delete;

  std::stop_token requested() const { return source_.get_token(); }

 private:
  TerminationSignals(int signals, int quit, const sigset_t& before);
  int signals_ = -1;
  int quit_ = -1;
  sigset_t before_{};
  std::stop_source source_;
  std::jthread thread_;
};

}  // namespace keepleaf::os
