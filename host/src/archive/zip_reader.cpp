#include "archive/zip_reader.h"

#include <sys/stat.h>
#include <zip.h>

#include <algorithm>

#include "base/unicode.h"

namespace keepleaf::archive {
namespace {

constexpr std::uint64_t kEndRecord = 22;  // bytes of the end of central directory record, without its comment
constexpr std::uint64_t kLocalHeader = 30;   // bytes of a local file header, without name and extra field
constexpr std::uint64_t kTail = 8ULL << 20;  // how far from the end the record may lie: pages that unpack
                                             // themselves put markup and a copy of their text behind it

struct Window {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

std::uint64_t little(BytesView bytes, std::size_t at, std::size_t count) {
  std::uint64_t value = 0;
  for (std::size_t i = count; i > 0; --i) value = value << 8U | bytes[at + i - 1];
  return value;
}

// Where the archive begins and ends in the file. libzip looks only at the very end.
Result<Window> find_window(const std::filesystem::path& path) {
  KL_ASSIGN(const os::File file, os::File::open(path, os::FileMode::read));
  KL_ASSIGN(const std::uint64_t size, file.size());
  const std::uint64_t tail = std::min(size, kTail);
  Bytes bytes(static_cast<std::size_t>(tail));
  KL_ASSIGN(const std::size_t got, file.read_at(size - tail, bytes));
  bytes.resize(got);
  for (std::size_t at = got >= kEndRecord ? got - kEndRecord + 1 : 0; at-- > 0;) {
    if (little(bytes, at, 4) != 0x06054B50U) continue;
    const std::uint64_t end = size - tail + at;
    const std::uint64_t comment = little(bytes, at + 20, 2);
    const std::uint64_t directory_size = little(bytes, at + 12, 4);
    const std::uint64_t directory = little(bytes, at + 16, 4);
    if (end + kEndRecord + comment > size) continue;
    Window window{0, end + kEndRecord + comment};
    const bool zip64 = directory == 0xFFFFFFFFU || directory_size == 0xFFFFFFFFU;
    if (!zip64) {
      if (directory + directory_size > end) continue;  // not a record: only bytes that look like its mark
      window.begin = end - directory_size - directory;
      window.size = end + kEndRecord + comment - window.begin;
      std::array<std::uint8_t, 4> mark{};
      KL_ASSIGN(const std::size_t read, file.read_at(end - directory_size, mark));
      const bool header = read == 4 && little(mark, 0, 4) == 0x02014B50U;
      if (!header && directory_size > 0) {
        // A ZIP64 record may stand in between; libzip finds its way, if nothing stands before the archive.
        window = {0, end + kEndRecord + comment};
      }
    }
    return window;
  }
  return fail(ErrorCode::unsupported, "there is no whole ZIP archive in it", "", "it may have been cut off");
}

Error zip_error(zip_error_t& error, const std::string& what) {
  const int code = zip_error_code_zip(&error);
  ErrorCode kind = ErrorCode::corrupt;
  if (code == ZIP_ER_NOPASSWD || code == ZIP_ER_WRONGPASSWD || code == ZIP_ER_ENCRNOTSUPP ||
      code == ZIP_ER_COMPNOTSUPP)
    kind = ErrorCode::unsupported;
  if (code == ZIP_ER_OPEN || code == ZIP_ER_READ || code == ZIP_ER_SEEK) kind = ErrorCode::io;
  return Error{kind, what + ": " + zip_error_strerror(&error)};
}

// A name that is a way to somewhere else, or none at all.
bool climbs(std::string_view name) {
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string_view::npos ||
      name.find('\0') != std::string_view::npos)
    return true;
  if (name.size() > 1 && name[1] == ':') return true;
  while (!name.empty()) {
    const std::size_t end = std::min(name.find('/'), name.size());
    const std::string_view level = name.substr(0, end);
    if (level == ".." || level == ".") return true;
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return false;
}

class EntryInput final : public Input {
 public:
  EntryInput(std::shared_ptr<const ZipReader> reader, zip_file_t* file, std::uint64_t size)
      : reader_(std::move(reader)), file_(file), left_(size) {}
  ~EntryInput() override { zip_fclose(file_); }
  EntryInput(const EntryInput&) = delete;
  EntryInput& operator=(const EntryInput&) = delete;

  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    if (into.empty()) return std::size_t{0};
    const zip_int64_t got = zip_fread(file_, into.data(), into.size());
    if (got < 0) return fail(zip_error(*zip_file_get_error(file_), "the archive could not be unpacked"));
    const auto count = static_cast<std::size_t>(got);
    if (count > left_ || (count == 0 && left_ > 0))
      return fail(ErrorCode::corrupt, "a file of the archive is not as large as it says");
    left_ -= count;
    return count;
  }

 private:
  std::shared_ptr<const ZipReader> reader_;
  zip_file_t* file_;
  std::uint64_t left_;
};

class EntryContent final : public Content {
 public:
  EntryContent(std::shared_ptr<const ZipReader> reader, zip* archive, const ZipEntry& entry)
      : reader_(std::move(reader)), archive_(archive), index_(entry.index), size_(entry.size) {}
  Result<std::unique_ptr<Input>> open() const override {
    zip_file_t* file = zip_fopen_index(archive_, index_, 0);
    if (file == nullptr)
      return fail(zip_error(*zip_get_error(archive_), "a file of the archive could not be opened"));
    return std::make_unique<EntryInput>(reader_, file, size_);
  }

 private:
  std::shared_ptr<const ZipReader> reader_;
  zip* archive_;
  std::uint64_t index_;
  std::uint64_t size_;
};

}  // namespace

Result<std::shared_ptr<const ZipReader>> ZipReader::open(const std::filesystem::path& path,
                                                         const Limits& limits) {
  KL_ASSIGN(const Window window, find_window(path));
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source =
      zip_source_file_create(path.c_str(), window.begin, static_cast<zip_int64_t>(window.size), &error);
  zip_t* archive = source != nullptr ? zip_open_from_source(source, ZIP_RDONLY, &error) : nullptr;
  if (archive == nullptr) {
    if (source != nullptr) zip_source_free(source);
    Error refused = zip_error(error, "the ZIP archive can't be read");
    zip_error_fini(&error);
    return fail(std::move(refused));
  }
  zip_error_fini(&error);
  std::shared_ptr<ZipReader> reader(new ZipReader(archive));
  KL_TRY(reader->list(window.size, limits));
  return std::shared_ptr<const ZipReader>(std::move(reader));
}

ZipReader::~ZipReader() { zip_discard(archive_); }

Status ZipReader::list(std::uint64_t archive_size, const Limits& limits) {
  const zip_int64_t count = zip_get_num_entries(archive_, 0);
  if (count < 0 || static_cast<std::uint64_t>(count) > limits.entries)
    return fail(ErrorCode::too_large,
                "the archive holds more than " + std::to_string(limits.entries) + " files");
  std::uint64_t packed = 0;
  std::uint64_t unpacked = 0;
  for (zip_uint64_t index = 0; index < static_cast<zip_uint64_t>(count); ++index) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(archive_, index, 0, &stat) != 0 || (stat.valid & ZIP_STAT_NAME) == 0 ||
        (stat.valid & ZIP_STAT_SIZE) == 0 || (stat.valid & ZIP_STAT_COMP_SIZE) == 0)
      return fail(ErrorCode::corrupt, "the archive's list of files is damaged");
    ZipEntry entry{to_valid_utf8(stat.name), stat.size, stat.comp_size, UnixMs{stat.mtime} * 1000, index};
    if (entry.name.size() > limits.name)
      return fail(ErrorCode::too_large,
                  "a name in the archive is longer than " + std::to_string(limits.name) + " bytes");
    if (climbs(entry.name)) return fail(ErrorCode::corrupt, "the archive holds a name that leads out of it");
    zip_uint8_t system = 0;
    zip_uint32_t attributes = 0;
    zip_file_get_external_attributes(archive_, index, 0, &system, &attributes);
    if (system == ZIP_OPSYS_UNIX && S_ISLNK(attributes >> 16U))
      return fail(ErrorCode::corrupt, "the archive holds a symbolic link");
    const std::uint64_t takes = entry.packed + kLocalHeader + entry.name.size();
    if (takes > archive_size - std::min(packed, archive_size))
      return fail(ErrorCode::corrupt, "files of the archive overlap, or it was cut off");
    packed += takes;
    if (entry.size > limits.unpacked - unpacked)
      return fail(ErrorCode::too_large,
                  "the archive unpacks to more than " + std::to_string(limits.unpacked) + " bytes");
    unpacked += entry.size;
    if (entry.name.ends_with('/')) continue;
    if (!by_name_.emplace(entry.name, entries_.size()).second)
      return fail(ErrorCode::corrupt, "two files of the archive have the same name");
    entries_.push_back(std::move(entry));
  }
  if (unpacked > limits.ratio_free && unpacked / limits.ratio > archive_size)
    return fail(ErrorCode::too_large, "the archive unpacks to more than " + std::to_string(limits.ratio) +
                                          " times its size: that is a trap, not a page");
  return {};
}

const ZipEntry* ZipReader::find(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? nullptr : &entries_[found->second];
}

ContentPtr ZipReader::content(const ZipEntry& entry) const {
  return std::make_shared<EntryContent>(shared_from_this(), archive_, entry);
}

}  // namespace keepleaf::archive
