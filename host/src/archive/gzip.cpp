#include "archive/gzip.h"

#include <zlib.h>

#include "archive/limits.h"

namespace keepleaf::archive {
namespace {

constexpr int kGzipHeader = 16;  // added to the window bits: zlib reads and writes gzip

Error out_of_memory() { return Error{ErrorCode::internal, "zlib has no memory"}; }

}  // namespace

bool is_gzip(BytesView start) {
  return start.size() >= 3 && start[0] == 0x1F && start[1] == 0x8B && start[2] == 8;
}

Inflater::Inflater(std::unique_ptr<Input> from, Zlib kind)
    : from_(std::move(from)), kind_(kind), stream_(std::make_unique<z_stream_s>()) {}

Inflater::~Inflater() {
  if (begun_) inflateEnd(stream_.get());
}

Result<bool> Inflater::fill() {
  if (stream_->avail_in > 0) return true;
  buffer_.resize(kPiece);
  KL_ASSIGN(const std::size_t got, from_->read(buffer_));
  stream_->next_in = buffer_.data();
  stream_->avail_in = static_cast<uInt>(got);
  packed_ += got;
  return got > 0;
}

Status Inflater::begin_member() {
  int bits = MAX_WBITS + kGzipHeader;
  if (kind_ == Zlib::deflate) {
    // A zlib header is a multiple of 31 and names method 8; a bare stream almost never begins so.
    const bool headed = stream_->avail_in >= 2 && (stream_->next_in[0] & 0x0FU) == Z_DEFLATED &&
                        (stream_->next_in[0] * 256U + stream_->next_in[1]) % 31 == 0;
    bits = headed ? MAX_WBITS : -MAX_WBITS;
  }
  member_ = packed_ - stream_->avail_in;
  in_member_ = 0;
  const int code = begun_ ? inflateReset2(stream_.get(), bits) : inflateInit2(stream_.get(), bits);
  if (code != Z_OK) return fail(out_of_memory());
  begun_ = true;
  ended_ = false;
  return {};
}

Result<std::size_t> Inflater::read(std::span<std::uint8_t> into) {
  if (into.empty() || finished_) return std::size_t{0};
  for (;;) {
    KL_ASSIGN(const bool more, fill());
    if (!begun_ || ended_) {
      // Zeros behind the last member are padding.
      if (begun_ && kind_ == Zlib::gzip)
        while (stream_->avail_in > 0 && stream_->next_in[0] == 0) {
          ++stream_->next_in;
          --stream_->avail_in;
        }
      if (begun_ && stream_->avail_in == 0 && more) continue;
      if (!more || (begun_ && kind_ == Zlib::deflate)) {
        finished_ = true;
        return std::size_t{0};
      }
      KL_TRY(begin_member());
    } else if (!more) {
      return fail(ErrorCode::corrupt, "what was packed by gzip is cut off");
    }
    stream_->next_out = into.data();
    stream_->avail_out = static_cast<uInt>(std::min<std::size_t>(into.size(), 1U << 30U));
    const uInt room = stream_->avail_out;
    const int code = inflate(stream_.get(), Z_NO_FLUSH);
    const std::size_t got = room - stream_->avail_out;
    if (code == Z_MEM_ERROR) return fail(out_of_memory());
    if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
      return fail(ErrorCode::corrupt, "what was packed by gzip is damaged");
    ended_ = code == Z_STREAM_END;
    unpacked_ += got;
    in_member_ += got;
    const std::uint64_t taken = packed_ - stream_->avail_in;
    if (unpacked_ > kLimits.unpacked || (unpacked_ > kLimits.ratio_free && unpacked_ / kLimits.ratio > taken))
      return fail(ErrorCode::too_large, "what was packed unpacks to more than " +
                                            std::to_string(kLimits.ratio) +
                                            " times its size: that is a trap, not a page");
    if (got > 0) return got;
  }
}

Status GzipWriter::pump(z_stream_s& stream, BytesView bytes, int flush) {
  Bytes out(kPiece);
  stream.next_in = const_cast<Bytef*>(bytes.data());  // zlib's interface; it only reads
  stream.avail_in = static_cast<uInt>(bytes.size());
  do {
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, flush);
    const std::size_t got = out.size() - stream.avail_out;
    KL_TRY(file_.write_at(at_, BytesView(out).first(got)));
    at_ += got;
  } while (stream.avail_out == 0);
  return {};
}

Status GzipWriter::member(std::string_view head, Input& input, std::string_view tail) {
  z_stream_s stream{};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + kGzipHeader, 8,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    return fail(out_of_memory());
  const std::unique_ptr<z_stream_s, int (*)(z_stream_s*)> ended(&stream, deflateEnd);
  KL_TRY(pump(stream, as_bytes(head), Z_NO_FLUSH));
  Bytes piece(kPiece);
  for (;;) {
    KL_ASSIGN(const std::size_t got, input.read(piece));
    if (got == 0) break;
    KL_TRY(pump(stream, BytesView(piece).first(got), Z_NO_FLUSH));
  }
  return pump(stream, as_bytes(tail), Z_FINISH);
}

}  // namespace keepleaf::archive
