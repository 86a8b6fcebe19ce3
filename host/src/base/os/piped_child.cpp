#include "base/os/piped_child.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/close_range.h>
#include <poll.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "base/os/descriptor.h"
#include "base/os/file.h"

namespace keepleaf::os {
namespace {

constexpr std::chrono::milliseconds kToLeave{2'000};
constexpr std::chrono::milliseconds kToRead{30'000};  // a program that takes nothing for so long hangs

struct Pair {
  Descriptor ours;
  Descriptor theirs;

  static Result<Pair> make() {
    std::array<int, 2> ends{};
    // Sockets, not pipes: writing to one that nobody reads must not raise a signal.
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == -1)
      return fail(system_error(errno, "make a pair of sockets"));
    return Pair{Descriptor(ends[0]), Descriptor(ends[1])};
  }
};

struct Plan {
  const char* program;
  char* const* arguments;
  char* const* environment;
  const Account* account;  // null: as ourselves
  int in;
  int out;
  int log;
  int report;
  const char* user_map;  // "UID UID 1" of a user namespace; null: none is needed
  const char* group_map;
  bool network;  // leave it its network
};

// What the child tells before its program begins.
struct Told {
  enum Stage : int { namespaces = 1, failed = 2 };
  int stage = 0;
  int error = 0;
};

bool write_file(const char* path, const char* text) {
  const int file = ::open(path, O_WRONLY | O_CLOEXEC);
  if (file == -1) return false;
  const auto size = static_cast<ssize_t>(std::strlen(text));
  const bool written = ::write(file, text, static_cast<std::size_t>(size)) == size;
  ::close(file);
  return written;
}

// A namespace without devices. Who is not root gets the right to make one by a user namespace, in which it
// stays who it is.
bool leave_network(const Plan& plan) {
  if (plan.user_map == nullptr) return ::unshare(CLONE_NEWNET) == 0;
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && write_file("/proc/self/setgroups", "deny") &&
         write_file("/proc/self/uid_map", plan.user_map) && write_file("/proc/self/gid_map", plan.group_map);
}

bool become_account(const Account& account) {
  return ::setgroups(0, nullptr) == 0 && ::setresgid(account.group, account.group, account.group) == 0 &&
         ::setresuid(account.user, account.user, account.user) == 0;
}

// The life of the child up to its program. Only async-signal-safe calls: the parent has threads.
[[noreturn]] void become(const Plan& plan) {
  Told told;
  const auto give_up = [&](int stage) {
    told = {stage, errno};
    const auto written = ::write(plan.report, &told, sizeof told);
    ::_exit(written == sizeof told ? 127 : 126);
  };
  struct sigaction fresh = {};
  fresh.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &fresh, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::setpgid(0, 0);
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  if (!plan.network && !leave_network(plan)) give_up(Told::namespaces);
  // Above what they are put on, so that neither overwrites the other.
  const int in = ::fcntl(plan.in, F_DUPFD_CLOEXEC, 10);
  const int out = ::fcntl(plan.out, F_DUPFD_CLOEXEC, 10);
  const int log = ::fcntl(plan.log, F_DUPFD_CLOEXEC, 10);
  const int report = ::fcntl(plan.report, F_DUPFD_CLOEXEC, 10);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (in == -1 || out == -1 || log == -1 || report == -1 || nothing == -1) give_up(Told::failed);
  if (::dup2(nothing, 0) == -1 || ::dup2(log, 1) == -1 || ::dup2(log, 2) == -1 || ::dup2(in, 3) == -1 ||
      ::dup2(out, 4) == -1 || ::chdir("/") == -1 ||
      (plan.account != nullptr && !become_account(*plan.account))) {
    told = {Told::failed, errno};
  } else {
    ::close_range(5, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execve(plan.program, plan.arguments, plan.environment);
    told = {Told::failed, errno};
  }
  const auto written = ::write(report, &told, sizeof told);
  ::_exit(written == sizeof told ? 127 : 126);
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

int wait_for(int process) {
  int status = 0;
  while (::waitpid(process, &status, 0) == -1 && errno == EINTR) {
  }
  return status;
}

}  // namespace

bool is_root() { return ::geteuid() == 0; }

std::optional<Account> find_account(const std::string& name) {
  std::array<char, 16384> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
    return std::nullopt;
  return Account{name, entry.pw_uid, entry.pw_gid};
}

Result<PipedChild> PipedChild::start(const PipedChildOptions& options) {
  if (options.account && !is_root())
    return fail(ErrorCode::unsupported, "Only root can start a program as somebody else.");
  KL_ASSIGN(auto in, Pair::make());
  KL_ASSIGN(auto out, Pair::make());
  const Descriptor log(::open(options.log.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0600));
  if (log.get() == -1) return fail(system_error(errno, "make " + options.log.string()));
  std::vector<std::string> all{options.program.string()};
  all.insert(all.end(), options.arguments.begin(), options.arguments.end());
  const auto arguments = pointers(all);
  const auto environment = pointers(options.environment);
  const std::string user = std::to_string(::geteuid());
  const std::string group = std::to_string(::getegid());
  const std::string user_map = user + ' ' + user + " 1";
  const std::string group_map = group + ' ' + group + " 1";
  Plan plan{};
  plan.program = options.program.c_str();
  plan.arguments = arguments.data();
  plan.environment = environment.data();
  plan.account = options.account ? &*options.account : nullptr;
  plan.in = in.theirs.get();
  plan.out = out.theirs.get();
  plan.log = log.get();
  if (!is_root()) {
    plan.user_map = user_map.c_str();
    plan.group_map = group_map.c_str();
  }
  // Twice at most: kernels and containers may refuse namespaces.
  for (const bool network : {false, true}) {
    plan.network = network;
    KL_ASSIGN(auto report, Pair::make());
    plan.report = report.theirs.get();
    const pid_t child = ::fork();
    if (child == -1) return fail(system_error(errno, "start " + options.program.string()));
    if (child == 0) become(plan);
    report.theirs.close();
    Told told;
    ssize_t got = 0;
    do got = ::read(report.ours.get(), &told, sizeof told);
    while (got == -1 && errno == EINTR);
    if (got == 0) return PipedChild(in.ours.release(), out.ours.release(), child, !network);
    wait_for(child);
    if (got != sizeof told || told.stage != Told::namespaces)
      return fail(system_error(got == sizeof told ? told.error : EIO, "start " + options.program.string()));
  }
  return fail(ErrorCode::internal, "A program was to be started in a namespace that was not asked for.");
}

PipedChild::PipedChild(PipedChild&& other) noexcept
    : in_(std::exchange(other.in_, -1)),
      out_(std::exchange(other.out_, -1)),
      process_(std::exchange(other.process_, -1)),
      without_network_(other.without_network_) {}

PipedChild::~PipedChild() {
  if (in_ >= 0) ::close(in_);
  if (out_ >= 0) ::close(out_);
  if (process_ < 0) return;
  const auto deadline = std::chrono::steady_clock::now() + kToLeave;
  int status = 0;
  while (::waitpid(process_, &status, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() < deadline) {
      ::poll(nullptr, 0, 10);  // waitpid has no timeout
      continue;
    }
    ::kill(-process_, SIGKILL);
    wait_for(process_);
    return;
  }
  // What it left behind goes with it.
  ::kill(-process_, SIGKILL);
}

Status PipedChild::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(in_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent == -1 && errno == EINTR) continue;
    if (sent == -1 && errno == EAGAIN) {
      pollfd waiting{in_, POLLOUT, 0};
      if (::poll(&waiting, 1, static_cast<int>(kToRead.count())) != 0) continue;
      hang_up();
      return fail(ErrorCode::timeout, "The program reads nothing any more.");
    }
    if (sent == -1 && (errno == EPIPE || errno == ECONNRESET))
      return fail(ErrorCode::cancelled, "The program has left.");
    if (sent == -1) return fail(system_error(errno, "write to a program"));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Result<std::size_t> PipedChild::receive(char* into, std::size_t size) {
  for (;;) {
    const auto got = ::recv(out_, into, size, 0);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno == ECONNRESET) return 0;
    if (errno != EINTR) return fail(system_error(errno, "read from a program"));
  }
}

void PipedChild::hang_up() noexcept {
  ::shutdown(in_, SHUT_RDWR);
  ::shutdown(out_, SHUT_RDWR);
}

}  // namespace keepleaf::os
