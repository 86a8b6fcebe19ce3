// ZIP files of pages: whose they are is told by what is in them.
#include <nlohmann/json.hpp>

#include "archive/dates.h"
#include "archive/html_origin.h"
#include "archive/limits.h"
#include "archive/named_files.h"
#include "archive/readers.h"
#include "page/encoding.h"
#include "page/html_text.h"
#include "page/html_tokens.h"

namespace keepleaf::archive {
namespace {

constexpr std::uint64_t kSmall = 16ULL << 20;  // bytes of a file that describes the others

std::string no_address(const std::string&) { return {}; }

Result<std::optional<std::string>> text_of(const NamedFiles& files, std::string_view name) {
  const NamedFiles::Entry* entry = files.entry(name);
  if (entry == nullptr) return std::optional<std::string>();
  KL_ASSIGN(const Bytes bytes, read_all(*entry->content, kSmall));
  return std::optional(std::string(as_text(bytes)));
}

Result<SavedArchive> ours(const std::string& json, const std::shared_ptr<const NamedFiles>& files) {
  KL_ASSIGN(Manifest manifest, read_manifest(json));
  SavedPage page;
  page.url = manifest.facts.page.url;
  page.title = manifest.facts.page.title;
  page.taken_at = manifest.facts.page.taken_at;
  page.manifest = std::move(manifest);
  return SavedArchive{"keepleaf-zip", {std::move(page)}, files};
}

// index.rdf: names and values as attributes (MAF:originalurl RDF:resource="…").
struct Rdf {
  std::string url, title, time, index;
};
Rdf read_rdf(std::string_view xml) {
  Rdf rdf;
  page::Tokenizer tokenizer(xml, page::Flavour::xml);
  page::Token token;
  while (tokenizer.next(token)) {
    if (token.kind != page::TokenKind::start_tag) continue;
    const page::Attribute* value = token.attribute("rdf:resource");
    if (value == nullptr) continue;
    std::string text = page::decode_references(value->value, page::ReferenceContext::attribute);
    if (token.name == "maf:originalurl")
      rdf.url = std::move(text);
    else if (token.name == "maf:title")
      rdf.title = std::move(text);
    else if (token.name == "maf:archivetime")
      rdf.time = std::move(text);
    else if (token.name == "maf:indexfilename")
      rdf.index = std::move(text);
  }
  return rdf;
}

// Each folder with an index.rdf is a page.
Result<SavedArchive> maff(const std::shared_ptr<const NamedFiles>& files) {
  SavedArchive archive{"maff", {}, files};
  for (const auto& [name, entry] : files->entries()) {
    const std::size_t slash = name.rfind('/');
    if (slash == std::string::npos || name.substr(slash + 1) != "index.rdf" || name.find('/') != slash)
      continue;
    KL_ASSIGN(const auto text, text_of(*files, name));
    const Rdf rdf = read_rdf(page::decode_document(as_bytes(*text), "application/xml").text);
    const std::string folder = name.substr(0, slash + 1);
    auto page = page_of(*files, folder + (rdf.index.empty() ? "index.html" : rdf.index), rdf.url);
    if (!page) {
      page = SavedPage{};
      page->error = Error{ErrorCode::corrupt, "the archive does not hold the page that it names"};
    }
    if (!rdf.url.empty()) {
      page->url = rdf.url;
      page->error = page->file.content ? std::nullopt : page->error;
    }
    page->title = rdf.title;
    if (const auto time = parse_date(rdf.time)) page->taken_at = *time;
    archive.pages.push_back(std::move(*page));
  }
  return archive;
}

// index.html at the top: SingleFile's ZIP and WebScrapBook's HTZ say the rest in it.
Result<SavedArchive> one_page(const std::shared_ptr<const NamedFiles>& files, const std::string& index) {
  SavedArchive archive{"", {}, files};
  std::string format;
  KL_ASSIGN(SavedPage page, page_of(*files, index, "", &format));
  KL_ASSIGN(const auto text, text_of(*files, "manifest.json"));
  const auto json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
  if (json.is_object()) {
    const auto field = [&](const char* name) {
      const auto found = json.find(name);
      return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    if (page.url.empty() && !field("originalUrl").empty()) {
      page.url = field("originalUrl");
      page.error.reset();
      format = "singlefile";
      if (const auto time = parse_date(field("archiveTime"))) page.taken_at = *time;
    }
    if (page.title.empty()) page.title = field("title");
  }
  archive.format = format == "singlefile" ? "singlefile-zip" : format == "scrapbook" ? "htz" : "html-zip";
  archive.pages.push_back(std::move(page));
  return archive;
}

}  // namespace

Result<SavedArchive> read_zip(const std::filesystem::path& path) {
  KL_ASSIGN(const auto zip, ZipReader::open(path));
  const auto files = NamedFiles::of_zip(zip);
  KL_ASSIGN(const auto manifest, text_of(*files, "keepleaf/snapshot.json"));
  if (manifest) return ours(*manifest, files);
  if (zip->find("datapackage.json") != nullptr) return read_wacz(zip);
  KL_ASSIGN(SavedArchive archive, maff(files));
  if (!archive.pages.empty()) return archive;
  for (const char* index : {"index.html", "index.xhtml", "index.htm"})
    if (files->entry(index) != nullptr) {
      KL_ASSIGN(archive, one_page(files, index));
      if (archive.format != "html-zip") return archive;
      break;
    }
  archive.format = "html-zip";
  archive.files = files;
  KL_ASSIGN(archive.pages, pages_of(*files, no_address));
  if (archive.pages.empty()) return fail(ErrorCode::unsupported, "there is no saved page in the ZIP archive");
  return archive;
}

}  // namespace keepleaf::archive
