// What the documents and sheets of one self-contained page share: where bytes come from, how much may go in,
// and the first failure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/result.h"
#include "page/document.h"
#include "page/html_rewrite.h"
#include "page/object_source.h"
#include "page/part_index.h"
#include "page/sprite.h"

namespace keepleaf::page {

inline constexpr std::uint64_t kReplayResource = 8ULL
                                                 << 20;     // bytes of one resource that replay shows at once
inline constexpr std::uint64_t kReplayTotal = 64ULL << 20;  // of all
inline constexpr std::uint64_t kDownloadTotal = 512ULL << 20;  // of a file

class Assembly {
 public:
  Assembly(const ObjectSource& source, Purpose purpose)
      : source_(source), parts_(source.parts()), purpose_(purpose) {}

  Purpose purpose() const { return purpose_; }
  const PartIndex& parts() const { return parts_; }

  // A resource as a data: address.
  Resource inlined(const PartRecord& part, Use use, std::string_view fragment);

  // A part's bytes; nothing when they can't be read. A resource that is damaged is left out, as if it had
  // never been kept; a failure of the disk ends the whole (failure()).
  std::optional<Bytes> read(const PartRecord& part);

  // The part as a file whose elements <use> shows; nothing when it can't be read. Lives as long as the
  // assembly.
  const SpriteSheet* sprites(const PartRecord& part);

  // A number that no other call gives.
  std::size_t next_number() { return numbers_++; }

  // Takes `bytes` of output from what may go in; false when that is used up.
  bool take(std::uint64_t bytes);

  // One more import of a sheet, frame, or the like. False when there were so many that only a trap explains
  // it.
  bool take_expansion() { return ++expansions_ <= kExpansions; }

  const std::optional<Error>& failure() const { return failure_; }

 private:
  static constexpr std::size_t kExpansions = 10'000;
  static constexpr std::uint64_t kCachedResource = 256 << 10;
  static constexpr std::uint64_t kCachedTotal = 32 << 20;

  const ObjectSource& source_;
  PartIndex parts_;
  Purpose purpose_;
  std::uint64_t taken_ = 0;
  std::size_t expansions_ = 0;
  std::unordered_map<std::string, std::string>
      cache_;  // small resources that sheets repeat, by part and type
  std::uint64_t cached_ = 0;
  std::unordered_map<std::uint32_t, SpriteSheet> sprites_;
  std::size_t numbers_ = 0;
  std::optional<Error> failure_;
};

}  // namespace keepleaf::page
