#include "archive/content.h"

#include <algorithm>
#include <cstring>
#include <filesystem>

#include "base/clock.h"
#include "base/uuid.h"

namespace keepleaf::archive {
namespace {

class FileInput final : public Input {
 public:
  FileInput(std::shared_ptr<const os::File> file, std::uint64_t begin, std::uint64_t size)
      : file_(std::move(file)), at_(begin), left_(size) {}

  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
    if (wanted == 0) return std::size_t{0};
    KL_ASSIGN(const std::size_t got, file_->read_at(at_, into.first(wanted)));
    if (got == 0) return fail(ErrorCode::corrupt, "the file ends in the middle of what it holds");
    at_ += got;
    left_ -= got;
    return got;
  }

 private:
  std::shared_ptr<const os::File> file_;
  std::uint64_t at_;
  std::uint64_t left_;
};

class FileContent final : public Content {
 public:
  FileContent(std::shared_ptr<const os::File> file, std::uint64_t begin, std::uint64_t size)
      : file_(std::move(file)), begin_(begin), size_(size) {}
  Result<std::unique_ptr<Input>> open() const override { return file_input(file_, begin_, size_); }

 private:
  std::shared_ptr<const os::File> file_;
  std::uint64_t begin_;
  std::uint64_t size_;
};

class MemoryInput final : public Input {
 public:
  explicit MemoryInput(std::shared_ptr<const Bytes> bytes) : bytes_(std::move(bytes)) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    const std::size_t size = std::min(into.size(), bytes_->size() - at_);
    if (size > 0) std::memcpy(into.data(), bytes_->data() + at_, size);
    at_ += size;
    return size;
  }

 private:
  std::shared_ptr<const Bytes> bytes_;
  std::size_t at_ = 0;
};

class MemoryContent final : public Content {
 public:
  explicit MemoryContent(Bytes bytes) : bytes_(std::make_shared<const Bytes>(std::move(bytes))) {}
  Result<std::unique_ptr<Input>> open() const override { return std::make_unique<MemoryInput>(bytes_); }

 private:
  std::shared_ptr<const Bytes> bytes_;
};

class LimitedInput final : public Input {
 public:
  LimitedInput(std::unique_ptr<Input> from, std::uint64_t limit, bool exact)
      : from_(std::move(from)), left_(limit), exact_(exact) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
    if (wanted == 0) return std::size_t{0};
    KL_ASSIGN(const std::size_t got, from_->read(into.first(wanted)));
    if (got == 0 && exact_) return fail(ErrorCode::corrupt, "the file ends in the middle of what it holds");
    left_ -= got;
    return got;
  }

 private:
  std::unique_ptr<Input> from_;
  std::uint64_t left_;
  bool exact_;
};

// Bytes that were read already, and the rest.
class Prefixed final : public Input {
 public:
  Prefixed(Bytes start, std::unique_ptr<Input> rest) : start_(std::move(start)), rest_(std::move(rest)) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    if (at_ == start_.size()) return rest_->read(into);
    const std::size_t size = std::min(into.size(), start_.size() - at_);
    if (size > 0) std::memcpy(into.data(), start_.data() + at_, size);
    at_ += size;
    return size;
  }

 private:
  Bytes start_;
  std::size_t at_ = 0;
  std::unique_ptr<Input> rest_;
};

}  // namespace

std::unique_ptr<Input> prefixed(Bytes start, std::unique_ptr<Input> rest) {
  return std::make_unique<Prefixed>(std::move(start), std::move(rest));
}

std::unique_ptr<Input> file_input(std::shared_ptr<const os::File> file, std::uint64_t begin,
                                  std::uint64_t size) {
  return std::make_unique<FileInput>(std::move(file), begin, size);
}

ContentPtr file_content(std::shared_ptr<const os::File> file, std::uint64_t begin, std::uint64_t size) {
  return std::make_shared<FileContent>(std::move(file), begin, size);
}

ContentPtr memory_content(Bytes bytes) { return std::make_shared<MemoryContent>(std::move(bytes)); }

std::unique_ptr<Input> limited(std::unique_ptr<Input> from, std::uint64_t limit, bool exact) {
  return std::make_unique<LimitedInput>(std::move(from), limit, exact);
}

Result<Bytes> read_all(Input& input, std::uint64_t limit) {
  Bytes bytes;
  for (;;) {
    const std::size_t at = bytes.size();
    bytes.resize(at + kPiece);
    KL_ASSIGN(const std::size_t got, input.read(std::span(bytes).subspan(at)));
    bytes.resize(at + got);
    if (got == 0) return bytes;
    if (bytes.size() > limit)
      return fail(ErrorCode::too_large, "it is larger than " + std::to_string(limit) + " bytes");
  }
}

Result<Bytes> read_all(const Content& content, std::uint64_t limit) {
  KL_ASSIGN(const auto input, content.open());
  return read_all(*input, limit);
}

Result<Bytes> read_start(const Content& content, std::size_t count) {
  KL_ASSIGN(const auto input, content.open());
  Bytes bytes(count);
  std::size_t size = 0;
  while (size < count) {
    KL_ASSIGN(const std::size_t got, input->read(std::span(bytes).subspan(size)));
    if (got == 0) break;
    size += got;
  }
  bytes.resize(size);
  return bytes;
}

Result<bool> LineInput::fill() {
  buffer_.resize(kPiece);
  at_ = 0;
  auto got = from_->read(buffer_);
  buffer_.resize(got ? *got : 0);
  if (!got) return fail(std::move(got).error());
  return *got > 0;
}

Result<std::optional<std::string>> LineInput::line(std::uint64_t limit) {
  std::string line;
  for (;;) {
    if (at_ == buffer_.size()) {
      KL_ASSIGN(const bool more, fill());
      if (!more) return line.empty() ? std::optional<std::string>() : std::optional(std::move(line));
    }
    const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto end = std::find(begin, buffer_.end(), std::uint8_t{'\n'});
    line.append(begin, end);
    const auto taken = static_cast<std::size_t>(end - begin) + (end == buffer_.end() ? 0U : 1U);
    at_ += taken;
    position_ += taken;
    if (line.size() > limit)
      return fail(ErrorCode::too_large, "a line is longer than " + std::to_string(limit) + " bytes");
    if (end == buffer_.end()) continue;
    if (line.ends_with('\r')) line.pop_back();
    return std::optional(std::move(line));
  }
}

Result<std::optional<LineInput::LineStart>> LineInput::line_start(std::size_t keep) {
  LineStart line;
  bool carriage_return = false;  // the last byte so far
  for (bool any = false;; any = true) {
    if (at_ == buffer_.size()) {
      KL_ASSIGN(const bool more, fill());
      if (!more) {
        line.end = position_;
        return any ? std::optional(std::move(line)) : std::optional<LineStart>();
      }
    }
    const auto begin = buffer_.begin() + static_cast<std::ptrdiff_t>(at_);
    const auto end = std::find(begin, buffer_.end(), std::uint8_t{'\n'});
    const auto size = static_cast<std::size_t>(end - begin);
    const bool ended = end != buffer_.end();
    if (line.start.size() < keep + 1)
      line.start.append(begin,
                        begin + static_cast<std::ptrdiff_t>(std::min(size, keep + 1 - line.start.size())));
    if (size > 0) carriage_return = *(end - 1) == '\r';
    line.size += size;
    at_ += size + (ended ? 1U : 0U);
    position_ += size + (ended ? 1U : 0U);
    if (!ended) continue;
    line.end = position_ - 1;
    if (carriage_return) {
      if (line.start.size() == line.size) line.start.pop_back();
      --line.size;
      --line.end;
    }
    if (line.start.size() > keep) line.start.resize(keep);
    return std::optional(std::move(line));
  }
}

Result<std::size_t> LineInput::read(std::span<std::uint8_t> into) {
  if (into.empty()) return std::size_t{0};
  if (at_ == buffer_.size()) {
    KL_ASSIGN(const bool more, fill());
    if (!more) return std::size_t{0};
  }
  const std::size_t size = std::min(into.size(), buffer_.size() - at_);
  std::memcpy(into.data(), buffer_.data() + at_, size);
  at_ += size;
  position_ += size;
  return size;
}

Status LineInput::skip(std::uint64_t count) {
  while (count > 0) {
    if (at_ == buffer_.size()) {
      KL_ASSIGN(const bool more, fill());
      if (!more) return fail(ErrorCode::corrupt, "the file ends in the middle of what it holds");
    }
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(count, buffer_.size() - at_));
    at_ += size;
    position_ += size;
    count -= size;
  }
  return {};
}

Result<char> LineInput::peek() {
  KL_ASSIGN(const bool end, at_end());
  if (end) return fail(ErrorCode::corrupt, "the file ends in the middle of what it holds");
  return static_cast<char>(buffer_[at_]);
}

Result<bool> LineInput::at_end() {
  if (at_ < buffer_.size()) return false;
  KL_ASSIGN(const bool more, fill());
  return !more;
}

Result<std::shared_ptr<os::File>> scratch_file() {
  std::error_code error;
  const auto folder = std::filesystem::temp_directory_path(error);
  if (error) return fail(ErrorCode::io, "there is no folder for temporary files: " + error.message());
  const auto path = folder / ("keepleaf-" + Uuid::v7(system_clock().now()).str() + ".tmp");
  KL_ASSIGN(os::File file, os::File::open(path, os::FileMode::create_new));
  KL_TRY(os::remove_file(path));
  return std::make_shared<os::File>(std::move(file));
}

Result<std::uint64_t> spool(Input& input, os::File& file, std::uint64_t limit) {
  Bytes piece(kPiece);
  std::uint64_t size = 0;
  for (;;) {
    KL_ASSIGN(const std::size_t got, input.read(piece));
    if (got == 0) return size;
    if (got > limit - size)
      return fail(ErrorCode::too_large, "more than " + std::to_string(limit) + " bytes come out of it");
    KL_TRY(file.write_at(size, BytesView(piece).first(got)));
    size += got;
  }
}

}  // namespace keepleaf::archive
