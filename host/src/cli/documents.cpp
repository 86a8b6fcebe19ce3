#include "cli/documents.h"

#include <algorithm>
#include <array>

#include "base/os/file.h"
#include "base/unicode.h"

namespace keepleaf::cli {
namespace fs = std::filesystem;

namespace {

Error is_there(const fs::path& path) {
  return Error{ErrorCode::conflict, path.string() + " is there already", "the file is as it was",
               "choose another name, or add --force"};
}

}  // namespace

Result<Meant> meant_snapshot(Session& session, const Uuid& id) {
  const auto snapshot = session.ask<protocol::SnapshotShowReply>(protocol::SnapshotShow{id, 0});
  if (snapshot) return Meant{id, snapshot->title, snapshot->url, snapshot->taken_at};
  if (snapshot.error().code != ErrorCode::not_found) return fail(snapshot.error());
  const auto link = session.ask<protocol::LinkShowReply>(protocol::LinkShow{id});
  if (!link && link.error().code == ErrorCode::not_found)
    return fail(ErrorCode::not_found, "there is no link and no snapshot " + id.str(), "",
                "keepleaf list shows the ids");
  if (!link) return fail(link.error());
  for (const auto& candidate : link->snapshots)
    if (candidate.state != "trashed")
      return Meant{candidate.id, link->link.title, link->link.url, candidate.taken_at};
  return fail(ErrorCode::not_found, "the link " + id.str() + " has no snapshot", "",
              "keepleaf add '" + link->link.url + "' takes one");
}

std::string safe_extension(const std::string& media_type) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 12> kTypes = {
      {{"text/html", "html"},
       {"text/plain", "txt"},
       {"application/pdf", "pdf"},
       {"image/png", "png"},
       {"text/markdown", "md"},
       {"image/jpeg", "jpg"},
       {"image/gif", "gif"},
       {"image/webp", "webp"},
       {"image/avif", "avif"},
       {"image/bmp", "bmp"},
       {"video/mp4", "mp4"},
       {"video/webm", "webm"}}};
  auto type = media_type.substr(0, media_type.find(';'));
  while (type.ends_with(' ')) type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  for (const auto& [name, extension] : kTypes)
    if (type == name) return std::string(extension);
  return "";
}

std::string file_name(const Meant& meant, const std::string& extension) {
  std::string title;
  for (const auto& point : CodePoints(meant.title.empty() ? meant.url : meant.title)) {
    const auto c = point.value;
    const bool unsafe = is_control(c) || c == U'/' || c == U'\\' || c == U':' || c == U'*' || c == U'?' ||
                        c == U'"' || c == U'<' || c == U'>' || c == U'|';
    if (unsafe || is_white_space(c)) {
      if (!title.empty() && title.back() != ' ') title += ' ';
    } else {
      append_utf8(title, c);
    }
  }
  title = std::string(utf8_prefix(title, 120));
  while (!title.empty() && (title.back() == ' ' || title.back() == '.')) title.pop_back();
  while (!title.empty() && (title.front() == '.' || title.front() == ' '))
    title.erase(0, 1);  // no hidden files
  if (title.empty()) title = "page";
  // The last digits of a version 7 id are random; the first are only the time again.
  return title + " " + format_time(meant.taken_at).substr(0, 10) + " " + meant.snapshot.str().substr(28) +
         "." + extension;
}

Status may_be_written(const fs::path& path, Existing existing) {
  std::error_code error;
  if (existing == Existing::refuse && fs::exists(fs::symlink_status(path, error)))
    return fail(is_there(path));
  return {};
}

fs::path fresh_name(const fs::path& path) {
  auto fresh = path;
  fresh += "." + Uuid::v7(system_clock().now()).str() + ".part";
  return fresh;
}

Status publish(const fs::path& fresh, const fs::path& path, Existing existing) {
  // Without `replace`, a step that fails when the name is taken.
  auto named = existing == Existing::replace ? os::rename(fresh, path) : os::hard_link(fresh, path);
  if (!named && named.error().code == ErrorCode::unsupported) named = os::rename(fresh, path);
  static_cast<void>(os::remove_file(fresh));
  if (!named && named.error().code == ErrorCode::conflict) return fail(is_there(path));
  KL_TRY(std::move(named));
  return os::sync_folder(path.parent_path());
}

Result<DocumentFile> DocumentFile::create(const fs::path& path, Existing existing) {
  KL_TRY(may_be_written(path, existing));
  KL_ASSIGN(auto file, os::File::open(fresh_name(path), os::FileMode::create_new));
  return DocumentFile(std::move(file), path, existing);
}

DocumentFile::DocumentFile(DocumentFile&& other) noexcept
    : file_(std::move(other.file_)),
      path_(std::move(other.path_)),
      existing_(other.existing_),
      size_(other.size_),
      unfinished_(std::exchange(other.unfinished_, false)) {}

DocumentFile::~DocumentFile() {
  if (unfinished_) static_cast<void>(os::remove_file(file_.path()));
}

Status DocumentFile::write(BytesView bytes) {
  KL_TRY(file_.write_at(size_, bytes));
  size_ += bytes.size();
  return {};
}

Status DocumentFile::finish() {
  KL_TRY(file_.sync());
  unfinished_ = false;
  return publish(file_.path(), path_, existing_);
}

Status write_document(const fs::path& path, BytesView bytes, Existing existing) {
  KL_ASSIGN(auto file, DocumentFile::create(path, existing));
  KL_TRY(file.write(bytes));
  return file.finish();
}

}  // namespace keepleaf::cli
