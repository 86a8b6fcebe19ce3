#include "base/os/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

namespace keepleaf::os {

bool is_terminal(Stream stream) { return ::isatty(static_cast<int>(stream)) == 1; }

std::optional<std::size_t> terminal_width(Stream stream) {
  winsize size{};
  if (::ioctl(static_cast<int>(stream), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

}  // namespace keepleaf::os
