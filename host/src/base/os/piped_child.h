// A program that is talked to over two descriptors of its own, 3 (it reads) and 4 (it writes), as browsers
// take orders with --remote-debugging-pipe. It gets no network of its own where the kernel lets us take it
// away.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace keepleaf::os {

// Somebody whom a program can be run as.
struct Account {
  std::string name;
  std::uint32_t user = 0;
  std::uint32_t group = 0;
};

// Absent when the system knows no such name.
std::optional<Account> find_account(const std::string& name);
bool is_root();

struct PipedChildOptions {
  std::filesystem::path program;
  std::vector<std::string> arguments;    // without argv[0]
  std::vector<std::string> environment;  // NAME=value; nothing is inherited
  std::filesystem::path log;             // stdout and stderr; must not exist
  std::optional<Account> account;        // absent: as ourselves; another needs root
};

// One running program; ends with it, its children included. send() and receive() may be called from two
// threads at once, everything else not while they run.
class PipedChild {
 public:
  // Errors: those of os/file.h, unsupported (an account without root).
  static Result<PipedChild> start(const PipedChildOptions& options);
  PipedChild(PipedChild&& other) noexcept;
  PipedChild& operator=(PipedChild&&) = delete;
  // Shuts the pipe, which tells the program to leave; after two seconds it is killed.
  ~PipedChild();

  // Whether it lives in a network namespace of its own, in which there is nothing, not even loopback.
  bool without_network() const { return without_network_; }

  // All of it or an error. Errors: cancelled (the program reads no more), timeout (it took nothing for half a
  // minute; then it is hung up on), io.
  Status send(std::string_view bytes);
  // At least one byte; 0 when the program has shut its end, or after hang_up(). Errors: io.
  Result<std::size_t> receive(char* into, std::size_t size);
  // From any thread: send() and receive() end.
  void hang_up() noexcept;

 private:
  PipedChild(int socket_in, int socket_out, int process, bool without_network)
      : in_(socket_in), out_(socket_out), process_(process), without_network_(without_network) {}

  int in_;  // what the program reads
  int out_;
  int process_;
  bool without_network_;
};

}  // namespace keepleaf::os
