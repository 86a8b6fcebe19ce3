// WARC and WACZ as archives of pages.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "archive/dates.h"
#include "archive/limits.h"
#include "archive/readers.h"
#include "archive/warc_index.h"
#include "page/address.h"
#include "page/encoding.h"
#include "page/fetched_document.h"
#include "page/media_type.h"
#include "page/references.h"

namespace keepleaf::archive {
namespace {

constexpr std::uint64_t kLine = 1ULL << 20U;  // bytes of a line of pages.jsonl

bool is_document_type(std::string_view media_type) {
  const std::string type = page::essence(media_type);
  return page::is_html_type(type) || page::is_xhtml_type(type);
}

// Several WARCs of one package.
class ManyFiles final : public SavedFiles {
 public:
  explicit ManyFiles(std::vector<std::shared_ptr<const WarcFiles>> files) : files_(std::move(files)) {}
  Result<std::optional<SavedFile>> find(const std::string& address, UnixMs time) const override {
    std::optional<SavedFile> poor;
    for (const auto& one : files_) {
      KL_ASSIGN(auto found, one->find(address, time));
      if (found && found->content) return found;
      if (found && !poor) poor = std::move(found);
    }
    return poor;
  }

 private:
  std::vector<std::shared_ptr<const WarcFiles>> files_;
};

Result<std::vector<SavedPage>> described(const WarcFiles& files) {
  std::vector<SavedPage> pages;
  const auto& records = files.index().records();
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (records[i].kind != WarcKind::metadata || page::essence(records[i].media_type) != kManifestType)
      continue;
    KL_ASSIGN(const Bytes json, read_all(*files.index().content(i), kLimits.document));
    SavedPage page;
    page.url = records[i].url;
    page.taken_at = records[i].time;
    if (auto manifest = read_manifest(as_text(json))) {
      page.url = manifest->facts.page.url;
      page.title = manifest->facts.page.title;
      page.taken_at = manifest->facts.page.taken_at;
      page.manifest = std::move(*manifest);
    } else {
      page.error = std::move(manifest).error();
    }
    pages.push_back(std::move(page));
  }
  return pages;
}

Result<SavedPage> page_at(const WarcFiles& files, const std::string& url, UnixMs time) {
  SavedPage page;
  page.url = url;
  page.taken_at = time;
  const std::string address(page::split_fragment(page::absolute(url, url)).address);
  KL_ASSIGN(auto file, files.follow(address, time, &page.redirects));
  if (!file || !file->content) {
    page.error = Error{ErrorCode::corrupt, "the archive does not hold the page that it names"};
    return page;
  }
  page.file = std::move(*file);
  return page;
}

// What the documents of an archive load: that is no page of its own, even where it is HTML.
Result<std::set<std::string>> loaded_by_pages(const WarcFiles& files,
                                              const std::vector<std::size_t>& documents) {
  std::set<std::string> loaded;
  for (const std::size_t at : documents) {
    const WarcRecord& record = files.index().records()[at];
    const auto bytes = read_all(*files.index().content(at), kLimits.document);
    if (!bytes) continue;  // told when the page itself is imported
    const auto document = page::prepare_fetched_document(*bytes, record.media_type, record.url);
    for (const page::Reference& reference : page::html_references(document.html, record.url))
      if (reference.url != record.url) loaded.insert(reference.url);
  }
  return loaded;
}

Result<std::vector<SavedPage>> found_pages(const WarcFiles& files) {
  const auto& records = files.index().records();
  std::vector<std::size_t> documents;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const WarcRecord& record = records[i];
    const bool has_payload = record.kind == WarcKind::response || record.kind == WarcKind::resource;
    const bool on_the_web = record.url.starts_with("http://") || record.url.starts_with("https://");
    if (has_payload && on_the_web && record.status == 200 && is_document_type(record.media_type))
      documents.push_back(i);
  }
  if (documents.size() > kLimits.pages)
    return fail(ErrorCode::too_large, "there are more than " + std::to_string(kLimits.pages) + " pages");
  KL_ASSIGN(const auto loaded, loaded_by_pages(files, documents));
  std::vector<SavedPage> pages;
  for (const std::size_t at : documents) {
    const WarcRecord& record = records[at];
    if (loaded.contains(record.url)) continue;
    SavedPage page;
    page.url = record.url;
    page.taken_at = record.time;
    page.file = SavedFile{record.url, record.url, record.media_type, "ok", files.index().content(at)};
    pages.push_back(std::move(page));
  }
  return pages;
}

Result<std::vector<ListedPage>> listed_pages(const Content& content) {
  KL_ASSIGN(auto input, content.open());
  LineInput lines(std::move(input));
  std::vector<ListedPage> pages;
  for (;;) {
    KL_ASSIGN(const auto line, lines.line(kLine));
    if (!line) return pages;
    const auto json = nlohmann::json::parse(*line, nullptr, false);
    if (!json.is_object() || !json.contains("url") || !json["url"].is_string())
      continue;  // the first: a heading
    if (pages.size() >= kLimits.pages)
      return fail(ErrorCode::too_large, "there are more than " + std::to_string(kLimits.pages) + " pages");
    ListedPage page;
    page.url = json["url"].get<std::string>();
    if (json.contains("title") && json["title"].is_string()) page.title = json["title"].get<std::string>();
    if (json.contains("ts") && json["ts"].is_string())
      page.time = parse_date(json["ts"].get<std::string>()).value_or(0);
    pages.push_back(std::move(page));
  }
}

}  // namespace

Result<std::vector<SavedPage>> warc_pages(const WarcFiles& files, const std::vector<ListedPage>& listed) {
  KL_ASSIGN(auto pages, described(files));
  if (!pages.empty()) return pages;
  if (listed.empty()) return found_pages(files);
  for (const ListedPage& one : listed) {
    KL_ASSIGN(SavedPage page, page_at(files, one.url, one.time));
    page.title = one.title;
    pages.push_back(std::move(page));
  }
  return pages;
}

Result<SavedArchive> read_warc(const std::filesystem::path& path) {
  KL_ASSIGN(os::File opened, os::File::open(path, os::FileMode::read));
  KL_ASSIGN(const auto index, WarcIndex::build(std::make_shared<const os::File>(std::move(opened))));
  const auto files = std::make_shared<const WarcFiles>(index);
  SavedArchive archive{"warc", {}, files};
  KL_ASSIGN(archive.pages, warc_pages(*files, {}));
  if (archive.pages.empty()) return fail(ErrorCode::unsupported, "there is no page in the WARC file");
  return archive;
}

Result<SavedArchive> read_wacz(const std::shared_ptr<const ZipReader>& zip) {
  std::vector<ListedPage> listed;
  for (const char* name : {"pages/pages.jsonl", "pages/extraPages.jsonl"}) {
    const ZipEntry* entry = zip->find(name);
    if (entry == nullptr) continue;
    KL_ASSIGN(auto more, listed_pages(*zip->content(*entry)));
    std::move(more.begin(), more.end(), std::back_inserter(listed));
  }
  std::vector<std::shared_ptr<const WarcFiles>> warcs;
  SavedArchive archive{"wacz", {}, nullptr};
  for (const ZipEntry& entry : zip->entries()) {
    const bool is_warc = entry.name.ends_with(".warc") || entry.name.ends_with(".warc.gz");
    if (!entry.name.starts_with("archive/") || !is_warc) continue;
    KL_ASSIGN(const auto file, scratch_file());
    KL_ASSIGN(const auto input, zip->content(entry)->open());
    KL_TRY(spool(*input, *file, kLimits.unpacked));
    KL_ASSIGN(const auto index, WarcIndex::build(file));
    warcs.push_back(std::make_shared<const WarcFiles>(index));
  }
  if (warcs.empty()) return fail(ErrorCode::corrupt, "the WACZ package holds no WARC file");
  // A page may stand in one of them, and what it loads in another.
  std::set<std::pair<std::string, UnixMs>> seen;
  for (const auto& warc : warcs) {
    KL_ASSIGN(auto pages, warc_pages(*warc, listed));
    for (SavedPage& page : pages) {
      const bool whole = page.manifest || page.file.content;
      if (whole && seen.emplace(page.url, page.taken_at).second) archive.pages.push_back(std::move(page));
    }
  }
  for (const ListedPage& one : listed) {
    if (!seen.emplace(one.url, one.time).second || archive.pages.empty()) continue;
    const bool ours = std::any_of(archive.pages.begin(), archive.pages.end(),
                                  [](const SavedPage& page) { return page.manifest.has_value(); });
    if (ours) continue;  // their manifests say it better than the list
    SavedPage absent;
    absent.url = one.url;
    absent.taken_at = one.time;
    absent.error = Error{ErrorCode::corrupt, "the archive does not hold the page that it names"};
    archive.pages.push_back(std::move(absent));
  }
  if (archive.pages.empty()) return fail(ErrorCode::unsupported, "there is no page in the WACZ package");
  archive.files = std::make_shared<const ManyFiles>(std::move(warcs));
  return archive;
}

}  // namespace keepleaf::archive
