#include "archive/named_files.h"

#include <algorithm>
#include <array>
#include <set>

#include "archive/html_origin.h"
#include "archive/limits.h"
#include "page/encoding.h"
#include "page/fetched_document.h"

namespace keepleaf::archive {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRoot = "file:///";

// Opened when it is read: a folder may hold more files than a process may have open.
class PathContent final : public Content {
 public:
  explicit PathContent(fs::path path) : path_(std::move(path)) {}
  Result<std::unique_ptr<Input>> open() const override {
    KL_ASSIGN(os::File opened, os::File::open(path_, os::FileMode::read));
    auto file = std::make_shared<os::File>(std::move(opened));
    KL_ASSIGN(const std::uint64_t size, file->size());
    return file_input(std::move(file), 0, size);
  }

 private:
  fs::path path_;
};

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size() && hex_digit(text[at + 1]) >= 0 &&
        hex_digit(text[at + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
      at += 2;
    } else {
      out += text[at];
    }
  }
  return out;
}

bool is_page_name(std::string_view name) {
  const std::string_view type = type_by_name(name);
  return type == "text/html" || type == "application/xhtml+xml";
}

}  // namespace

std::string address_of(std::string_view name) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out(kRoot);
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '/' || c == '.' || c == '-' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    }
  }
  return out;
}

std::string_view type_by_name(std::string_view name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 36> kTypes = {
      {{"html", "text/html"},
       {"htm", "text/html"},
       {"xhtml", "application/xhtml+xml"},
       {"xht", "application/xhtml+xml"},
       {"css", "text/css"},
       {"js", "text/javascript"},
       {"json", "application/json"},
       {"txt", "text/plain"},
       {"xml", "application/xml"},
       {"svg", "image/svg+xml"},
       {"png", "image/png"},
       {"jpg", "image/jpeg"},
       {"jpeg", "image/jpeg"},
       {"gif", "image/gif"},
       {"webp", "image/webp"},
       {"avif", "image/avif"},
       {"bmp", "image/bmp"},
       {"ico", "image/x-icon"},
       {"woff", "font/woff"},
       {"woff2", "font/woff2"},
       {"ttf", "font/ttf"},
       {"otf", "font/otf"},
       {"mp4", "video/mp4"},
       {"webm", "video/webm"},
       {"ogv", "video/ogg"},
       {"mp3", "audio/mpeg"},
       {"ogg", "audio/ogg"},
       {"oga", "audio/ogg"},
       {"wav", "audio/wav"},
       {"m4a", "audio/mp4"},
       {"weba", "audio/webm"},
       {"vtt", "text/vtt"},
       {"pdf", "application/pdf"},
       {"mhtml", "multipart/related"},
       {"mht", "multipart/related"},
       {"rdf", "application/rdf+xml"}}};
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  std::string ending(name.substr(dot + 1));
  for (char& c : ending)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  for (const auto& [known, type] : kTypes)
    if (ending == known) return type;
  return {};
}

std::shared_ptr<const NamedFiles> NamedFiles::of_zip(const std::shared_ptr<const ZipReader>& zip) {
  Entries entries;
  for (const ZipEntry& entry : zip->entries()) entries[entry.name] = {zip->content(entry), entry.modified};
  return std::make_shared<NamedFiles>(std::move(entries));
}

Result<std::shared_ptr<const NamedFiles>> NamedFiles::of_folder(const fs::path& root,
                                                                const std::vector<std::string>& only) {
  Entries entries;
  std::error_code error;
  fs::recursive_directory_iterator at(root, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const std::string name = at->path().lexically_relative(root).generic_string();
    const std::string first = name.substr(0, name.find('/'));
    if (!only.empty() && std::find(only.begin(), only.end(), first) == only.end()) {
      at.disable_recursion_pending();
      continue;
    }
    if (!fs::is_regular_file(at->symlink_status(error))) continue;
    if (entries.size() >= kLimits.entries)
      return fail(ErrorCode::too_large,
                  root.string() + " holds more than " + std::to_string(kLimits.entries) + " files");
    entries[name] = {std::make_shared<PathContent>(at->path()), os::modified_at(at->path())};
  }
  if (error) return fail(os::system_error(error.value(), "read the folder " + root.string()));
  return std::make_shared<const NamedFiles>(std::move(entries));
}

const NamedFiles::Entry* NamedFiles::entry(std::string_view name) const {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::optional<SavedFile> NamedFiles::file(std::string_view name) const {
  const Entry* found = entry(name);
  if (found == nullptr) return std::nullopt;
  return SavedFile{"", address_of(name), std::string(type_by_name(name)), "ok", found->content};
}

Result<std::optional<SavedFile>> NamedFiles::find(const std::string& address, UnixMs) const {
  // A manifest names files as they are.
  if (auto exact = file(address)) return exact;
  if (!address.starts_with(kRoot)) return std::optional<SavedFile>();
  const std::string_view path = std::string_view(address).substr(kRoot.size());
  if (auto found = file(unescaped(path))) return found;
  const std::size_t query = path.find('?');
  return query == std::string_view::npos ? std::nullopt : file(unescaped(path.substr(0, query)));
}

Result<SavedPage> page_of(const NamedFiles& files, const std::string& name, std::string_view fallback_url,
                          std::string* format) {
  SavedPage page;
  auto file = files.file(name);
  if (!file) return fail(ErrorCode::corrupt, "the archive does not hold the page that it names");
  page.file = std::move(*file);
  page.taken_at = files.entry(name)->modified;
  KL_ASSIGN(const Bytes bytes, read_all(*page.file.content, kLimits.document));
  const HtmlOrigin origin = html_origin(page::decode_document(bytes, page.file.media_type).text);
  if (format != nullptr) *format = origin.format;
  page.url = origin.url.empty() ? std::string(fallback_url) : origin.url;
  if (origin.taken_at) page.taken_at = *origin.taken_at;
  if (origin.facts) {
    page.title = origin.facts->page.title;
    page.redirects = origin.facts->page.redirects;
    page.facts = origin.facts;
  }
  if (page.url.empty())
    page.error = Error{ErrorCode::unsupported, name + " does not say which address it was saved from", "",
                       "unpack the archive and import its folder: then it is filed under its path"};
  return page;
}

Result<std::vector<SavedPage>> pages_of(const NamedFiles& files,
                                        const std::function<std::string(const std::string&)>& fallback_url) {
  std::set<std::string> framed;
  std::vector<std::pair<std::string, SavedPage>> found;
  for (const auto& [name, entry] : files.entries()) {
    if (!is_page_name(name)) continue;
    if (found.size() >= kLimits.pages)
      return fail(ErrorCode::too_large, "there are more than " + std::to_string(kLimits.pages) + " pages");
    auto page = page_of(files, name, fallback_url(name));
    if (!page) {
      SavedPage unreadable;
      unreadable.url = fallback_url(name);
      unreadable.error = std::move(page).error();
      found.emplace_back(name, std::move(unreadable));
      continue;
    }
    KL_ASSIGN(const Bytes bytes, read_all(*page->file.content, kLimits.document));
    page::prepare_saved_document(bytes, page->file.media_type, page->file.base, "",
                                 [&](const std::string& address, std::string_view) {
                                   const auto target = address.substr(0, address.find_first_of("?#"));
                                   if (target != page->file.base) framed.insert(target);
                                   return std::string();
                                 });
    found.emplace_back(name, std::move(*page));
  }
  std::vector<SavedPage> pages;
  for (auto& [name, page] : found)
    if (!framed.contains(address_of(name))) pages.push_back(std::move(page));
  return pages;
}

}  // namespace keepleaf::archive
