#include "base/os/process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "base/os/descriptor.h"
#include "base/os/file.h"

extern char** environ;

namespace keepleaf::os {
namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  Descriptor read;
  Descriptor write;

  static Result<Pipe> make() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) == -1) return fail(system_error(errno, "make a pipe"));
    return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
  }
};

class SpawnPlan {
 public:
  SpawnPlan() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;

  // A child must not inherit what we ignore or block.
  void clean_signals(short more_flags) {
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setflags(&attributes,
                             static_cast<short>(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | more_flags));
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  result.reserve(texts.size() + 1);
  for (const auto& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> with_program(const std::filesystem::path& program,
                                      const std::vector<std::string>& rest) {
  std::vector<std::string> all{program.string()};
  all.insert(all.end(), rest.begin(), rest.end());
  return all;
}

// Takes what is there; false when the other side has closed.
bool drain(int descriptor, std::string& out, std::size_t limit) {
  std::array<char, 16384> buffer;
  const auto got = ::read(descriptor, buffer.data(), buffer.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  const auto room = limit > out.size() ? limit - out.size() : 0;
  out.append(buffer.data(), std::min(static_cast<std::size_t>(got), room));
  return got > 0;
}

int wait_for(pid_t child, bool kill_group) {
  if (kill_group) ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  return status;
}

// A child that closed its output and stays has until the deadline; waitpid has no timeout, so it is asked
// again.
bool ended_before(pid_t child, Clock::time_point deadline, int& status) {
  for (;;) {
    const auto got = ::waitpid(child, &status, WNOHANG);
    if (got == child) return true;
    if (got == -1 && errno != EINTR) return true;
    if (Clock::now() >= deadline) return false;
    ::poll(nullptr, 0, 2);
  }
}

}  // namespace

Result<RunResult> run(const RunOptions& options) {
  constexpr std::size_t kPipeHoldsAtLeast = 32 << 10;
  if (options.input.size() > kPipeHoldsAtLeast)
    return fail(ErrorCode::too_large, "more input than a pipe holds");
  KL_ASSIGN(auto in, Pipe::make());
  KL_ASSIGN(auto out, Pipe::make());
  KL_ASSIGN(auto err, Pipe::make());
  // Written while our own read end is open: neither blocks (it fits) nor raises SIGPIPE (there is a reader).
  if (!options.input.empty() && ::write(in.write.get(), options.input.data(), options.input.size()) !=
                                    static_cast<ssize_t>(options.input.size()))
    return fail(system_error(errno, "write to a pipe"));

  SpawnPlan plan;
  plan.clean_signals(POSIX_SPAWN_SETPGROUP);
  posix_spawn_file_actions_adddup2(&plan.actions, in.read.get(), 0);
  posix_spawn_file_actions_adddup2(&plan.actions, out.write.get(), 1);
  posix_spawn_file_actions_adddup2(&plan.actions, err.write.get(), 2);
  if (!options.folder.empty()) posix_spawn_file_actions_addchdir_np(&plan.actions, options.folder.c_str());
  const auto arguments = with_program(options.program, options.arguments);
  pid_t child = 0;
  const int refused = ::posix_spawn(&child, options.program.c_str(), &plan.actions, &plan.attributes,
                                    pointers(arguments).data(), pointers(options.environment).data());
  if (refused != 0) return fail(system_error(refused, "start " + options.program.string()));
  in.read.close();
  out.write.close();
  err.write.close();
  if (!options.enough) in.write.close();

  RunResult result;
  const auto deadline = Clock::now() + options.deadline;
  while (out.read.get() >= 0 || err.read.get() >= 0) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    if (left <= 0) break;
    std::array<pollfd, 2> waiting{{{out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}}};
    if (::poll(waiting.data(), waiting.size(), static_cast<int>(left)) <= 0) continue;
    if (waiting[0].revents != 0 && !drain(out.read.get(), result.out, options.output_limit)) out.read.close();
    if (waiting[1].revents != 0 && !drain(err.read.get(), result.err, options.output_limit)) err.read.close();
    if (options.enough && in.write.get() >= 0 && options.enough(result.out)) in.write.close();
  }
  in.write.close();

  int status = 0;
  if (!ended_before(child, deadline, status)) {
    result.timed_out = true;
    status = wait_for(child, true);
  }
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

namespace {

// The life of the grandchild up to its new program. Only async-signal-safe calls: the parent may have
// threads.
[[noreturn]] void become(const char* program, char* const* argv, int report) {
  struct sigaction fresh = {};
  fresh.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &fresh, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  int failed = nothing == -1 ? errno : 0;
  for (int number = 0; failed == 0 && number < 3; ++number)
    if (::dup2(nothing, number) == -1) failed = errno;
  if (failed == 0 && ::chdir("/") == -1) failed = errno;
  if (failed == 0) {
    // Whatever else is open belongs to us, a browser's pipe perhaps: it goes when the program begins.
    ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
    ::execve(program, argv, environ);
    failed = errno;
  }
  const auto told = ::write(report, &failed, sizeof failed);
  ::_exit(told == sizeof failed ? 127 : 126);
}

}  // namespace

Status start_detached(const std::filesystem::path& program, const std::vector<std::string>& arguments) {
  const auto all = with_program(program, arguments);
  auto argv = pointers(all);
  // Closed by a successful execve; holds the reason of any other end.
  KL_ASSIGN(auto report, Pipe::make());
  const pid_t middle = ::fork();
  if (middle == -1) return fail(system_error(errno, "start " + program.string()));
  if (middle == 0) {
    ::setsid();
    const pid_t child = ::fork();
    if (child == 0) become(program.c_str(), argv.data(), report.write.get());
    const int failed = errno;
    if (child == -1 && ::write(report.write.get(), &failed, sizeof failed) == -1) ::_exit(1);
    ::_exit(0);  // init adopts the child
  }
  report.write.close();
  int failed = 0;
  ssize_t got = 0;
  do got = ::read(report.read.get(), &failed, sizeof failed);
  while (got == -1 && errno == EINTR);
  wait_for(middle, false);
  if (got != 0) return fail(system_error(got == sizeof failed ? failed : EIO, "start " + program.string()));
  return {};
}

Startable startable(const std::filesystem::path& program) {
  struct stat facts {};
  if (::stat(program.c_str(), &facts) == -1) return Startable::missing;
  if (!S_ISREG(facts.st_mode)) return Startable::not_a_file;
  struct statvfs volume {};
  if (::statvfs(program.c_str(), &volume) == 0 && (volume.f_flag & ST_NOEXEC) != 0) return Startable::noexec;
  // Root may read anything, but starts only what has an x for somebody; access() knows both.
  return ::access(program.c_str(), X_OK) == 0 ? Startable::yes : Startable::not_executable;
}

Result<std::filesystem::path> own_program() {
  std::error_code error;
  auto path = std::filesystem::read_symlink("/proc/self/exe", error);
  if (error) return fail(system_error(error.value(), "find this program's own file"));
  return path;
}

}  // namespace keepleaf::os
