#include "archive/warc_index.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "archive/gzip.h"
#include "archive/limits.h"
#include "archive/transfer.h"
#include "page/address.h"
#include "page/media_type.h"
#include "url/url.h"

namespace keepleaf::archive {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

Error cut_off() { return Error{ErrorCode::corrupt, "the WARC file ends in the middle of a record"}; }

std::optional<WarcKind> kind_of(std::string_view type) {
  if (type == "response") return WarcKind::response;
  if (type == "resource") return WarcKind::resource;
  if (type == "metadata") return WarcKind::metadata;
  if (type == "revisit") return WarcKind::revisit;
  return std::nullopt;
}

Result<std::uint64_t> length_of(const Headers& head) {
  const std::string_view text = head.get("content-length");
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size())
    return fail(ErrorCode::corrupt, "a WARC record does not say how long it is");
  if (length > kLimits.unpacked)
    return fail(ErrorCode::too_large,
                "a WARC record is longer than " + std::to_string(kLimits.unpacked) + " bytes");
  return length;
}

// The line that a record begins with; none at the end of the file. Empty lines before it are let pass.
Result<bool> begins(LineInput& lines) {
  for (;;) {
    KL_ASSIGN(const auto line, lines.line(kLimits.head));
    if (!line) return false;
    if (line->empty()) continue;
    if (!line->starts_with("WARC/1.") && !line->starts_with("WARC/0.1"))
      return fail(ErrorCode::corrupt, "a WARC record does not begin where it should");
    return true;
  }
}

bool is_http(const Headers& head) { return lower(head.get("content-type")).starts_with("application/http"); }

// A LineInput as an Input.
class Rest final : public Input {
 public:
  explicit Rest(LineInput lines) : lines_(std::move(lines)) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override { return lines_.read(into); }

 private:
  LineInput lines_;
};

// Gives the bytes of one member and then stops, until it is told to go on.
class Member final : public Input {
 public:
  explicit Member(Inflater& from) : from_(from) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    if (held_.empty()) {
      held_.resize(kPiece);
      KL_ASSIGN(const std::size_t got, from_.read(held_));
      held_.resize(got);
      at_ = 0;
      if (got > 0 && from_.member() != member_) next_ = from_.member();
    }
    if (held_.empty() || next_) return std::size_t{0};
    const std::size_t size = std::min(into.size(), held_.size() - at_);
    std::copy_n(held_.begin() + static_cast<std::ptrdiff_t>(at_), size, into.begin());
    at_ += size;
    if (at_ == held_.size()) held_.clear();
    return size;
  }
  bool next() {
    if (!next_) return false;
    member_ = *std::exchange(next_, std::nullopt);
    return true;
  }
  std::uint64_t member() const { return member_; }

 private:
  Inflater& from_;
  Bytes held_;
  std::size_t at_ = 0;
  std::uint64_t member_ = 0;
  std::optional<std::uint64_t> next_;
};

// It again, for a reader that owns its input.
class Borrowed final : public Input {
 public:
  explicit Borrowed(Member& from) : from_(from) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override { return from_.read(into); }

 private:
  Member& from_;
};

}  // namespace

class WarcIndex::Payload final : public Content {
 public:
  Payload(std::shared_ptr<const WarcIndex> index, std::size_t record)
      : index_(std::move(index)), record_(record) {}

  Result<std::unique_ptr<Input>> open() const override {
    const WarcRecord& record = index_->records_[record_];
    std::unique_ptr<Input> input = file_input(index_->file_, record.offset, index_->size_ - record.offset);
    if (index_->packed_) input = std::make_unique<Inflater>(std::move(input), Zlib::gzip);
    LineInput outer(std::move(input));
    KL_ASSIGN(const bool there, begins(outer));
    if (!there) return fail(cut_off());
    KL_ASSIGN(const Headers head, Headers::read(outer));
    std::unique_ptr<Input> block = limited(std::make_unique<Rest>(std::move(outer)), record.block, true);
    if (record.kind != WarcKind::response || !is_http(head)) return block;
    LineInput inner(std::move(block));
    KL_ASSIGN(const auto status, inner.line(kLimits.head));
    if (!status) return fail(cut_off());
    KL_TRY(Headers::read(inner));
    std::unique_ptr<Input> payload = std::make_unique<Rest>(std::move(inner));
    if (record.chunked) {
      KL_ASSIGN(payload, chunked_input(std::move(payload)));
    }
    // Some writers unpacked the payload and left the header as it was.
    if (lower(record.content_encoding).find("gzip") != std::string::npos) {
      KL_ASSIGN(Peeked peeked, peek_at(std::move(payload)));
      payload = std::move(peeked.whole);
      if (!is_gzip(peeked.start)) return payload;
    }
    return decoded_input(std::move(payload), record.content_encoding);
  }

 private:
  struct Peeked {
    Bytes start;
    std::unique_ptr<Input> whole;
  };
  static Result<Peeked> peek_at(std::unique_ptr<Input> input);
  std::shared_ptr<const WarcIndex> index_;
  std::size_t record_;
};

Result<WarcIndex::Payload::Peeked> WarcIndex::Payload::peek_at(std::unique_ptr<Input> input) {
  Bytes start(3);
  std::size_t size = 0;
  while (size < start.size()) {
    KL_ASSIGN(const std::size_t got, input->read(std::span(start).subspan(size)));
    if (got == 0) break;
    size += got;
  }
  start.resize(size);
  auto whole = prefixed(start, std::move(input));
  return Peeked{std::move(start), std::move(whole)};
}

Result<std::shared_ptr<const WarcIndex>> WarcIndex::build(std::shared_ptr<const os::File> file) {
  std::shared_ptr<WarcIndex> index(new WarcIndex());
  KL_ASSIGN(index->size_, file->size());
  std::array<std::uint8_t, 3> start{};
  KL_ASSIGN(const std::size_t got, file->read_at(0, start));
  index->file_ = std::move(file);
  index->packed_ = is_gzip(BytesView(start).first(got));
  KL_TRY(index->scan());
  for (std::size_t i = 0; i < index->records_.size(); ++i) {
    const WarcRecord& record = index->records_[i];
    if (!record.id.empty()) index->ids_.emplace(record.id, i);
    if (record.kind != WarcKind::metadata) index->urls_[record.url].push_back(i);
    const bool has_payload = record.kind == WarcKind::response || record.kind == WarcKind::resource;
    if (has_payload && !record.digest.empty()) index->digests_.emplace(record.digest, i);
  }
  return std::shared_ptr<const WarcIndex>(std::move(index));
}

Status WarcIndex::scan() {
  if (!packed_) {
    LineInput lines(file_input(file_, 0, size_));
    for (;;) {
      KL_ASSIGN(const bool end, lines.at_end());
      if (end) return {};
      KL_TRY(read_record(lines, lines.position()));
    }
  }
  Inflater inflater(file_input(file_, 0, size_), Zlib::gzip);
  Member member(inflater);
  do {
    LineInput lines(std::make_unique<Borrowed>(member));
    KL_ASSIGN(bool end, lines.at_end());
    for (std::uint32_t in_member = 0; !end; ++in_member) {
      if (in_member > 0) {
        // Packed as a whole: records can't be read one by one. Unpacked once, into a file.
        KL_ASSIGN(const auto plain, scratch_file());
        Inflater whole(file_input(file_, 0, size_), Zlib::gzip);
        KL_ASSIGN(size_, spool(whole, *plain, kLimits.unpacked));
        file_ = plain;
        packed_ = false;
        records_.clear();
        return scan();
      }
      KL_TRY(read_record(lines, member.member()));
      // What ends a record is no further record.
      for (;;) {
        KL_ASSIGN(end, lines.at_end());
        if (end) break;
        KL_ASSIGN(const auto peek, lines.peek());
        if (peek != '\r' && peek != '\n') break;
        KL_TRY(lines.skip(1));
      }
    }
  } while (member.next());
  return {};
}

Status WarcIndex::read_record(LineInput& lines, std::uint64_t offset) {
  KL_ASSIGN(const bool there, begins(lines));
  if (!there) return {};
  KL_ASSIGN(const Headers head, Headers::read(lines));
  WarcRecord record;
  KL_ASSIGN(const std::uint64_t block, length_of(head));
  record.block = block;
  record.offset = offset;
  const std::uint64_t begin = lines.position();
  const auto kind = kind_of(lower(head.get("warc-type")));
  if (kind) {
    if (records_.size() >= kLimits.records)
      return fail(ErrorCode::too_large,
                  "the WARC file has more than " + std::to_string(kLimits.records) + " records");
    record.kind = *kind;
    record.id = std::string(unbracketed(head.get("warc-record-id")));
    const std::string_view url = unbracketed(head.get("warc-target-uri"));
    record.url = std::string(page::split_fragment(page::absolute(url, url)).address);
    if (record.url.empty()) record.url = std::string(url);
    record.digest = std::string(head.get("warc-payload-digest"));
    record.refers_to = std::string(unbracketed(head.get("warc-refers-to-target-uri")));
    record.media_type = std::string(head.get("content-type"));
    record.time = parse_time(head.get("warc-date")).value_or(0);
    const bool http = is_http(head) && (*kind == WarcKind::response || *kind == WarcKind::revisit);
    if (http && record.block > 0) KL_TRY(read_http(lines, record));
    records_.push_back(std::move(record));
  }
  const std::uint64_t taken = lines.position() - begin;
  if (taken > block) return fail(ErrorCode::corrupt, "a WARC record is shorter than the response in it");
  return lines.skip(block - taken);
}

Status WarcIndex::read_http(LineInput& lines, WarcRecord& record) {
  KL_ASSIGN(const auto line, lines.line(kLimits.head));
  if (!line) return fail(cut_off());
  const std::size_t space = line->find(' ');
  record.status = 0;
  if (line->starts_with("HTTP/") && space != std::string::npos)
    std::from_chars(line->data() + space + 1, line->data() + line->size(), record.status);
  KL_ASSIGN(const Headers head, Headers::read(lines));
  record.media_type = std::string(head.get("content-type"));
  record.content_encoding = std::string(head.get("content-encoding"));
  record.chunked = lower(head.get("transfer-encoding")).find("chunked") != std::string::npos;
  if (record.status >= 300 && record.status < 400 && !head.get("location").empty())
    record.location = page::absolute(record.url, head.get("location"));
  return {};
}

ContentPtr WarcIndex::content(std::size_t record) const {
  return std::make_shared<Payload>(shared_from_this(), record);
}

std::optional<std::size_t> WarcIndex::by_id(const std::string& id) const {
  const auto found = ids_.find(id);
  return found == ids_.end() ? std::nullopt : std::optional(found->second);
}

// A revisit says that the bytes are those of an earlier record.
std::optional<std::size_t> WarcIndex::original(std::size_t at) const {
  const WarcRecord& record = records_[at];
  if (record.kind != WarcKind::revisit) return at;
  if (!record.location.empty()) return at;  // a redirect needs no bytes
  if (const auto same = digests_.find(record.digest); !record.digest.empty() && same != digests_.end())
    return same->second;
  const auto of_url = urls_.find(record.refers_to.empty() ? record.url : record.refers_to);
  if (of_url == urls_.end()) return std::nullopt;
  for (const std::size_t one : of_url->second)
    if (records_[one].kind != WarcKind::revisit) return one;
  return std::nullopt;
}

std::optional<std::size_t> WarcIndex::nearest(const std::string& url, UnixMs time) const {
  const auto found = urls_.find(url);
  if (found == urls_.end()) return std::nullopt;
  std::optional<std::size_t> best;
  const auto distance = [&](std::size_t i) {
    const UnixMs difference = records_[i].time - time;
    return difference < 0 ? -difference : difference;
  };
  for (const std::size_t one : found->second) {
    if (!original(one)) continue;
    // An error is taken only where nothing better is there.
    const bool good = records_[one].status < 400;
    const bool best_good = best && records_[*best].status < 400;
    if (!best || (good && !best_good) || (good == best_good && distance(one) < distance(*best))) best = one;
  }
  return best ? original(*best) : std::nullopt;
}

Result<std::optional<SavedFile>> WarcFiles::find(const std::string& address, UnixMs time) const {
  return follow(address, time, nullptr);
}

Result<std::optional<SavedFile>> WarcFiles::follow(const std::string& address, UnixMs time,
                                                   std::vector<std::string>* redirects) const {
  std::string at = address;
  for (std::uint32_t hop = 0; hop <= kLimits.redirects; ++hop) {
    auto found = at.starts_with("urn:") ? index_->by_id(at) : index_->nearest(at, time);
    if (!found) return std::optional<SavedFile>();
    const WarcRecord& record = index_->records()[*found];
    if (!record.location.empty()) {
      at = std::string(page::split_fragment(record.location).address);
      if (redirects != nullptr) redirects->push_back(record.location);
      continue;
    }
    SavedFile file;
    const bool on_the_web = record.url.starts_with("http://") || record.url.starts_with("https://");
    if (on_the_web) file.url = record.url;
    file.base = record.url;
    file.media_type = record.media_type;
    if (record.status >= 400 || record.status < 200) {
      file.status = "http_" + std::to_string(std::clamp(record.status, 100, 599));
    } else {
      file.content = index_->content(*found);
    }
    return std::optional(std::move(file));
  }
  return fail(ErrorCode::too_large,
              "the archive redirects more than " + std::to_string(kLimits.redirects) + " times in a row");
}

}  // namespace keepleaf::archive
