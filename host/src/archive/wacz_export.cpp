#include <algorithm>
#include <nlohmann/json.hpp>

#include "archive/warc_writer.h"
#include "archive/zip_writer.h"

namespace keepleaf::archive {
namespace {

using nlohmann::ordered_json;

std::string dump(const ordered_json& value, int indent = -1) {
  return value.dump(indent, ' ', false, ordered_json::error_handler_t::replace);
}

// 20261122055501: what indexes call a time.
std::string digits(UnixMs time) {
  std::string out;
  for (const char c : format_time(time).substr(0, 19))
    if (c >= '0' && c <= '9') out += c;
  return out;
}

// The key that indexes are sorted by ("SURT"): com,example)/path?query
std::string sort_key(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::string_view rest = url.substr(scheme + 3);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view host = rest.substr(0, end);
  std::string_view port;
  if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']')) {
    port = host.substr(colon);
    host = host.substr(0, colon);
  }
  std::string key;
  while (!host.empty()) {
    const std::size_t dot = host.starts_with('[') ? std::string_view::npos : host.rfind('.');
    const std::string_view label = dot == std::string_view::npos ? host : host.substr(dot + 1);
    key += (key.empty() ? "" : ",") + std::string(label);
    host = dot == std::string_view::npos ? std::string_view() : host.substr(0, dot);
  }
  key += std::string(port) + ")" + std::string(rest.substr(end, rest.find('#') - end));
  if (end == rest.size()) key += "/";
  std::transform(key.begin(), key.end(), key.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return key;
}

std::string index_of(const std::vector<WarcLine>& lines) {
  std::vector<std::string> rows;
  for (const WarcLine& line : lines) {
    const std::string mime = line.media_type.substr(0, line.media_type.find(';'));
    rows.push_back(sort_key(line.url) + " " + digits(line.taken_at) + " " +
                   dump({{"url", line.url},
                         {"mime", mime},
                         {"status", "200"},
                         {"digest", line.digest},
                         {"length", std::to_string(line.length)},
                         {"offset", std::to_string(line.offset)},
                         {"filename", "data.warc.gz"}}) +
                   "\n");
  }
  std::sort(rows.begin(), rows.end());
  std::string text;
  for (const std::string& row : rows) text += row;
  return text;
}

std::string pages_of(const std::vector<WarcPage>& pages) {
  std::string text = dump({{"format", "json-pages-1.0"}, {"id", "pages"}, {"title", "All pages"}}) + "\n";
  for (const WarcPage& page : pages)
    text +=
        dump(
            {{"id", page.id}, {"url", page.url}, {"ts", format_time(page.taken_at)}, {"title", page.title}}) +
        "\n";
  return text;
}

Result<std::string> file_digest(const os::File& file, std::uint64_t size) {
  Sha256 hash;
  Bytes piece(1U << 20U);
  for (std::uint64_t at = 0; at < size;) {
    KL_ASSIGN(const std::size_t got, file.read_at(at, piece));
    if (got == 0) return fail(ErrorCode::io, "a temporary file is shorter than what was written");
    hash.update(BytesView(piece).first(got));
    at += got;
  }
  return "sha256:" + hash.finish().hex();
}

class Package {
 public:
  Package(ZipWriter zip, UnixMs time) : zip_(std::move(zip)), time_(time) {}

  Status text(const std::string& path, const std::string& text) {
    const BytesView view = as_bytes(text);
    list(path, "sha256:" + sha256(view).hex(), view.size());
    return zip_.add(path, memory_content(Bytes(view.begin(), view.end())), Packing::deflate, time_);
  }
  // Players read single records out of it, so it must stand there as it is.
  Status file(const std::string& path, const std::shared_ptr<os::File>& file, std::uint64_t size) {
    KL_ASSIGN(const std::string digest, file_digest(*file, size));
    list(path, digest, size);
    return zip_.add(path, file_content(file, 0, size), Packing::store, time_);
  }
  Status finish(ordered_json head) {
    head["resources"] = resources_;
    const std::string package = dump(head, 2) + "\n";
    const ordered_json digest = {{"path", "datapackage.json"},
                                 {"hash", "sha256:" + sha256(as_bytes(package)).hex()}};
    KL_TRY(text("datapackage.json", package));
    KL_TRY(text("datapackage-digest.json", dump(digest, 2) + "\n"));
    return zip_.finish();
  }

 private:
  void list(const std::string& path, const std::string& digest, std::uint64_t size) {
    resources_.push_back(
        {{"name", path.substr(path.rfind('/') + 1)}, {"path", path}, {"hash", digest}, {"bytes", size}});
  }

  ZipWriter zip_;
  UnixMs time_;
  ordered_json resources_ = ordered_json::array();
};

}  // namespace

Status write_wacz(const NextSnapshot& next, const std::filesystem::path& path, std::string_view software,
                  UnixMs created) {
  KL_ASSIGN(const auto file, scratch_file());
  WarcWriter warc(*file);
  KL_TRY(warc.begin(software, created));
  for (;;) {
    KL_ASSIGN(const Outgoing* const snapshot, next());
    if (snapshot == nullptr) break;
    KL_TRY(warc.add(*snapshot));
  }
  KL_ASSIGN(const std::uint64_t size, file->size());
  KL_ASSIGN(ZipWriter zip, ZipWriter::create(path));
  Package package(std::move(zip), created);
  KL_TRY(package.file("archive/data.warc.gz", file, size));
  KL_TRY(package.text("indexes/index.cdxj", index_of(warc.lines())));
  KL_TRY(package.text("pages/pages.jsonl", pages_of(warc.pages())));
  ordered_json head = {{"profile", "data-package"},
                       {"wacz_version", "1.1.1"},
                       {"software", std::string(software)},
                       {"created", format_time(created)}};
  if (!warc.pages().empty()) {
    head["title"] = warc.pages().front().title;
    head["mainPageUrl"] = warc.pages().front().url;
    head["mainPageDate"] = format_time(warc.pages().front().taken_at);
  }
  return package.finish(std::move(head));
}

}  // namespace keepleaf::archive
