// What the Library takes and gives. Plain data; the router turns it into messages.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/result.h"
#include "base/uuid.h"
#include "capture/capture.h"

namespace keepleaf::library {

struct LibraryFacts {
  Uuid id;
  std::filesystem::path folder;
  std::uint32_t format = 0;
  std::uint64_t links = 0;
  bool read_only = false;
  std::optional<Error> read_only_reason;
  std::uint64_t free_bytes = 0;
};

struct StagedCapture {
  capture::CaptureId id;
  std::string url;
  std::uint64_t bytes = 0;
  UnixMs updated_at = 0;
};

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next;  // opaque cursor
  std::uint64_t total = 0;
};

struct SnapshotBrief {
  Uuid id;
  UnixMs taken_at = 0;
  capture::Engine engine = capture::Engine::tab;
  bool partial = false;  // some part has no bytes
  std::optional<UnixMs> trashed_at;
  std::vector<std::string> pictures;  // their kinds, in order
};

enum class JobState : std::uint8_t { queued, running, done, failed, cancelled };

// The newest job of a link, when it is of interest: it has not ended, or it failed.
struct LinkJob {
  Uuid id;
  JobState state = JobState::queued;
  std::uint32_t attempts = 0;
  std::uint32_t progress = 0;  // per mille
  std::optional<Error> error;
};

// How the page was when Keepleaf last looked by itself (page/link_rot.h has the states and signs).
struct Condition {
  std::string state;
  struct Sign {
    std::string name, value;
  };
  std::vector<Sign> signs;
  std::string target;  // where it moved to, or empty
  UnixMs since = 0;
  UnixMs checked_at = 0;
};

struct Link {
  Uuid id;
  std::string url;
  std::string title;
  std::string note;
  std::vector<std::string> tags;
  UnixMs created_at = 0;
  UnixMs updated_at = 0;
  std::optional<UnixMs> trashed_at;
  std::vector<SnapshotBrief>
      snapshots;  // newest first; the newest 10 in pages, all (≤ 1000) from Library::link
  std::uint32_t snapshot_count = 0;
  std::optional<LinkJob> job;
  std::optional<Condition> condition;  // none: never looked
};

struct Lookup {
  std::string canonical_url;
  std::optional<Link> link;
  std::vector<Link> possible_duplicates;
};

struct ListQuery {
  std::uint32_t limit = 50;
  std::string after;
  bool trashed = false;
};

struct SearchQuery {
  std::string query;
  std::uint32_t limit = 50;
  std::string after;
};

struct Highlight {  // [begin, end) in bytes of the snippet
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct Hit {
  Link link;
  double score = 0;
  std::string field;
  std::string snippet;
  std::vector<Highlight> highlights;
  std::optional<Uuid> snapshot;
};

struct NewLink {
  std::string url;
  std::optional<std::string> title;
  std::optional<std::string> note;
  std::vector<std::string> tags;
  std::string engine = "auto";
  std::vector<std::string> allowed_hosts;
  std::optional<UnixMs> created_at{};  // when it was saved first, if that was elsewhere; not in the future
};

struct AddedLink {
  std::string url;
  Uuid link_id;
  Uuid job_id;
  bool new_link = false;
};

struct LinkEdit {
  std::optional<std::string> title;
  std::optional<std::string> note;
};

struct TagQuery {
  std::string prefix;
  std::uint32_t limit = 200;
  std::string after;
};
struct TagUse {
  std::string path;
  std::uint64_t links = 0;
};
struct TagChange {
  std::uint64_t links = 0;
  std::string path;
};

struct SnapshotPart {
  std::uint32_t n = 0;
  std::optional<std::uint32_t> parent;
  std::string role;
  std::string url;
  std::string media_type;
  std::string status;
  std::optional<Sha256Digest> object;
  std::uint64_t size = 0;
};

// Where what is shown differs from what was seen. CSS pixels from the corner of the part's own document.
struct FidelityRegion {
  std::uint32_t part = 0;
  std::string kind;  // docs/protocol.md, "Fidelity"
  std::int32_t x = 0, y = 0, width = 0, height = 0;
};
struct Fidelity {
  double score = 0;    // 0 … 1
  std::string method;  // "boxes", "pixels"
  capture::Viewport viewport;
  std::vector<FidelityRegion> regions;  // the weightiest first
};

// A picture of what was seen, beside the snapshot.
struct Picture {
  std::string kind;          // "thumbnail", "page"
  std::string media_type;    // "image/png", "image/jpeg", "image/webp"
  std::uint32_t width = 0;   // pixels of the picture
  std::uint32_t height = 0;  // pixels of the picture
  bool partial = false;      // the page goes on below it
  UnixMs taken_at = 0;
  std::uint64_t size = 0;
  Sha256Digest object;
};
struct NewPicture {
  std::string kind;
  std::string media_type;
  std::uint32_t width = 0;
  std::uint32_t height = 0;
  bool partial = false;
  UnixMs taken_at = 0;
  Bytes bytes;
};

struct Snapshot {
  Uuid id;
  Uuid link_id;
  std::string url;
  std::string title;
  UnixMs taken_at = 0;
  capture::Engine engine = capture::Engine::tab;
  std::vector<std::string> redirects;
  std::string language;
  std::vector<SnapshotPart> parts;
  std::uint64_t text_length = 0;
  std::uint64_t size_raw = 0;
  std::uint64_t size_stored = 0;
  Sha256Digest digest;
  std::optional<UnixMs> trashed_at;
  std::optional<Fidelity> fidelity;  // none: not measured
  std::vector<Picture> pictures;     // in the order of their kinds
};

struct Document {
  std::string media_type;  // text/html; charset=utf-8, or that of a page kept as its bytes (PDF, image, text)
  Bytes bytes;
};

enum class Reading : std::uint8_t { text, markdown };
// Files that hold whole pages and that other programs read (docs/imports.md, "Archives").
enum class ArchiveFormat : std::uint8_t { zip, mhtml, warc, wacz };

struct Job {
  Uuid id;
  std::string kind;  // "snapshot", or "check": a schedule's
  JobState state = JobState::queued;
  std::optional<Uuid> link;
  std::string url;
  std::string engine;
  std::vector<std::string> allowed_hosts;
  std::uint32_t attempts = 0;
  std::uint32_t progress = 0;  // per mille
  std::optional<Uuid> snapshot;
  std::optional<Error> error;
  std::string host;
  std::optional<UnixMs> not_before;  // of one that is queued: its next try
  std::string outcome;               // of a check that is done: "unchanged", "kept", "not_kept"
  UnixMs created_at = 0;
  UnixMs updated_at = 0;
};

struct JobQuery {
  std::uint32_t limit = 50;
  std::string after;
  std::optional<JobState> state;
};
struct JobCounts {
  std::uint64_t queued = 0, running = 0, done = 0, failed = 0, cancelled = 0;
};

struct Schedule {
  std::optional<Uuid> link;  // of one link, with its address and title; else of a tag
  std::string url;
  std::string title;
  std::string tag;
  std::int64_t every_ms = 0;
  std::uint64_t links = 0;        // under it that are looked at
  std::optional<UnixMs> next_at;  // the next of them
};

struct Check {
  UnixMs checked_at = 0;
  std::string outcome;  // "unchanged", "kept", "not_kept", "failed"
  std::optional<Uuid> snapshot;
};

struct LinkCare {
  std::optional<Schedule> schedule;
  std::vector<Check> checks;
};

struct JobOutcome {
  JobState state = JobState::done;  // done, failed, or queued: try again at not_before
  std::optional<Uuid> snapshot;
  std::optional<Error> error;
  UnixMs not_before = 0;
  int http_status = 0;        // of the page, for the link's condition; 0 when it did not answer
  bool no_such_host = false;  // the name servers know no such host
};

// What waits in the trash: a link with all its snapshots, or a snapshot of a link that stays.
struct TrashItem {
  bool whole_link = false;
  Uuid id;
  Uuid link_id;
  std::string url;
  std::string title;
  UnixMs trashed_at = 0;
  std::optional<UnixMs> ends_at;  // when it is destroyed by itself; none: never
  std::uint32_t snapshots = 0;
  std::uint64_t size_stored = 0;  // what came with them; what others have too is not freed
};
struct TrashQuery {
  std::uint32_t limit = 50;
  std::string after;
};
struct Destroyed {
  std::uint64_t links = 0;
  std::uint64_t snapshots = 0;
};

// Settings that belong to the library, on whatever machine it is opened.
struct LibrarySettings {
  std::uint32_t trash_days = 30;  // 0: what is in the trash stays there
};
struct LibrarySettingsChange {
  std::optional<std::uint32_t> trash_days;
};

struct Stats {
  std::uint64_t links = 0, trashed_links = 0, snapshots = 0, parts = 0, tags = 0;
  std::uint64_t objects = 0, object_bytes_raw = 0, object_bytes_stored = 0;
  std::uint64_t part_bytes_raw = 0;
  std::uint64_t texts = 0, text_bytes = 0;
  std::uint64_t database_bytes = 0, staging_bytes = 0;
};

struct Finding {
  std::string kind;
  std::string subject;
  std::string message;
};
struct Verification {
  bool ok = false;
  std::uint64_t objects = 0, snapshots = 0, bytes = 0;
  std::vector<Finding> findings;
};

}  // namespace keepleaf::library
