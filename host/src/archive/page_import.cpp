#include "archive/page_import.h"

#include <algorithm>

#include "archive/limits.h"
#include "archive/part_links.h"
#include "base/unicode.h"
#include "page/address.h"
#include "page/data_url.h"
#include "page/document.h"
#include "page/encoding.h"
#include "page/fetched_document.h"
#include "page/html_text.h"
#include "page/html_tokens.h"
#include "page/media_type.h"
#include "url/url.h"

namespace keepleaf::archive {
namespace {

constexpr std::size_t kTitle = 4U << 10U;  // docs/protocol.md, "Limits"
constexpr std::size_t kBatch = 500;
constexpr std::size_t kSniffed = 1445;

bool is_document_type(std::string_view media_type) {
  const std::string type = page::essence(media_type);
  return page::is_html_type(type) || page::is_xhtml_type(type);
}

// The type of a file whose archive does not say it.
std::string type_of(const SavedFile& file, BytesView start) {
  if (!page::essence(file.media_type).empty()) return file.media_type;
  if (page::looks_like_html(start)) return "text/html";
  const std::string_view sniffed = page::sniffed_type(start);
  return sniffed.empty() ? file.media_type : std::string(sniffed);
}

std::string language_of(std::string_view html) {
  page::Tokenizer tokenizer(html);
  page::Token token;
  while (tokenizer.next(token)) {
    if (token.kind != page::TokenKind::start_tag) continue;
    const page::Attribute* lang = token.name == "html" ? token.attribute("lang") : nullptr;
    return lang != nullptr && lang->value.size() < 64 ? std::string(lang->value) : std::string();
  }
  return {};
}

// Why a part has no bytes, for what went wrong with the archive rather than with us.
std::optional<std::string> status_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::corrupt:
      return "damaged";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::unsupported:
      return "unsupported";
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<Uuid> PageImport::id() const {
  Sha256 hash;
  hash.update("keepleaf import 1\n" + page_.url + "\n" + std::to_string(page_.taken_at) + "\n");
  if (page_.manifest) {
    // Its parts name their digests, so this covers every byte.
    hash.update(page_.manifest->facts.id.view());
    for (const ManifestPart& entry : page_.manifest->parts)
      if (entry.part.object) hash.update(entry.part.object->view());
    return Uuid::v8(hash.finish());
  }
  if (!page_.file.content) return fail(ErrorCode::corrupt, "the archive does not hold the page itself");
  KL_ASSIGN(const auto input, page_.file.content->open());
  Bytes piece(kPiece);
  std::uint64_t size = 0;
  for (;;) {
    KL_ASSIGN(const std::size_t got, input->read(piece));
    if (got == 0) break;
    size += got;
    if (size > kLimits.part)
      return fail(ErrorCode::too_large, "the page is larger than " + std::to_string(kLimits.part) + " bytes");
    hash.update(BytesView(piece).first(got));
  }
  return Uuid::v8(hash.finish());
}

std::uint32_t PageImport::missing() const {
  return static_cast<std::uint32_t>(
      std::count_if(parts_.begin(), parts_.end(), [](const capture::Part& part) { return !part.object; }));
}

Result<capture::Committed> PageImport::run(const Uuid& id, const std::vector<std::string>& tags) {
  id_ = id;
  KL_ASSIGN(capture::BeginOutcome begun, sink_.begin(id, page_.url, 0));
  if (begun.committed) return *begun.committed;
  if (begun.state == capture::BeginState::resumed) {
    // A process died here. What it staged can't be told apart from what is to come: anew.
    KL_TRY(sink_.abort(id));
    KL_TRY(sink_.begin(id, page_.url, 0));
  }
  auto committed = fill(id, tags);
  if (!committed) (void)sink_.abort(id);
  return committed;
}

Result<capture::Committed> PageImport::fill(const Uuid& id, const std::vector<std::string>& tags) {
  KL_TRY(page_.manifest ? as_written() : as_read());
  if (broken_) return fail(*broken_);
  facts_.url = page_.url;
  facts_.taken_at = page_.taken_at;
  facts_.engine = capture::Engine::import;
  facts_.tags = tags;
  for (std::size_t at = 0; at < parts_.size(); at += kBatch) {
    const auto first = parts_.begin() + static_cast<std::ptrdiff_t>(at);
    const auto last = parts_.begin() + static_cast<std::ptrdiff_t>(std::min(parts_.size(), at + kBatch));
    KL_TRY(sink_.add_parts(id, {first, last}));
  }
  return sink_.commit(id, facts_, static_cast<std::uint32_t>(parts_.size()));
}

// What Keepleaf wrote comes in as it was: every byte is checked against its digest.
Status PageImport::as_written() {
  facts_ = page_.manifest->facts.page;
  for (const ManifestPart& entry : page_.manifest->parts) {
    capture::Part part{entry.part.n,          entry.part.parent, entry.part.role,  entry.part.url,
                       entry.part.media_type, entry.part.status, entry.part.object};
    if (part.object && !stored_.contains(*part.object)) {
      const auto stored = [&]() -> Status {
        KL_ASSIGN(const auto file, files_.find(entry.at, page_.taken_at));
        if (!file || !file->content)
          return fail(ErrorCode::corrupt, "the archive does not hold all that it lists");
        if (page_.manifest->links.empty() || !may_name_parts(part.role, part.media_type)) {
          KL_TRY(store(*file->content, &*part.object));
          return {};
        }
        KL_ASSIGN(Bytes bytes, read_all(*file->content, kLimits.part));
        if (sha256(bytes) != *part.object) bytes = without_links(std::move(bytes), page_.manifest->links);
        if (sha256(bytes) != *part.object) return fail(ErrorCode::corrupt, "bytes differ from their digest");
        KL_TRY(store(bytes));
        return {};
      }();
      if (!stored) {
        const auto status = status_of(stored.error());
        if (!status || broken_) return fail(broken_ ? *broken_ : stored.error());
        if (part.n == 0) return fail(stored.error());
        part.object.reset();
        part.status = *status;
      }
    }
    parts_.push_back(std::move(part));
  }
  return {};
}

Status PageImport::as_read() {
  if (page_.facts) facts_ = page_.facts->page;
  facts_.redirects = page_.redirects;
  capture::Part root;
  root.role = "document";
  root.url = std::string(url::without_fragment(page_.redirects.empty() ? page_.url : page_.redirects.back()));
  root.status = "ok";
  KL_ASSIGN(const Bytes start, read_start(*page_.file.content, kSniffed));
  SavedFile file = page_.file;
  root.media_type = file.media_type = type_of(file, start);
  parts_.push_back(root);
  if (!is_document_type(file.media_type)) {
    KL_ASSIGN(parts_[0].object, store(*file.content));
    facts_.title = std::string(utf8_prefix(to_valid_utf8(page_.title), kTitle));
    return {};
  }
  KL_ASSIGN(const Bytes bytes, read_all(*file.content, kLimits.document));
  KL_ASSIGN(const std::string html, document(bytes, file, Around{}, root.url));
  parts_[0].media_type = page::kStoredDocumentType;
  const std::string title = page_.title.empty() ? page::html_title(html) : to_valid_utf8(page_.title);
  facts_.title = std::string(utf8_prefix(title, kTitle));
  if (facts_.language.empty()) facts_.language = language_of(html);
  KL_ASSIGN(parts_[0].object, store(as_bytes(html)));
  return {};
}

Result<std::string> PageImport::document(const Bytes& bytes, const SavedFile& file, const Around& around,
                                         std::string_view link_base) {
  Around inner = around;
  inner.encoding = page::decode_document(bytes, file.media_type).encoding;
  page::FetchedDocument prepared = page::prepare_saved_document(
      bytes, file.media_type, file.base, link_base, [&](const std::string& address, std::string_view role) {
        return broken_ ? std::string() : place(address, role, inner);
      });
  if (broken_) return fail(*broken_);
  return std::move(prepared.html);
}

std::string PageImport::place(const std::string& address, std::string_view role, const Around& around) {
  const page::Split split = page::split_fragment(address);
  const std::string key(split.address);
  const bool framed = role == "frame" || role == "object";
  const auto named = [&](std::uint32_t n) {
    const capture::Part& part = parts_[n];
    // A part that is found by its address needs no number.
    if (!part.url.empty() && part.url == key) return address;
    return part.object || part.status == "ok"
               ? "keepleaf-part:" + std::to_string(n) + std::string(split.fragment)
               : std::string();
  };
  const std::string slot = (framed ? "f " : "r ") + key;
  if (const auto known = placed_.find(slot); known != placed_.end()) return named(known->second);
  // A frame of the page in itself, and an empty src that resolves to the page, show nothing.
  if (key == parts_[0].url || key == page_.file.base) return {};
  const bool on_the_web = page::is_fetchable(key) && !key.starts_with("file:");
  if (parts_.size() >= kLimits.parts || around.depth >= kLimits.frame_depth)
    return on_the_web ? address : std::string();
  SavedFile file;
  auto found = look_up(address, key);
  if (found && *found) {
    file = std::move(**found);
  } else {
    file.status = found ? "not_saved" : status_of(found.error()).value_or("damaged");
    if (!on_the_web) return {};
    file.url = key;
  }
  const auto n = static_cast<std::uint32_t>(parts_.size());
  capture::Part part;
  part.n = n;
  part.parent = around.part;
  part.role = role;
  part.url = on_the_web ? key : file.url;
  part.media_type = file.media_type;
  part.status = file.status;
  parts_.push_back(std::move(part));
  placed_.emplace(slot, n);
  if (!file.content) return named(n);
  if (auto taken = take(n, file, Around{n, around.depth + 1, around.encoding}); !taken) {
    const auto status = status_of(taken.error());
    if (!status || broken_) {
      if (!broken_) broken_ = taken.error();
      return {};
    }
    parts_[n].object.reset();
    parts_[n].status = *status;
  }
  return named(n);
}

Result<std::optional<SavedFile>> PageImport::look_up(const std::string& address,
                                                     const std::string& key) const {
  auto data = page::parse_data_url(address);
  if (!data) return files_.find(key, page_.taken_at);
  SavedFile file;
  file.base = page_.file.base;
  file.media_type = data->media_type;
  file.content = memory_content(std::move(data->bytes));
  return std::optional(std::move(file));
}

Status PageImport::take(std::uint32_t n, const SavedFile& given, const Around& around) {
  SavedFile file = given;
  const std::string role = parts_[n].role;
  if (page::essence(file.media_type).empty()) {
    KL_ASSIGN(const Bytes start, read_start(*file.content, kSniffed));
    file.media_type = role == "stylesheet" ? "text/css" : type_of(file, start);
    parts_[n].media_type = file.media_type;
  }
  if (role == "stylesheet") return sheet(n, file, around);
  if ((role == "frame" || role == "object") && is_document_type(file.media_type)) {
    KL_ASSIGN(const Bytes bytes, read_all(*file.content, kLimits.document));
    KL_ASSIGN(const std::string html,
              document(bytes, file, around, file.url.empty() ? parts_[0].url : file.url));
    parts_[n].media_type = page::kStoredDocumentType;
    KL_ASSIGN(parts_[n].object, store(as_bytes(html)));
    return {};
  }
  KL_ASSIGN(parts_[n].object, store(*file.content));
  return {};
}

Status PageImport::sheet(std::uint32_t n, const SavedFile& file, const Around& around) {
  KL_ASSIGN(const Bytes bytes, read_all(*file.content, kLimits.document));
  const std::string text = page::decode_sheet(bytes, file.media_type, around.encoding);
  // Kept byte for byte when every reference in it leads where it led.
  bool as_it_is = !parts_[n].url.empty() && file.base == parts_[n].url;
  const std::string placed =
      page::place_css(text, file.base, [&](const std::string& address, std::string_view role) {
        std::string stored = broken_ ? std::string() : place(address, role, around);
        as_it_is = as_it_is && stored == address;
        return stored;
      });
  if (broken_) return fail(*broken_);
  if (as_it_is) {
    // The stored document is UTF-8: a sheet that took its encoding from the document has to say which it was.
    if (around.encoding != "UTF-8" && text != page::decode_sheet(bytes, file.media_type))
      parts_[n].media_type += "; charset=" + around.encoding;
    KL_ASSIGN(parts_[n].object, store(bytes));
    return {};
  }
  parts_[n].media_type = "text/css; charset=utf-8";
  KL_ASSIGN(parts_[n].object, store(as_bytes(placed)));
  return {};
}

Result<Sha256Digest> PageImport::store(BytesView bytes) {
  return store(*memory_content(Bytes(bytes.begin(), bytes.end())));
}

Result<Sha256Digest> PageImport::store(const Content& content, const Sha256Digest* expected) {
  const auto sunk = [this](Error error) {
    broken_ = error;
    return fail(std::move(error));
  };
  KL_ASSIGN(const auto input, content.open());
  // What fits into one piece is hashed first, and not sent when the library has it.
  Bytes piece(384U << 10U);
  std::size_t filled = 0;
  bool more = true;
  while (more && filled < piece.size()) {
    KL_ASSIGN(const std::size_t got, input->read(std::span(piece).subspan(filled)));
    more = got > 0;
    filled += got;
  }
  Sha256 hash;
  std::uint64_t size = 0;
  capture::UploadNumber upload = 0;
  for (;;) {
    const BytesView bytes = BytesView(piece).first(filled);
    hash.update(bytes);
    if (size == 0 && !more) {
      const Sha256Digest digest = sha256(bytes);
      if (expected != nullptr && digest != *expected)
        return fail(ErrorCode::corrupt, "bytes differ from their digest");
      if (stored_.contains(digest)) return digest;
      auto known = sink_.have(id_, {digest});
      if (!known) return sunk(std::move(known).error());
      if (!known->empty() && known->front()) {
        stored_.insert(digest);
        return digest;
      }
    }
    if (size == 0) upload = uploads_++;
    if (size + filled > kLimits.part)
      return fail(ErrorCode::too_large, "it is larger than " + std::to_string(kLimits.part) + " bytes");
    if (auto written = sink_.write(id_, upload, size, bytes); !written) {
      if (written.error().code == ErrorCode::too_large) return fail(std::move(written).error());
      return sunk(std::move(written).error());
    }
    size += filled;
    if (!more) break;
    KL_ASSIGN(filled, input->read(piece));
    if (filled == 0) break;
  }
  const Sha256Digest digest = hash.finish();
  if (expected != nullptr && digest != *expected)
    return fail(ErrorCode::corrupt, "bytes differ from their digest");
  auto ended = sink_.end_upload(id_, upload, size, digest);
  if (!ended) return sunk(std::move(ended).error());
  stored_.insert(digest);
  return digest;
}

}  // namespace keepleaf::archive
