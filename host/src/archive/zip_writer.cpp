#include "archive/zip_writer.h"

#include <zip.h>

#include <cerrno>
#include <utility>

namespace keepleaf::archive {

namespace {

// libzip asks for bytes here, when it writes.
zip_int64_t answer(void* user, void* data, zip_uint64_t length, zip_source_cmd_t command) {
  auto& source = *static_cast<ZipWriter::Source*>(user);
  const auto refuse = [&](Error error) -> zip_int64_t {
    source.error = std::move(error);
    return -1;
  };
  switch (command) {
    case ZIP_SOURCE_OPEN: {
      auto opened = source.content->open();
      if (!opened) return refuse(std::move(opened).error());
      source.input = std::move(*opened);
      return 0;
    }
    case ZIP_SOURCE_READ: {
      auto got = source.input->read({static_cast<std::uint8_t*>(data), static_cast<std::size_t>(length)});
      if (!got) return refuse(std::move(got).error());
      return static_cast<zip_int64_t>(*got);
    }
    case ZIP_SOURCE_CLOSE:
      source.input.reset();
      return 0;
    case ZIP_SOURCE_STAT: {
      auto* stat = static_cast<zip_stat_t*>(data);
      zip_stat_init(stat);
      stat->mtime = source.modified;
      stat->valid = ZIP_STAT_MTIME;
      return sizeof *stat;
    }
    case ZIP_SOURCE_ERROR: {
      auto* codes = static_cast<int*>(data);
      codes[0] = ZIP_ER_READ;
      codes[1] = EIO;
      return 2 * static_cast<zip_int64_t>(sizeof(int));
    }
    case ZIP_SOURCE_FREE:
      return 0;
    case ZIP_SOURCE_SUPPORTS:
      return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE,
                                            ZIP_SOURCE_STAT, ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
    default:
      return -1;
  }
}

Error could_not(const std::string& what, zip_error_t& error) {
  const int system = zip_error_code_system(&error);
  const bool full = system == ENOSPC || system == EDQUOT || system == EFBIG;
  return Error{full ? ErrorCode::no_space : ErrorCode::io, what + ": " + zip_error_strerror(&error)};
}

}  // namespace

Result<ZipWriter> ZipWriter::create(const std::filesystem::path& path) {
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_EXCL, &code);
  if (archive != nullptr) return ZipWriter(archive, path);
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  Error refused = could_not("could not make " + path.string(), error);
  zip_error_fini(&error);
  return fail(std::move(refused));
}

ZipWriter::ZipWriter(ZipWriter&& other) noexcept
    : archive_(std::exchange(other.archive_, nullptr)),
      path_(std::move(other.path_)),
      sources_(std::move(other.sources_)) {}

ZipWriter::~ZipWriter() {
  if (archive_ != nullptr) zip_discard(archive_);
}

Status ZipWriter::add(const std::string& name, ContentPtr content, Packing packing, UnixMs modified) {
  sources_.push_back(std::make_unique<Source>(Source{std::move(content), modified / 1000}));
  zip_source_t* source = zip_source_function(archive_, answer, sources_.back().get());
  const zip_int64_t index =
      source != nullptr ? zip_file_add(archive_, name.c_str(), source, ZIP_FL_ENC_UTF_8) : -1;
  if (index < 0) {
    if (source != nullptr) zip_source_free(source);
    return fail(could_not("could not add " + name + " to the archive", *zip_get_error(archive_)));
  }
  const auto entry = static_cast<zip_uint64_t>(index);
  zip_set_file_compression(archive_, entry, packing == Packing::store ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0);
  zip_file_set_mtime(archive_, entry, modified / 1000, 0);
  return {};
}

Status ZipWriter::finish() {
  if (zip_close(archive_) == 0) {
    archive_ = nullptr;
    // libzip's own files can be read by everybody; saved pages are the person's alone.
    std::error_code error;
    std::filesystem::permissions(
        path_, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, error);
    if (error) return fail(os::system_error(error.value(), "protect " + path_.string()));
    return {};
  }
  for (const auto& source : sources_)
    if (source->error) return fail(*source->error);
  return fail(could_not("could not write the archive", *zip_get_error(archive_)));
}

}  // namespace keepleaf::archive
