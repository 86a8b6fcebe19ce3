// zlib's streams (RFC 1950 to 1952) as inputs.
#pragma once

#include <cstdint>
#include <memory>

#include "archive/content.h"

struct z_stream_s;

namespace keepleaf::archive {

enum class Zlib : std::uint8_t {
  gzip,     // one member after another
  deflate,  // HTTP's "deflate": with zlib's header or, as some servers send it, without
};

// Unpacks. What unpacks beyond limits.ratio (once limits.ratio_free bytes are out), or beyond
// limits.unpacked, is too_large.
class Inflater final : public Input {
 public:
  Inflater(std::unique_ptr<Input> from, Zlib kind);
  ~Inflater() override;
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Result<std::size_t> read(std::span<std::uint8_t> into) override;

  // Where the member of the last byte that was read begins in the packed stream, and how much of that member
  // was read. A read never gives bytes of two members.
  std::uint64_t member() const { return member_; }
  std::uint64_t in_member() const { return in_member_; }

 private:
  Result<bool> fill();
  Status begin_member();

  std::unique_ptr<Input> from_;
  const Zlib kind_;
  std::unique_ptr<z_stream_s> stream_;
  Bytes buffer_;
  bool begun_ = false;
  bool ended_ = false;     // the member; another may follow
  bool finished_ = false;  // everything
  std::uint64_t packed_ = 0;
  std::uint64_t unpacked_ = 0;
  std::uint64_t member_ = 0;
  std::uint64_t in_member_ = 0;
};

bool is_gzip(BytesView start);

// Packs what it is given into members of gzip, each of which can be unpacked alone.
class GzipWriter {
 public:
  GzipWriter(os::File& file, std::uint64_t at) : file_(file), at_(at) {}
  // Where the next member will begin.
  std::uint64_t position() const { return at_; }
  // Writes one member of all that `input` gives behind `head`, and `tail` behind that.
  Status member(std::string_view head, Input& input, std::string_view tail);

 private:
  Status pump(z_stream_s& stream, BytesView bytes, int flush);
  os::File& file_;
  std::uint64_t at_;
};

}  // namespace keepleaf::archive
