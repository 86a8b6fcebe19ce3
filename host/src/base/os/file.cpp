#include "base/os/file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace keepleaf::os {
namespace {

std::string reason(int number) { return std::error_code(number, std::generic_category()).message(); }

template <class Call>
auto retried(Call call) {
  decltype(call()) result;
  do {
    result = call();
  } while (result == -1 && errno == EINTR);
  return result;
}

}  // namespace

Error system_error(int number, const std::string& what) {
  Error error{ErrorCode::io, "Could not " + what + ": " + reason(number) + "."};
  switch (number) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      error.code = ErrorCode::no_space;
      error.next = "Free some disk space and try again.";
      break;
    case EROFS:
    case EACCES:
    case EPERM:
      error.code = ErrorCode::read_only;
      error.next = "Check that you may write there.";
      break;
    case ENOENT:
    case ENOTDIR:
      error.code = ErrorCode::not_found;
      break;
    case EEXIST:
      error.code = ErrorCode::conflict;
      break;
    default:
      break;
  }
  return error;
}

Result<File> File::open(const std::filesystem::path& path, FileMode mode) {
  int flags = O_CLOEXEC | O_NOFOLLOW;
  switch (mode) {
    case FileMode::read:
      flags |= O_RDONLY;
      break;
    case FileMode::read_write:
      flags |= O_RDWR;
      break;
    case FileMode::create:
      flags |= O_RDWR | O_CREAT;
      break;
    case FileMode::create_new:
      flags |= O_RDWR | O_CREAT | O_EXCL;
      break;
  }
  const int descriptor = retried([&] { return ::open(path.c_str(), flags, S_IRUSR | S_IWUSR); });
  if (descriptor == -1) return fail(system_error(errno, "open " + path.string()));
  return File(descriptor, path);
}

Result<File> File::open_folder(const std::filesystem::path& path) {
  const int descriptor = retried([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (descriptor == -1) return fail(system_error(errno, "open the folder " + path.string()));
  return File(descriptor, path);
}

File::~File() {
  if (descriptor_ != -1) ::close(descriptor_);
}

File::File(File&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), path_(std::move(other.path_)) {}

File& File::operator=(File&& other) noexcept {
  if (this != &other) {
    if (descriptor_ != -1) ::close(descriptor_);
    descriptor_ = std::exchange(other.descriptor_, -1);
    path_ = std::move(other.path_);
  }
  return *this;
}

Result<std::uint64_t> File::size() const {
  struct stat info {};
  if (::fstat(descriptor_, &info) == -1) return fail(system_error(errno, "look at " + path_.string()));
  return static_cast<std::uint64_t>(info.st_size);
}

Result<std::size_t> File::read_at(std::uint64_t offset, std::span<std::uint8_t> out) const {
  std::size_t done = 0;
  while (done < out.size()) {
    const ssize_t got = retried([&] {
      return ::pread(descriptor_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
    });
    if (got == -1) return fail(system_error(errno, "read " + path_.string()));
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

Status File::write_at(std::uint64_t offset, BytesView bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t put = retried([&] {
      return ::pwrite(descriptor_, bytes.data() + done, bytes.size() - done,
                      static_cast<off_t>(offset + done));
    });
    if (put == -1) return fail(system_error(errno, "write " + path_.string()));
    done += static_cast<std::size_t>(put);
  }
  return {};
}

Status File::truncate(std::uint64_t size) {
  if (retried([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); }) == -1)
    return fail(system_error(errno, "shorten " + path_.string()));
  return {};
}

Status File::sync_data() {
  if (::fdatasync(descriptor_) == -1) return fail(system_error(errno, "make " + path_.string() + " durable"));
  return {};
}

Status File::sync() {
  if (::fsync(descriptor_) == -1) return fail(system_error(errno, "make " + path_.string() + " durable"));
  return {};
}

Result<bool> File::try_lock() {
  if (retried([&] { return ::flock(descriptor_, LOCK_EX | LOCK_NB); }) == 0) return true;
  if (errno == EWOULDBLOCK) return false;
  return fail(system_error(errno, "lock " + path_.string()));
}

Status File::lock() {
  if (retried([&] { return ::flock(descriptor_, LOCK_EX); }) == -1)
    return fail(system_error(errno, "lock " + path_.string()));
  return {};
}

Status File::unlock() {
  if (retried([&] { return ::flock(descriptor_, LOCK_UN); }) == -1)
    return fail(system_error(errno, "unlock " + path_.string()));
  return {};
}

bool File::still_at_path() const {
  struct stat mine {
  }, there{};
  return ::fstat(descriptor_, &mine) == 0 && ::lstat(path_.c_str(), &there) == 0 &&
         mine.st_dev == there.st_dev && mine.st_ino == there.st_ino;
}

Status make_folder(const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), S_IRWXU) == 0) return {};
  int number = errno;
  if (number == ENOENT && path.has_parent_path() && path.parent_path() != path) {
    KL_TRY(make_folder(path.parent_path()));
    if (::mkdir(path.c_str(), S_IRWXU) == 0) return {};
    number = errno;
  }
  struct stat info {};
  if (number == EEXIST && ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
  if (number == EEXIST)
    return fail(ErrorCode::conflict,
                "Could not make the folder " + path.string() + ": a file of that name is there.");
  // A parent without write permission still counts as "exists" when the folder itself is there.
  if (::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
  return fail(system_error(number, "make the folder " + path.string()));
}

Status sync_folder(const std::filesystem::path& path) {
  KL_ASSIGN(File folder, File::open_folder(path));
  return folder.sync();
}

Status rename(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::rename(from.c_str(), to.c_str()) == -1)
    return fail(system_error(errno, "rename " + from.string() + " to " + to.string()));
  return {};
}

Status hard_link(const std::filesystem::path& from, const std::filesystem::path& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return {};
  const int number = errno;
  Error error = system_error(number, "link " + from.string() + " to " + to.string());
  if (number == EPERM || number == EOPNOTSUPP || number == ENOSYS || number == EMLINK || number == EXDEV)
    error.code = ErrorCode::unsupported;
  return fail(std::move(error));
}

Status remove_file(const std::filesystem::path& path) {
  if (::unlink(path.c_str()) == -1 && errno != ENOENT)
    return fail(system_error(errno, "remove " + path.string()));
  return {};
}

Status remove_tree(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::remove_all(path, error);
  if (error) return fail(system_error(error.value(), "remove " + path.string()));
  return {};
}

Result<Bytes> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  KL_ASSIGN(File file, File::open(path, FileMode::read));
  KL_ASSIGN(const std::uint64_t size, file.size());
  if (size > limit) {
    return fail(ErrorCode::too_large, path.string() + " has " + std::to_string(size) + " bytes; at most " +
                                          std::to_string(limit) + " were expected.");
  }
  Bytes bytes(size);
  KL_ASSIGN(const std::size_t got, file.read_at(0, bytes));
  bytes.resize(got);
  return bytes;
}

Status write_file(const std::filesystem::path& path, BytesView bytes) {
  // One name per process: two processes that replace the same file at once each write their own and the last
  // wins.
  const std::filesystem::path fresh = path.string() + "." + std::to_string(::getpid()) + ".new";
  KL_TRY(remove_file(fresh));
  auto written = [&]() -> Status {
    KL_ASSIGN(File file, File::open(fresh, FileMode::create_new));
    KL_TRY(file.write_at(0, bytes));
    KL_TRY(file.sync());
    return os::rename(fresh, path);
  }();
  if (!written) {
    (void)remove_file(fresh);
    return written;
  }
  return sync_folder(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

std::uint64_t free_bytes(const std::filesystem::path& path) {
  struct statvfs info {};
  if (::statvfs(path.c_str(), &info) == -1) return 0;
  return static_cast<std::uint64_t>(info.f_bavail) * info.f_frsize;
}

UnixMs modified_at(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) == -1) return 0;
  return static_cast<UnixMs>(info.st_mtim.tv_sec) * 1000 + info.st_mtim.tv_nsec / 1'000'000;
}

}  // namespace keepleaf::os
