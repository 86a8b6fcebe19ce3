// The messages about one snapshot: its parts, how it compares with what was seen, pictures, and the page to
// be shown. Part of messages.h, which says how to read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/uuid.h"
#include "capture/capture.h"

namespace keepleaf::protocol {

struct ResourceInfo {
  std::uint32_t n = 0;
  std::string role;
  std::string url;
  std::optional<Sha256Digest> object;
  std::uint64_t size = 0;
  std::string type;
  std::string status;
};
struct FidelityRect {
  std::int32_t x = 0, y = 0;
  std::uint32_t width = 0, height = 0;
};
struct FidelityRegion {
  std::uint32_t part = 0;
  std::string kind;
  FidelityRect rect;  // CSS pixels from the corner of the part's own document
};
struct Fidelity {
  double score = 0;
  std::string method;
  capture::Viewport viewport;
  std::vector<FidelityRegion> regions;
};
struct SnapshotMeasured {
  Uuid id;
  Fidelity fidelity;
};
struct SnapshotMeasuredReply {
  Uuid id;
};
// A picture of what was seen; `kind` is "thumbnail" or "page".
struct PictureInfo {
  std::string kind;
  std::string media_type;
  std::uint32_t width = 0;   // pixels of the picture
  std::uint32_t height = 0;  // pixels of the picture
  bool partial = false;      // the page goes on below it
  UnixMs taken_at = 0;
  std::uint64_t size = 0;
};
struct SnapshotPictured {
  Uuid id;
  PictureInfo picture;  // its size is that of the bytes
  Bytes bytes;
};
struct SnapshotPicturedReply {
  Uuid id;
};
struct SnapshotPicture {  // read piece by piece
  Uuid id;
  std::string kind;
  std::uint64_t offset = 0;
};
struct SnapshotPictureReply {
  Uuid id;
  std::string kind;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  // of the whole picture
  std::string media_type;
  Bytes bytes;
};
struct SnapshotShow {
  Uuid id;
  std::uint32_t after = 0;  // first part number wanted
};
struct SnapshotShowReply {
  Uuid id;
  Uuid link_id;
  std::string url;
  std::string title;
  UnixMs taken_at = 0;
  capture::Engine engine = capture::Engine::tab;
  std::vector<std::string> redirects;
  std::vector<ResourceInfo> resources;  // parts that have bytes
  std::vector<ResourceInfo> missing;    // parts that have none
  std::optional<std::uint32_t> next;    // part number to ask for next
  std::uint64_t text_length = 0;
  std::uint64_t size_raw = 0;
  std::uint64_t size_stored = 0;
  std::optional<UnixMs> trashed_at;
  std::optional<Fidelity> fidelity;
  std::vector<PictureInfo> pictures;  // left out of the message when there are none
};
// The page as one self-contained HTML document (docs/architecture.md "Replay"), read piece by piece.
struct SnapshotRead {
  Uuid id;
  std::uint64_t offset = 0;
};
struct SnapshotReadReply {
  Uuid id;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;  // of the whole document
  std::string media_type;
  Bytes bytes;
};

}  // namespace keepleaf::protocol
