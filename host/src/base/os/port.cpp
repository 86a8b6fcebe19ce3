#include "base/os/port.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdint>
#include <utility>

#include "base/os/file.h"

namespace keepleaf::os {
namespace {

// A larger pipe saves wake-ups: a chunk of half a megabyte passes in one go instead of in eight. A wish, not
// a need.
constexpr int kPipeBytes = 1 << 20;

std::atomic<int> g_interrupt_on_signal{-1};

void wake(int descriptor) noexcept {
  const std::uint64_t one = 1;
  // Fails only when the counter is full, and then it is readable already.
  [[maybe_unused]] const auto ignored = ::write(descriptor, &one, sizeof one);
}

void on_signal(int) {
  const int saved = errno;
  if (const int descriptor = g_interrupt_on_signal.load(); descriptor >= 0) wake(descriptor);
  errno = saved;
}

Status open_missing_descriptors() {
  for (int descriptor = 0; descriptor <= 2; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) != -1) continue;
    // open() answers the lowest free number, which is this one: those below it are open.
    if (::open("/dev/null", O_RDWR) != descriptor) return fail(system_error(errno, "open /dev/null"));
  }
  return {};
}

// The descriptor's port under a private number that is closed on exec; `replacement` takes its old number.
Result<int> move_away(int descriptor, int replacement) {
  const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 3);
  if (moved < 0) return fail(system_error(errno, "duplicate descriptor " + std::to_string(descriptor)));
  if (::dup2(replacement, descriptor) < 0) {
    const int number = errno;
    ::close(moved);
    return fail(system_error(number, "replace descriptor " + std::to_string(descriptor)));
  }
  return moved;
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

// Waits until `descriptor` is ready for `events` or `wake` (when not negative) is readable; true when the
// latter.
Result<bool> wait_for(int descriptor, short events, int wake_descriptor) {
  std::array<pollfd, 2> wanted = {pollfd{descriptor, events, 0}, pollfd{wake_descriptor, POLLIN, 0}};
  while (::poll(wanted.data(), wanted.size(), -1) < 0)
    if (errno != EINTR) return fail(system_error(errno, "wait for the port"));
  return wanted[1].revents != 0;
}

}  // namespace

Result<Port> Port::over(int in, int out) {
  const int wake_descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake_descriptor < 0) {
    const int number = errno;
    ::close(in);
    ::close(out);
    return fail(system_error(number, "make an event descriptor"));
  }
  return Port(in, out, wake_descriptor);
}

Result<Port> Port::take_over_stdio() {
  KL_TRY(open_missing_descriptors());
  ::close_range(3, UINT_MAX, 0);
  ::umask(S_IRWXG | S_IRWXO);

  const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0) return fail(system_error(errno, "open /dev/null"));
  auto in = move_away(STDIN_FILENO, nothing);
  ::close(nothing);
  if (!in) return fail(std::move(in).error());
  auto out = move_away(STDOUT_FILENO, STDERR_FILENO);
  if (!out) {
    ::close(*in);
    return fail(std::move(out).error());
  }
  ::fcntl(*in, F_SETPIPE_SZ, kPipeBytes);
  KL_ASSIGN(Port port, over(*in, *out));

  g_interrupt_on_signal = port.wake_;
  handle(SIGPIPE, SIG_IGN);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) handle(signal, on_signal);
  return port;
}

Port::Port(Port&& other) noexcept
    : in_(std::exchange(other.in_, -1)),
      out_(std::exchange(other.out_, -1)),
      wake_(std::exchange(other.wake_, -1)) {}

Port::~Port() {
  if (wake_ < 0) return;
  int mine = wake_;
  g_interrupt_on_signal.compare_exchange_strong(mine, -1);
  ::close(in_);
  ::close(out_);
  ::close(wake_);
}

Result<std::size_t> Port::read(std::span<char> into) {
  while (true) {
    KL_ASSIGN(const bool interrupted, wait_for(in_, POLLIN, wake_));
    if (interrupted) return std::size_t{0};
    const ssize_t count = ::read(in_, into.data(), into.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR && errno != EAGAIN) return fail(system_error(errno, "read from the port"));
  }
}

void Port::interrupt() noexcept { wake(wake_); }

Status Port::write(BytesView head, BytesView body) {
  while (!head.empty() || !body.empty()) {
    const auto piece = [](BytesView bytes) {
      return iovec{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};  // writev only reads
    };
    const std::array<iovec, 2> pieces = {piece(head), piece(body)};
    const ssize_t count = ::writev(out_, pieces.data(), static_cast<int>(pieces.size()));
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EPIPE)
        return fail(ErrorCode::cancelled, "the program at the other end of the port has closed it");
      if (errno != EAGAIN) return fail(system_error(errno, "write to the port"));
      KL_TRY(wait_for(out_, POLLOUT, -1));
      continue;
    }
    auto written = static_cast<std::size_t>(count);
    const std::size_t of_head = std::min(written, head.size());
    head = head.subspan(of_head);
    body = body.subspan(written - of_head);
  }
  return {};
}

}  // namespace keepleaf::os
