#include "archive/transfer.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "archive/gzip.h"
#include "archive/limits.h"

namespace keepleaf::archive {
namespace {

// Turns pieces of input into pieces of output.
class Converter : public Input {
 public:
  explicit Converter(std::unique_ptr<Input> from) : from_(std::move(from)) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    while (at_ == out_.size()) {
      if (ended_ || into.empty()) return std::size_t{0};
      in_.resize(kPiece);
      KL_ASSIGN(const std::size_t got, from_->read(in_));
      ended_ = got == 0;
      out_.clear();
      at_ = 0;
      convert(BytesView(in_).first(got), ended_, out_);
    }
    const std::size_t size = std::min(into.size(), out_.size() - at_);
    std::memcpy(into.data(), out_.data() + at_, size);
    at_ += size;
    return size;
  }

 protected:
  virtual void convert(BytesView in, bool last, Bytes& out) = 0;

 private:
  std::unique_ptr<Input> from_;
  Bytes in_;
  Bytes out_;
  std::size_t at_ = 0;
  bool ended_ = false;
};

int base64_value(std::uint8_t c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+' || c == '-') return 62;
  if (c == '/' || c == '_') return 63;
  return -1;
}

class Base64 final : public Converter {
 public:
  using Converter::Converter;

 private:
  void convert(BytesView in, bool, Bytes& out) override {
    for (const std::uint8_t c : in) {
      const int value = base64_value(c);
      if (value < 0) {
        // Padding ends a group; another text may follow it.
        if (c == '=') bits_ = held_ = 0;
        continue;
      }
      held_ = (held_ << 6U | static_cast<unsigned>(value)) & 0xFFFFFFU;
      bits_ += 6;
      if (bits_ < 8) continue;
      bits_ -= 8;
      out.push_back(static_cast<std::uint8_t>(held_ >> bits_ & 0xFFU));
    }
  }
  unsigned held_ = 0;
  unsigned bits_ = 0;
};

int hex_value(std::uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

class QuotedPrintable final : public Converter {
 public:
  using Converter::Converter;

 private:
  void convert(BytesView in, bool last, Bytes& out) override {
    pending_.insert(pending_.end(), in.begin(), in.end());
    std::size_t at = 0;
    while (at < pending_.size()) {
      const std::uint8_t c = pending_[at];
      // White space before a line's end was added on the way.
      if (c == ' ' || c == '\t') {
        std::size_t end = at;
        while (end < pending_.size() && (pending_[end] == ' ' || pending_[end] == '\t')) ++end;
        if (end == pending_.size() && !last && end - at < kPiece) break;
        const bool at_line_end = end == pending_.size() || pending_[end] == '\r' || pending_[end] == '\n';
        if (!at_line_end)
          out.insert(out.end(), pending_.begin() + static_cast<std::ptrdiff_t>(at),
                     pending_.begin() + static_cast<std::ptrdiff_t>(end));
        at = end;
        continue;
      }
      if (c != '=') {
        out.push_back(c);
        ++at;
        continue;
      }
      if (pending_.size() - at < 3 && !last) break;
      if (at + 1 < pending_.size() && pending_[at + 1] == '\n') {
        at += 2;
      } else if (at + 2 < pending_.size() && pending_[at + 1] == '\r' && pending_[at + 2] == '\n') {
        at += 3;
      } else if (at + 2 < pending_.size() && hex_value(pending_[at + 1]) >= 0 &&
                 hex_value(pending_[at + 2]) >= 0) {
        out.push_back(
            static_cast<std::uint8_t>(hex_value(pending_[at + 1]) * 16 + hex_value(pending_[at + 2])));
        at += 3;
      } else {
        if (at + 1 < pending_.size())
          out.push_back(c);  // as written; a lone "=" at the very end is a soft break
        ++at;
      }
    }
    pending_.erase(pending_.begin(), pending_.begin() + static_cast<std::ptrdiff_t>(at));
  }
  Bytes pending_;
};

class Chunked final : public Input {
 public:
  explicit Chunked(std::unique_ptr<Input> from) : lines_(std::move(from)) {}
  Result<std::size_t> read(std::span<std::uint8_t> into) override {
    if (into.empty() || ended_) return std::size_t{0};
    if (left_ == 0) {
      KL_TRY(next_chunk());
      if (ended_) return std::size_t{0};
    }
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
    KL_ASSIGN(const std::size_t got, lines_.read(into.first(wanted)));
    if (got == 0) return fail(ErrorCode::corrupt, "a response is cut off");
    left_ -= got;
    return got;
  }

 private:
  Status next_chunk() {
    if (!first_) {
      KL_ASSIGN(const auto empty, lines_.line(kLimits.head));
      if (!empty || !empty->empty()) return fail(ErrorCode::corrupt, "a response's chunks are damaged");
    }
    first_ = false;
    KL_ASSIGN(const auto line, lines_.line(kLimits.head));
    if (!line) return fail(ErrorCode::corrupt, "a response is cut off");
    const auto [end, error] = std::from_chars(line->data(), line->data() + line->size(), left_, 16);
    const bool whole = end == line->data() + line->size() || *end == ';' || *end == ' ';
    if (error != std::errc{} || !whole) return fail(ErrorCode::corrupt, "a response's chunks are damaged");
    ended_ = left_ == 0;
    return {};
  }
  LineInput lines_;
  std::uint64_t left_ = 0;
  bool first_ = true;
  bool ended_ = false;
};

}  // namespace

std::unique_ptr<Input> base64_input(std::unique_ptr<Input> from) {
  return std::make_unique<Base64>(std::move(from));
}

std::unique_ptr<Input> quoted_printable_input(std::unique_ptr<Input> from) {
  return std::make_unique<QuotedPrintable>(std::move(from));
}

Result<std::unique_ptr<Input>> chunked_input(std::unique_ptr<Input> from) {
  Bytes start(64);
  std::size_t size = 0;
  while (size < start.size()) {
    KL_ASSIGN(const std::size_t got, from->read(std::span(start).subspan(size)));
    if (got == 0) break;
    size += got;
  }
  start.resize(size);
  const std::string_view line = as_text(start).substr(0, as_text(start).find('\n'));
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), length, 16);
  const bool is_length = error == std::errc{} && line.size() < start.size() &&
                         (end == line.data() + line.size() || *end == '\r' || *end == ';' || *end == ' ');
  auto whole = prefixed(std::move(start), std::move(from));
  if (!is_length) return whole;
  return std::make_unique<Chunked>(std::move(whole));
}

Result<std::unique_ptr<Input>> decoded_input(std::unique_ptr<Input> from, std::string_view encodings) {
  // Undone from the last one on.
  for (std::uint32_t count = 0; !encodings.empty(); ++count) {
    if (count >= kLimits.encodings)
      return fail(ErrorCode::too_large,
                  "a response is packed more than " + std::to_string(kLimits.encodings) + " times over");
    const std::size_t comma = encodings.rfind(',');
    std::string name(comma == std::string_view::npos ? encodings : encodings.substr(comma + 1));
    encodings = comma == std::string_view::npos ? std::string_view() : encodings.substr(0, comma);
    std::erase_if(name, [](char c) { return c == ' ' || c == '\t'; });
    for (char& c : name)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    if (name.empty() || name == "identity") continue;
    if (name != "gzip" && name != "x-gzip" && name != "deflate")
      return fail(ErrorCode::unsupported, "a response is packed by a method that Keepleaf does not know");
    from = std::make_unique<Inflater>(std::move(from), name == "deflate" ? Zlib::deflate : Zlib::gzip);
  }
  return from;
}

}  // namespace keepleaf::archive
