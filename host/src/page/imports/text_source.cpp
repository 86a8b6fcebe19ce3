#include "page/imports/text_source.h"

#include <algorithm>
#include <array>

#include "base/unicode.h"
#include "page/chars.h"
#include "page/encoding.h"

namespace keepleaf::page {
namespace {

constexpr std::size_t kPiece = 256 << 10;
constexpr std::size_t kMaxPending = 16 << 20;

std::size_t newlines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// UTF-16 without a mark, told by where the zeros of its first (ASCII) character are.
std::string_view utf16_by_zeros(std::string_view head) {
  if (head.size() < 2 || head.size() % 2 != 0) return {};
  if (head[0] != '\0' && head[1] == '\0') return "UTF-16LE";
  if (head[0] == '\0' && head[1] != '\0') return "UTF-16BE";
  return {};
}

// Where UTF-8 can be cut: not within the last character.
std::size_t utf8_cut(std::string_view bytes) {
  std::size_t at = bytes.size();
  for (int back = 0; back < 4 && at > 0; ++back) {
    const auto byte = static_cast<unsigned char>(bytes[--at]);
    if (byte < 0x80) return bytes.size();
    if (byte < 0xC0) continue;
    const std::size_t length = byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
    return at + length <= bytes.size() ? bytes.size() : at;
  }
  return bytes.size();
}

}  // namespace

Result<TextSource> TextSource::open(const ImportFile& file) {
  TextSource source(file);
  std::string head(1024, '\0');
  KL_ASSIGN(const auto got, file.read_at(0, {reinterpret_cast<std::uint8_t*>(head.data()), head.size()}));
  head.resize(got);
  const auto declared = declared_encoding(head);
  const bool marked =
      head.starts_with("\xEF\xBB\xBF") || head.starts_with("\xFE\xFF") || head.starts_with("\xFF\xFE");
  const std::string_view zeros = utf16_by_zeros(std::string_view(head).substr(0, 2));
  const bool markup = trimmed(head).starts_with('<');
  if (marked) {
    source.encoding_ = *declared;
    source.offset_ = head.starts_with("\xEF\xBB\xBF") ? 3 : 2;
  } else if (!file.encoding().empty()) {
    source.encoding_ = file.encoding();
  } else if (!zeros.empty()) {
    source.encoding_ = zeros;
  } else if (markup && declared) {
    source.encoding_ = *declared;
  } else {
    source.encoding_ = "UTF-8";
    return source;
  }
  source.declared_ = true;
  return source;
}

Status TextSource::fill() {
  std::array<std::uint8_t, kPiece> buffer;
  KL_ASSIGN(const auto got, file_->read_at(offset_, buffer));
  pending_.append(reinterpret_cast<const char*>(buffer.data()), got);
  offset_ += got;
  at_end_ = got < buffer.size();
  return {};
}

// How much of pending_ can be decoded by itself.
std::size_t TextSource::complete() const {
  if (at_end_) return pending_.size();
  if (encoding_ == "UTF-8") return utf8_cut(pending_);
  if (encoding_.starts_with("UTF-16")) {
    // A surrogate pair is only torn behind its first half.
    const std::size_t size = pending_.size() & ~std::size_t{1};
    if (size == 0) return 0;
    const auto high = static_cast<unsigned char>(pending_[size - (encoding_ == "UTF-16LE" ? 1 : 2)]);
    return (high & 0xFC) == 0xD8 ? size - 2 : size;
  }
  // In every other encoding of the web LF is LF, and a line begins in the initial state.
  const auto end = pending_.rfind('\n');
  return end == std::string::npos ? 0 : end + 1;
}

Result<bool> TextSource::next(std::string& out) {
  std::size_t size = 0;
  while (size == 0) {
    if (at_end_ && pending_.empty()) return false;
    if (!at_end_) KL_TRY(fill());
    size = complete();
    if (size == 0 && pending_.size() > kMaxPending) {
      return fail(ErrorCode::too_large, "line " + std::to_string(line_) + ": it is longer than 16 MiB", "",
                  "convert the file to UTF-8, in which lines may have any length");
    }
  }
  const std::string_view raw = std::string_view(pending_).substr(0, size);
  if (encoding_ == "UTF-8") {
    KL_TRY(append_utf8_text(raw, out));
  } else {
    std::string text = decode(as_bytes(raw), encoding_);
    const auto replaced = text.find("\xEF\xBF\xBD");
    if (replaced != std::string::npos && replaced_line_ == 0)
      replaced_line_ = line_ + newlines(std::string_view(text).substr(0, replaced));
    append_lines(text, out);
  }
  pending_.erase(0, size);
  return true;
}

Status TextSource::append_utf8_text(std::string_view text, std::string& out) {
  if (is_valid_utf8(text) && text.find('\0') == std::string_view::npos) {
    append_lines(text, out);
    return {};
  }
  std::size_t bad = 0;
  for (std::uint32_t step = 0; bad < text.size(); bad += step) {
    const CodePoint point = decode_utf8(text, bad);
    if (!point.valid || point.value == 0) break;
    step = point.size;
  }
  const auto line = line_ + newlines(text.substr(0, bad));
  if (!declared_) {
    return fail(ErrorCode::bad_request,
                "line " + std::to_string(line) +
                    ": these bytes are not UTF-8, and the file does not say what they are",
                "", "name the encoding: --encoding shift_jis, gbk, big5, windows-1252 …");
  }
  if (replaced_line_ == 0) replaced_line_ = line;
  append_lines(valid_utf8(text), out);
  return {};
}

void TextSource::append_lines(std::string_view text, std::string& out) {
  for (const char c : text) {
    if (c == '\r') {
      out += '\n';
      ++line_;
    } else if (c != '\n' || !after_cr_) {
      out += c;
      if (c == '\n') ++line_;
    }
    after_cr_ = c == '\r';
  }
}

void note_replaced(const TextSource& source, ImportSink& sink) {
  if (source.first_replaced_line() == 0) return;
  sink.change({source.first_replaced_line(), "the text from here on",
               "bytes that are nothing in the file's encoding became \xEF\xBF\xBD"});
}

Result<bool> LineReader::next() {
  line_.clear();
  too_long_ = false;
  bool any = false;
  for (;;) {
    if (at_ == piece_.size()) {
      piece_.clear();
      at_ = 0;
      KL_ASSIGN(const bool more, source_.next(piece_));
      if (!more) {
        if (any) ++number_;
        return any;
      }
      continue;
    }
    any = true;
    const auto end = piece_.find('\n', at_);
    const auto part = std::string_view(piece_).substr(at_, end == std::string::npos ? end : end - at_);
    const auto room = limit_ - line_.size();
    too_long_ = too_long_ || part.size() > room;
    line_ += utf8_prefix(part, room);
    at_ = end == std::string::npos ? piece_.size() : end + 1;
    if (end != std::string::npos) {
      ++number_;
      return true;
    }
  }
}

}  // namespace keepleaf::page
