// MHTML (RFC 2557): parts of a multipart/related message, found in one pass and read in place.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "archive/dates.h"
#include "archive/headers.h"
#include "archive/limits.h"
#include "archive/named_files.h"
#include "archive/readers.h"
#include "archive/transfer.h"
#include "page/address.h"
#include "page/media_type.h"
#include "url/url.h"

namespace keepleaf::archive {
namespace {

constexpr std::size_t kLongestBoundary = 1000;  // RFC 2046 allows 70 characters

struct Entry {
  std::string location;  // absolute, or empty
  std::string id;        // cid:…, or empty
  std::string media_type;
  std::string encoding;
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
};

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

class EncodedContent final : public Content {
 public:
  EncodedContent(std::shared_ptr<const os::File> file, Entry entry)
      : file_(std::move(file)), entry_(std::move(entry)) {}
  Result<std::unique_ptr<Input>> open() const override {
    auto input = file_input(file_, entry_.begin, entry_.size);
    if (entry_.encoding == "base64") return base64_input(std::move(input));
    if (entry_.encoding == "quoted-printable") return quoted_printable_input(std::move(input));
    return input;
  }

 private:
  std::shared_ptr<const os::File> file_;
  Entry entry_;
};

class Reader {
 public:
  Reader(std::shared_ptr<const os::File> file, std::uint64_t size)
      : file_(file), lines_(file_input(std::move(file), 0, size)), size_(size) {}

  Result<Headers> run() {
    KL_ASSIGN(Headers head, Headers::read(lines_));
    base_ = std::string(head.get("snapshot-content-location"));
    if (base_.empty()) base_ = std::string(head.get("content-location"));
    const std::string type(head.get("content-type"));
    if (lower(page::essence(type)).starts_with("multipart/")) {
      KL_TRY(multipart(parameter(type, "boundary"), 1));
    } else {
      // One document without resources.
      Entry entry = entry_of(head);
      entry.begin = lines_.position();
      entry.size = size_ - entry.begin;
      entries_.push_back(std::move(entry));
    }
    return head;
  }

  std::vector<Entry> take() { return std::move(entries_); }

 private:
  Entry entry_of(const Headers& head) const {
    Entry entry;
    entry.media_type = std::string(head.get("content-type"));
    entry.encoding = lower(head.get("content-transfer-encoding"));
    const std::string_view location = head.get("content-location");
    if (!location.empty())
      entry.location = base_.empty() ? page::absolute(location, location) : page::absolute(base_, location);
    const std::string_view id = unbracketed(head.get("content-id"));
    if (!id.empty()) entry.id = "cid:" + std::string(id);
    return entry;
  }

  // A line that is a boundary: of which multipart, and whether it ends it.
  struct Boundary {
    std::size_t level = 0;
    bool closes = false;
    std::uint64_t end = 0;  // where what stood before it ended, its line end not counted
  };

  // What stands between boundaries. Nested multiparts (frames, alternatives) are taken apart in place.
  Status multipart(const std::string& boundary, std::uint32_t depth) {
    if (boundary.empty() || boundary.size() > kLongestBoundary)
      return fail(ErrorCode::corrupt, "the MHTML file does not say where its parts begin");
    if (depth > kLimits.multipart_depth)
      return fail(ErrorCode::too_large, "the MHTML file nests more than " +
                                            std::to_string(kLimits.multipart_depth) + " levels deep");
    const std::size_t level = boundaries_.size();
    boundaries_.push_back("--" + boundary);
    std::optional<Entry> open;
    for (;;) {
      // One that belongs to a multipart around this one ends this one, too.
      if (!pending_) {
        KL_ASSIGN(pending_, next_boundary());
      }
      if (open) {
        open->size = pending_->end > open->begin ? pending_->end - open->begin : 0;
        entries_.push_back(*std::exchange(open, std::nullopt));
      }
      if (pending_->level != level) break;
      const Boundary found = *std::exchange(pending_, std::nullopt);
      if (found.closes) break;
      if (entries_.size() >= kLimits.entries)
        return fail(ErrorCode::too_large,
                    "the MHTML file has more than " + std::to_string(kLimits.entries) + " parts");
      KL_ASSIGN(const Headers head, Headers::read(lines_));
      const std::string type(head.get("content-type"));
      if (lower(page::essence(type)).starts_with("multipart/")) {
        KL_TRY(multipart(parameter(type, "boundary"), depth + 1));
      } else {
        open = entry_of(head);
        open->begin = lines_.position();
      }
    }
    boundaries_.pop_back();
    return {};
  }

  Result<Boundary> next_boundary() {
    std::uint64_t end = lines_.position();
    for (;;) {
      KL_ASSIGN(const auto line, lines_.line_start(kLongestBoundary + 8));
      if (!line) return fail(ErrorCode::corrupt, "the MHTML file is cut off");
      std::string_view text = line->start;
      while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
      if (text.starts_with("--") && line->size == line->start.size()) {
        for (std::size_t level = boundaries_.size(); level-- > 0;) {
          if (!text.starts_with(boundaries_[level])) continue;
          const std::string_view rest = text.substr(boundaries_[level].size());
          if (rest.empty() || rest == "--") return Boundary{level, !rest.empty(), end};
        }
      }
      end = line->end;
    }
  }

  std::shared_ptr<const os::File> file_;
  LineInput lines_;
  std::uint64_t size_;
  std::string base_;
  std::vector<std::string> boundaries_;
  std::vector<Entry> entries_;
  std::optional<Boundary> pending_;
};

class MhtmlFiles final : public SavedFiles {
 public:
  MhtmlFiles(std::shared_ptr<const os::File> file, std::vector<Entry> entries)
      : file_(std::move(file)), entries_(std::move(entries)) {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const Entry& entry = entries_[i];
      if (!entry.id.empty()) by_address_.emplace(entry.id, i);
      if (!entry.location.empty()) by_address_.emplace(page::split_fragment(entry.location).address, i);
    }
  }

  Result<std::optional<SavedFile>> find(const std::string& address, UnixMs) const override {
    const auto found = by_address_.find(address);
    if (found == by_address_.end()) return std::optional<SavedFile>();
    return std::optional(file(found->second));
  }

  SavedFile file(std::size_t i) const {
    const Entry& entry = entries_[i];
    SavedFile file;
    const bool on_the_web = entry.location.starts_with("http://") || entry.location.starts_with("https://");
    if (on_the_web) file.url = std::string(page::split_fragment(entry.location).address);
    file.base = entry.location.empty() ? entry.id : entry.location;
    file.media_type = entry.media_type;
    file.content = std::make_shared<EncodedContent>(file_, entry);
    return file;
  }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  std::shared_ptr<const os::File> file_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::size_t> by_address_;
};

// The part that "start" names, else the first document, else the first part.
std::size_t root_of(const std::vector<Entry>& entries, const Headers& head) {
  const std::string start(unbracketed(parameter(head.get("content-type"), "start")));
  const auto named = std::find_if(entries.begin(), entries.end(), [&](const Entry& entry) {
    return !start.empty() && entry.id == "cid:" + start;
  });
  if (named != entries.end()) return static_cast<std::size_t>(named - entries.begin());
  const auto document = std::find_if(entries.begin(), entries.end(), [](const Entry& entry) {
    const std::string type = page::essence(entry.media_type);
    return page::is_html_type(type) || page::is_xhtml_type(type);
  });
  return document == entries.end() ? 0 : static_cast<std::size_t>(document - entries.begin());
}

}  // namespace

Result<SavedArchive> read_mhtml(const std::filesystem::path& path) {
  KL_ASSIGN(os::File opened, os::File::open(path, os::FileMode::read));
  const auto file = std::make_shared<const os::File>(std::move(opened));
  KL_ASSIGN(const std::uint64_t size, file->size());
  Reader reader(file, size);
  KL_ASSIGN(const Headers head, reader.run());
  const auto files = std::make_shared<const MhtmlFiles>(file, reader.take());
  if (files->entries().empty()) return fail(ErrorCode::corrupt, "the MHTML file has no parts");
  SavedPage page;
  const std::size_t root = root_of(files->entries(), head);
  page.file = files->file(root);
  page.url = std::string(head.get("snapshot-content-location"));
  if (page.url.empty()) page.url = files->entries()[root].location;
  page.title = decoded_words(head.get("subject"));
  page.taken_at = parse_date(head.get("date")).value_or(os::modified_at(path));
  if (!files->entries()[root].location.empty() && files->entries()[root].location != page.url &&
      page::is_fetchable(files->entries()[root].location))
    page.redirects.push_back(files->entries()[root].location);
  if (page.url.empty()) page.url = address_of(std::filesystem::absolute(path).generic_string().substr(1));
  if (page.file.base.empty() || page.file.base.starts_with("cid:")) page.file.base = page.url;
  for (std::size_t i = 0; i < files->entries().size(); ++i) {
    if (page::essence(files->entries()[i].media_type) != kManifestType) continue;
    KL_ASSIGN(const Bytes json, read_all(*files->file(i).content, kLimits.document));
    KL_ASSIGN(page.manifest, read_manifest(as_text(json)));
    page.url = page.manifest->facts.page.url;
    page.taken_at = page.manifest->facts.page.taken_at;
    page.title = page.manifest->facts.page.title;
  }
  SavedArchive archive{page.manifest ? "keepleaf-mhtml" : "mhtml", {}, files};
  archive.pages.push_back(std::move(page));
  return archive;
}

}  // namespace keepleaf::archive
