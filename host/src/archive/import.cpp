#include "archive/import.h"

#include <algorithm>

#include "archive/gzip.h"
#include "archive/headers.h"
#include "archive/named_files.h"
#include "archive/page_import.h"
#include "archive/readers.h"
#include "page/encoding.h"
#include "page/media_type.h"
#include "url/url.h"

namespace keepleaf::archive {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kProbe = 64 << 10;

bool is_mhtml(BytesView start) {
  // A message begins with fields; one of them says MIME.
  const std::string_view text = as_text(start);
  const std::size_t colon = text.find_first_of(":\n <{");
  if (colon == std::string_view::npos || text[colon] != ':') return false;
  Bytes copy(start.begin(), start.end());
  const BytesView end = as_bytes("\r\n\r\n");
  copy.insert(copy.end(), end.begin(), end.end());
  auto input = memory_content(std::move(copy))->open();
  if (!input) return false;
  LineInput lines(std::move(*input));
  const auto head = Headers::read(lines);
  if (!head) return false;
  const std::string type = page::essence(head->get("content-type"));
  return !head->get("mime-version").empty() &&
         (type == "multipart/related" || type == "multipart/alternative" || type == "multipart/mixed" ||
          type == "text/html");
}

// Also where the WARC is packed as a whole.
bool is_warc(BytesView start) {
  if (!is_gzip(start)) return as_text(start).starts_with("WARC/");
  auto packed = memory_content(Bytes(start.begin(), start.end()))->open();
  if (!packed) return false;
  Inflater inflater(std::move(*packed), Zlib::gzip);
  Bytes first(5);
  std::size_t size = 0;
  while (size < first.size()) {
    const auto got = inflater.read(std::span(first).subspan(size));
    if (!got || *got == 0) return false;
    size += *got;
  }
  return as_text(first) == "WARC/";
}

bool ends_the_import(ErrorCode code) {
  return code == ErrorCode::no_space || code == ErrorCode::read_only || code == ErrorCode::busy ||
         code == ErrorCode::io || code == ErrorCode::internal;
}

// Its own id when the library that wrote it reads it again, else one that follows from the page.
Result<Uuid> id_of(const SavedPage& page, const PageImport& import, const ImportOptions& options,
                   bool& known) {
  const std::optional<Uuid> own = page.manifest ? std::optional(page.manifest->facts.id)
                                  : page.facts  ? std::optional(page.facts->id)
                                                : std::nullopt;
  if (own) {
    KL_ASSIGN(known, options.has_snapshot(*own));
    if (known) return *own;
  }
  KL_ASSIGN(const Uuid id, import.id());
  KL_ASSIGN(known, options.has_snapshot(id));
  return id;
}

Status import_page(const SavedPage& page, const SavedFiles& files, capture::CaptureSink& sink,
                   const ImportOptions& options, PageOutcome& outcome) {
  if (page.error) return fail(*page.error);
  KL_TRY(url::identify(page.url));
  PageImport import(page, files, sink);
  bool known = false;
  KL_ASSIGN(const Uuid id, id_of(page, import, options, known));
  outcome.snapshot = id;
  outcome.state = known ? PageState::known : PageState::imported;
  if (known || options.dry_run) return {};
  auto committed = import.run(id, options.tags);
  if (!committed) return fail(std::move(committed).error());
  outcome.new_link = committed->new_link;
  outcome.missing = import.missing();
  return {};
}

}  // namespace

Result<std::optional<Family>> recognise(const fs::path& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return std::optional(Family::folder);
  KL_ASSIGN(const os::File file, os::File::open(path, os::FileMode::read));
  Bytes start(kProbe);
  KL_ASSIGN(const std::size_t got, file.read_at(0, start));
  start.resize(got);
  const std::string_view text = as_text(start);
  if (text.starts_with("PK\x03\x04") || text.starts_with("PK\x05\x06")) return std::optional(Family::zip);
  if (is_warc(start)) return std::optional(Family::warc);
  if (is_mhtml(start)) return std::optional(Family::mhtml);
  const std::string_view by_name = type_by_name(path.filename().string());
  const bool html =
      page::looks_like_html(start) || by_name == "text/html" || by_name == "application/xhtml+xml";
  if (!html) return std::optional<Family>();
  // Browsers export bookmarks as something that looks like HTML.
  if (text.find("NETSCAPE-Bookmark-file-1") != std::string_view::npos) return std::optional<Family>();
  // A page that unpacks itself holds a ZIP archive.
  const bool packed = text.find("SingleFile") != std::string_view::npos && ZipReader::open(path).has_value();
  return std::optional(packed ? Family::zip : Family::html);
}

Result<SavedArchive> open_archive(const fs::path& path) {
  KL_ASSIGN(const auto family, recognise(path));
  if (!family)
    return fail(ErrorCode::unsupported, path.string() + " is no archive of pages that Keepleaf knows");
  switch (*family) {
    case Family::folder:
      return read_folder(path);
    case Family::zip:
      return read_zip(path);
    case Family::mhtml:
      return read_mhtml(path);
    case Family::warc:
      return read_warc(path);
    case Family::html:
      break;
  }
  return read_html(path);
}

ImportResult import_archive(const fs::path& path, capture::CaptureSink& sink, const ImportOptions& options) {
  ImportResult result;
  const auto archive = open_archive(path);
  if (!archive) {
    result.error = archive.error();
    result.error->message = path.string() + ": " + result.error->message;
    return result;
  }
  result.format = archive->format;
  const std::uint64_t total = archive->pages.size();
  for (const SavedPage& page : archive->pages) {
    PageOutcome outcome{page.url, page.title, page.taken_at};
    if (auto done = import_page(page, *archive->files, sink, options, outcome); !done) {
      outcome.state = PageState::failed;
      outcome.error = std::move(done).error();
      if (ends_the_import(outcome.error->code)) result.error = outcome.error;
    }
    result.pages.push_back(std::move(outcome));
    if (options.on_progress) options.on_progress(result.pages.size(), total);
    if (result.error) break;
  }
  return result;
}

}  // namespace keepleaf::archive
