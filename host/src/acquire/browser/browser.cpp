#include "acquire/browser/browser.h"

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <string_view>
#include <utility>
#include <vector>

#include "base/os/file.h"
#include "base/os/process.h"

namespace keepleaf::acquire {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr milliseconds kToStart{30'000};
constexpr std::chrono::seconds kPause{60};
constexpr std::uint32_t kPages = 250;

// In the order in which they are taken.
constexpr std::array<const char*, 9> kNames = {"chromium",
                                               "chromium-browser",
                                               "google-chrome-stable",
                                               "google-chrome",
                                               "microsoft-edge-stable",
                                               "brave-browser",
                                               "vivaldi-stable",
                                               "chrome",
                                               "ungoogled-chromium"};

const std::string& path_variable() {
  static const std::string path = [] {
    const char* const given = std::getenv("PATH");
    return std::string(given != nullptr && *given != '\0' ? given : "/usr/local/bin:/usr/bin:/bin");
  }();
  return path;
}

std::optional<fs::path> on_path(const std::string& name) {
  std::string_view rest = path_variable();
  while (!rest.empty()) {
    const auto end = rest.find(':');
    const fs::path folder(rest.substr(0, end));
    if (folder.is_absolute() && os::startable(folder / name) == os::Startable::yes) return folder / name;
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
  }
  return std::nullopt;
}

Result<std::optional<os::Account>> account_for(const BrowserOptions& options) {
  if (!os::is_root()) return std::optional<os::Account>();
  const std::string name = options.account.empty() ? "nobody" : options.account;
  auto account = os::find_account(name);
  if (account && account->user != 0) return account;
  return fail(ErrorCode::unsupported,
              "As root a browser is only run as somebody else, and \"" + name + "\" is no account for that.",
              "", "Name one: keepleaf config set browser_account NAME");
}

constexpr std::string_view kProfile = "keepleaf-browser-";  // then the worker's process, then letters
constexpr const char* kLock = "keepleaf.lock";              // held as long as the worker lives

// Profiles of workers that were killed: nobody else would remove them.
void remove_left_profiles(const fs::path& folder) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (!entry.path().filename().string().starts_with(kProfile)) continue;
    auto lock = os::File::open(entry.path() / kLock, os::FileMode::read_write);
    if (!lock) continue;  // somebody else's, or just being made
    const auto free = lock->try_lock();
    if (free && *free) (void)os::remove_tree(entry.path());
  }
}

Result<fs::path> make_profile(const std::optional<os::Account>& account) {
  std::error_code error;
  fs::path folder = fs::temp_directory_path(error);
  if (error) folder = "/tmp";
  remove_left_profiles(folder);
  std::string name = (folder / (std::string(kProfile) + std::to_string(::getpid()) + "-XXXXXX")).string();
  if (::mkdtemp(name.data()) == nullptr) return fail(os::system_error(errno, "make " + name));
  if (account && ::chown(name.c_str(), account->user, account->group) == -1)
    return fail(os::system_error(errno, "give away " + name));
  return fs::path(name);
}

std::vector<std::string> arguments_for(const fs::path& profile) {
  return {
      "--headless=new",
      "--remote-debugging-pipe",
      "--user-data-dir=" + profile.string(),
      "--no-first-run",
      "--no-default-browser-check",
      "--disable-default-apps",
      "--disable-extensions",
      "--disable-sync",
      "--disable-component-update",
      "--disable-background-networking",
      "--disable-domain-reliability",
      "--disable-client-side-phishing-detection",
      "--disable-features=MediaRouter,OptimizationHints,Translate,DialMediaRouteProvider,"
      "AutofillServerCommunication",
      "--metrics-recording-only",
      "--no-pings",
      "--no-service-autorun",
      "--password-store=basic",
      "--use-mock-keychain",
      // No network: nothing can be resolved, not even the proxy that everything would have to go through.
      "--proxy-server=http://keepleaf.invalid:1",
      "--proxy-bypass-list=<-loopback>",
      "--host-resolver-rules=MAP * ~NOTFOUND",
      "--disable-quic",
      "--webrtc-ip-handling-policy=disable_non_proxied_udp",
      "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
      // Pages that nobody looks at go on like those that somebody does.
      "--disable-background-timer-throttling",
      "--disable-backgrounding-occluded-windows",
      "--disable-renderer-backgrounding",
      "--disable-ipc-flooding-protection",
      "--disable-hang-monitor",
      "--disable-prompt-on-repost",
      "--disable-dev-shm-usage",
      "--disable-gpu",
      "--mute-audio",
      "--hide-scrollbars",
      "--force-color-profile=srgb",
      "about:blank",
  };
}

std::vector<std::string> environment_for(const fs::path& profile) {
  std::vector<std::string> environment{"PATH=" + path_variable(),
                                       "HOME=" + profile.string(),
                                       "LANG=C.UTF-8",
                                       "TMPDIR=" + profile.string(),
                                       "XDG_CONFIG_HOME=" + (profile / "config").string(),
                                       "XDG_CACHE_HOME=" + (profile / "cache").string()};
  return environment;
}

// What the browser said when it did not start, in one line.
std::string last_words(const fs::path& log) {
  std::ifstream file(log);
  std::string line;
  std::string found;
  while (std::getline(file, line)) {
    if (line.find("sandbox") != std::string::npos) return line.substr(0, 400);
    if (line.find("dbus") == std::string::npos && !line.empty()) found = line.substr(0, 400);
  }
  return found;
}

}  // namespace

Result<fs::path> find_browser(const BrowserOptions& options) {
  if (!options.program.empty()) {
    const fs::path program(options.program);
    if (program.is_absolute() && os::startable(program) == os::Startable::yes) return program;
    return fail(ErrorCode::unsupported, "The browser " + options.program + " can't be started.", "",
                "Correct the setting: keepleaf config set browser PATH");
  }
  for (const char* const name : kNames)
    if (auto found = on_path(name)) return *found;
  return fail(ErrorCode::unsupported, "No Chromium-family browser was found on this machine.", "",
              "Install one, or name it: keepleaf config set browser PATH");
}

Result<std::shared_ptr<Browser>> Browser::start(const BrowserOptions& options) {
  KL_ASSIGN(const fs::path program, find_browser(options));
  KL_ASSIGN(const auto account, account_for(options));
  auto browser = std::shared_ptr<Browser>(new Browser);
  KL_ASSIGN(browser->profile_, make_profile(account));
  KL_ASSIGN(os::File lock, os::File::open(browser->profile_ / kLock, os::FileMode::create_new));
  KL_TRY(lock.try_lock());
  browser->lock_.emplace(std::move(lock));
  browser->languages_ = options.languages;
  os::PipedChildOptions child;
  child.program = program;
  child.arguments = arguments_for(browser->profile_);
  child.environment = environment_for(browser->profile_);
  child.log = browser->profile_ / "browser.log";
  child.account = account;
  KL_ASSIGN(os::PipedChild started, os::PipedChild::start(child));
  browser->devtools_ = std::make_unique<Devtools>(std::move(started));
  Devtools& devtools = *browser->devtools_;
  const auto version = devtools.ask("Browser.getVersion", Json::object(), kToStart);
  if (!version) {
    const std::string words = last_words(child.log);
    return fail(ErrorCode::unsupported,
                "The browser " + program.string() + " did not start" + (words.empty() ? "." : ": " + words),
                "",
                "Start it by hand to see what it lacks, or name another: keepleaf config set browser PATH");
  }
  std::string agent = version->value("userAgent", "");
  if (const auto at = agent.find("Headless"); at != std::string::npos) agent.erase(at, 8);
  browser->user_agent_ = std::move(agent);
  // Only noted: the reader must never wait for the browser to read.
  devtools.on_browser_event([events = browser->events_](const Json& event) {
    if (event.value("method", "") == "Target.targetCreated") events->put(event);
  });
  KL_TRY(devtools.ask("Target.setDiscoverTargets", {{"discover", true}}, kToStart));
  return browser;
}

void Browser::shut_popups() {
  for (const Json& event : events_->take()) {
    const auto info = event.value("/params/targetInfo"_json_pointer, Json::object());
    if (info.value("type", "") != "page" || !info.contains("openerId")) continue;
    (void)devtools_->call("Target.closeTarget", {{"targetId", info.value("targetId", "")}}, {}, nobody_);
    (void)nobody_->take();
  }
}

Browser::~Browser() {
  devtools_.reset();
  if (!profile_.empty()) (void)os::remove_tree(profile_);
}

Result<std::shared_ptr<Browser>> WarmBrowser::borrow() {
  const std::lock_guard lock(mutex_);
  if (refused_ && std::chrono::steady_clock::now() < again_) return fail(*refused_);
  if (browser_ && (!browser_->is_open() || pages_ >= kPages)) browser_.reset();
  if (!browser_) {
    auto started = Browser::start(options_);
    if (!started) {
      refused_ = started.error();
      again_ = std::chrono::steady_clock::now() + kPause;
      return started;
    }
    browser_ = std::move(*started);
    refused_.reset();
    pages_ = 0;
  }
  ++pages_;
  return browser_;
}

}  // namespace keepleaf::acquire
