// Bytes in an archive, read as a stream: what a part of it holds is never taken into memory as a whole unless
// a limit says how much that may be.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/os/file.h"
#include "base/result.h"

namespace keepleaf::archive {

// One reading from beginning to end. Errors of all inputs: corrupt (the archive is not what it says),
// too_large (more than a limit allows), unsupported (an encoding that we don't know, a password), io.
class Input {
 public:
  virtual ~Input() = default;
  // At least one byte, unless it is at the end or `into` is empty: then 0.
  virtual Result<std::size_t> read(std::span<std::uint8_t> into) = 0;
};

// What can be read any number of times. Keeps alive whatever it reads from.
class Content {
 public:
  virtual ~Content() = default;
  virtual Result<std::unique_ptr<Input>> open() const = 0;
};
using ContentPtr = std::shared_ptr<const Content>;

inline constexpr std::size_t kPiece = 64 << 10;

// The bytes [begin, begin + size) of a file. A file that ends before is corrupt.
ContentPtr file_content(std::shared_ptr<const os::File> file, std::uint64_t begin, std::uint64_t size);
std::unique_ptr<Input> file_input(std::shared_ptr<const os::File> file, std::uint64_t begin,
                                  std::uint64_t size);
ContentPtr memory_content(Bytes bytes);

// At most `limit` bytes of another input; `exact`: fewer are an error, "cut off".
std::unique_ptr<Input> limited(std::unique_ptr<Input> from, std::uint64_t limit, bool exact);

// `start`, which was read already, and the rest.
std::unique_ptr<Input> prefixed(Bytes start, std::unique_ptr<Input> rest);

// All of it. too_large above `limit`.
Result<Bytes> read_all(Input& input, std::uint64_t limit);
Result<Bytes> read_all(const Content& content, std::uint64_t limit);
// The first bytes, at most `count`.
Result<Bytes> read_start(const Content& content, std::size_t count);

// A line-wise reader that knows where it is.
class LineInput {
 public:
  explicit LineInput(std::unique_ptr<Input> from) : from_(std::move(from)) {}

  // The next line without its end (LF or CR LF); none at the end. too_large above `limit` bytes.
  Result<std::optional<std::string>> line(std::uint64_t limit);
  // The same for lines of any length, of which only the first `keep` bytes are of interest.
  struct LineStart {
    std::string start;
    std::uint64_t size = 0;  // of the whole line, without its end
    std::uint64_t end = 0;   // the position where it ended, before its end
  };
  Result<std::optional<LineStart>> line_start(std::size_t keep);
  Result<std::size_t> read(std::span<std::uint8_t> into);
  // Fails (corrupt) when it ends before.
  Status skip(std::uint64_t count);
  // The next byte, which stays; only where at_end() is false.
  Result<char> peek();
  // Whether nothing is left.
  Result<bool> at_end();
  // Bytes that were taken so far.
  std::uint64_t position() const { return position_; }

 private:
  Result<bool> fill();

  std::unique_ptr<Input> from_;
  Bytes buffer_;
  std::size_t at_ = 0;
  std::uint64_t position_ = 0;
};

// A file without a name, for what can't be read in place: it is gone with the last holder, also after a
// crash. Errors: no_space, read_only, io.
Result<std::shared_ptr<os::File>> scratch_file();
// What `input` gives, in such a file. Returns its size.
Result<std::uint64_t> spool(Input& input, os::File& file, std::uint64_t limit);

}  // namespace keepleaf::archive
