// The messages of docs/protocol.md as plain structs: what arrives (Request), what is answered (Response, or
// an Error), and what the host says unasked (Event). One struct per message; names follow the wire
// ("capture.begin" → CaptureBegin). Times, ids and digests are already parsed. Nothing here does I/O.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/digest.h"
#include "base/result.h"
#include "base/uuid.h"
#include "capture/capture.h"
#include "capture/sink.h"
#include "protocol/limits.h"
#include "protocol/messages_jobs.h"
#include "protocol/messages_snapshot.h"

namespace keepleaf::protocol {

inline constexpr std::uint32_t kProtocolMin = 1;
inline constexpr std::uint32_t kProtocolMax = 1;

// ---------------------------------------------------------------- session

struct Hello {
  std::uint32_t protocol_min = 0;
  std::uint32_t protocol_max = 0;
  std::string client;  // "extension", "page", "cli"
  std::string client_version;
  std::string browser;          // "chromium 156.0", empty outside a browser
  std::optional<Uuid> profile;  // random, kept by the browser profile
  std::vector<std::string> capabilities;
};
struct LibraryState {
  std::optional<Uuid> id;  // none when the library could not be opened
  std::string path;
  std::uint32_t format = 0;
  std::uint64_t links = 0;
  bool read_only = false;
  std::optional<Error> error;  // why it could not be opened, or why it is read-only
};
struct PendingCapture {
  capture::CaptureId capture;
  std::string url;
  std::uint64_t bytes = 0;
  UnixMs updated_at = 0;
};
struct HelloReply {
  std::uint32_t protocol = 0;
  std::string host_version;
  std::string host_os;
  std::vector<std::string> capabilities;
  Limits limits;
  LibraryState library;
  std::uint64_t free_bytes = 0;
  std::vector<PendingCapture> pending;
};

struct Ping {};
struct Pong {};

// ---------------------------------------------------------------- capture (handled by wire, into a
// CaptureSink)

struct CaptureBegin {
  capture::CaptureId capture;
  std::string url;
  std::uint64_t expected_bytes = 0;
};
struct CaptureBeginReply {
  capture::CaptureId capture;
  capture::BeginOutcome outcome;
};
struct CaptureHave {
  capture::CaptureId capture;
  std::vector<Sha256Digest> digests;
};
struct CaptureHaveReply {
  capture::CaptureId capture;
  std::vector<bool> known;
};
// No reply: acknowledged by CaptureAck events. `bytes` is decoded from base64 and already matches the
// CRC-32C.
struct CaptureChunk {
  capture::CaptureId capture;
  capture::UploadNumber upload = 0;
  std::uint64_t offset = 0;
  Bytes bytes;
};
struct CaptureEndUpload {
  capture::CaptureId capture;
  capture::UploadNumber upload = 0;
  std::uint64_t size = 0;
  std::optional<Sha256Digest> object;
};
struct CaptureEndUploadReply {
  capture::CaptureId capture;
  capture::UploadState upload;
};
struct CaptureParts {
  capture::CaptureId capture;
  std::vector<capture::Part> parts;
};
struct CapturePartsReply {
  capture::CaptureId capture;
  std::uint32_t parts = 0;
};
struct CaptureCommit {
  capture::CaptureId capture;
  capture::Page page;
  std::uint32_t parts = 0;
};
struct CaptureCommitReply {
  capture::CaptureId capture;
  capture::Committed committed;
};
struct CaptureAbort {
  capture::CaptureId capture;
};
struct CaptureAbortReply {
  capture::CaptureId capture;
};

// ---------------------------------------------------------------- the library

struct SnapshotSummary {
  Uuid id;
  UnixMs taken_at = 0;
  capture::Engine engine = capture::Engine::tab;
  std::string state;                  // "complete", or "partial" when parts are missing, or "trashed"
  std::vector<std::string> pictures;  // their kinds; left out of the message when there are none
};
struct LinkItem {
  Uuid id;
  std::string url;
  std::string title;
  std::string note;
  std::vector<std::string> tags;  // in path order
  UnixMs created_at = 0;
  UnixMs updated_at = 0;
  std::optional<UnixMs> trashed_at;
  std::vector<SnapshotSummary> snapshots;  // newest first, at most 10
  std::uint32_t snapshot_count = 0;
  std::optional<LinkJob> job;
  std::optional<Condition> condition;
  std::vector<std::string> shortened;  // fields that are cut here because the item alone would exceed a reply
};
struct TextMatch {  // a highlighted piece: [begin, end) are byte offsets into the snippet
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};
struct SearchHit {
  LinkItem link;
  double score = 0;
  std::string field;  // where the snippet is from: "text", "title", "note", "url", "tag"
  std::string snippet;
  std::vector<TextMatch> matches;
  std::optional<Uuid> snapshot_id;  // whose text matched
};

struct LinkLookup {
  std::string url;
};
struct LinkLookupReply {
  std::string canonical_url;
  std::optional<LinkItem> link;
  std::vector<LinkItem> possible_duplicates;
};
struct LinkList {
  std::uint32_t limit = 50;
  std::string after;  // a cursor from an earlier reply, empty to begin
  bool trashed = false;
};
struct LinkListReply {
  std::vector<LinkItem> items;
  std::optional<std::string> next;
  std::uint64_t total = 0;
};
struct LinkSearch {
  std::string query;
  std::uint32_t limit = 50;
  std::string after;
};
struct LinkSearchReply {
  std::vector<SearchHit> items;
  std::optional<std::string> next;
  std::uint64_t total = 0;
  bool indexing = false;  // the index is being built again: what is not in it yet is not found
};
struct LinkShow {
  Uuid id;
};
struct CheckInfo {
  UnixMs checked_at = 0;
  std::string outcome;
  std::optional<Uuid> snapshot_id;
};
struct LinkShowReply {
  LinkItem link;
  std::vector<SnapshotSummary> snapshots;  // all, newest first (at most 1000)
  std::optional<ScheduleInfo> schedule{};
  std::vector<CheckInfo> checks{};  // newest first, at most 20; left out of the message when there are none
};
struct LinkAdd {  // keeps the link and queues a job for the worker
  std::string url;
  std::optional<std::string> title;
  std::optional<std::string> note;
  std::vector<std::string> tags;
  std::string engine = "auto";
  std::vector<std::string> allowed_hosts;  // HOST[:PORT]; honoured from the command line only
  std::optional<UnixMs> created_at{};      // when it was saved first, if that was elsewhere
};
struct LinkAddReply {
  std::string url;
  Uuid link_id;
  Uuid job_id;
  bool new_link = false;
};
struct LinkEdit {
  Uuid id;
  std::optional<std::string> title;
  std::optional<std::string> note;
};
struct LinkTag {
  std::vector<Uuid> ids;
  std::vector<std::string> add;
  std::vector<std::string> remove;
};
struct LinksReply {  // of link.edit and link.tag: the links as they are now
  std::vector<LinkItem> items;
};

// ids of links or snapshots; to and from the trash
struct ItemRemove {
  std::vector<Uuid> ids;
  bool destroy = false;  // at once and for good, without the trash
};
struct ItemRestore {
  std::vector<Uuid> ids;
};
struct ItemsReply {
  std::vector<Uuid> ids;  // those that changed
};
struct TrashEntry {
  std::string kind;  // "link" with all its snapshots, or "snapshot" of a link that is not in the trash
  Uuid id;
  Uuid link_id;
  std::string url;
  std::string title;
  UnixMs trashed_at = 0;
  std::optional<UnixMs> ends_at;  // none: it stays until somebody empties the trash
  std::uint32_t snapshots = 0;
  std::uint64_t size_stored = 0;
};
struct TrashList {
  std::uint32_t limit = 50;
  std::string after;
};
struct TrashListReply {
  std::vector<TrashEntry> items;
  std::optional<std::string> next;
  std::uint64_t total = 0;
};
struct TrashEmpty {
  std::vector<Uuid> ids;
  bool all = false;  // instead of ids, said aloud: an empty list by mistake must destroy nothing
};
struct TrashEmptyReply {
  std::uint64_t links = 0, snapshots = 0;  // destroyed
  bool wiped = false;                      // nothing of them is on the disk any more
};

struct TagCount {
  std::string path;
  std::uint64_t links = 0;  // this tag and the ones below it, each link once
};
struct TagList {
  std::string prefix;
  std::uint32_t limit = 200;
  std::string after;
};
struct TagListReply {
  std::vector<TagCount> items;
  std::optional<std::string> next;
  std::uint64_t total = 0;
};
struct TagRename {
  std::string from, to;
};  // the tag and all below it; `to` must not exist
struct TagMerge {
  std::string from, to;
};  // `to` exists; children go along
struct TagMove {
  std::string from, to;
};  // below `to` ("" = top level)
struct TagChangeReply {
  std::uint64_t links = 0;
  std::string path;  // the tag's path now
};

struct LibraryStats {};
struct LibraryStatsReply {
  std::uint64_t links = 0, trashed_links = 0, snapshots = 0, parts = 0, tags = 0;
  std::uint64_t objects = 0, object_bytes_raw = 0, object_bytes_stored = 0;
  std::uint64_t part_bytes_raw = 0;  // of all parts, each occurrence counted: what it would be without dedupe
  std::uint64_t texts = 0, text_bytes = 0;
  std::uint64_t database_bytes = 0, staging_bytes = 0;
};
struct LibrarySettings {  // changes what is given
  std::optional<std::uint32_t> trash_days;
};
struct LibrarySettingsReply {
  std::uint32_t trash_days = 0;  // 0: never
};
struct LibraryVerify {
  bool deep = false;
};
struct VerifyFinding {
  std::string kind;     // docs/store-format.md "Verification"
  std::string subject;  // an id or digest
  std::string message;
};
struct LibraryVerifyReply {
  bool ok = false;
  std::uint64_t objects = 0, snapshots = 0, bytes = 0;  // looked at
  std::vector<VerifyFinding> findings;                  // at most 1000
};

// ---------------------------------------------------------------- the envelopes

using RequestBody =
    std::variant<Hello, Ping, CaptureBegin, CaptureHave, CaptureChunk, CaptureEndUpload, CaptureParts,
                 CaptureCommit, CaptureAbort, LinkLookup, LinkList, LinkSearch, LinkShow, LinkAdd, LinkEdit,
                 LinkTag, ItemRemove, ItemRestore, TrashList, TrashEmpty, TagList, TagRename, TagMerge,
                 TagMove, SnapshotShow, SnapshotRead, SnapshotMeasured, SnapshotPictured, SnapshotPicture,
                 JobShow, JobList, JobCancel, JobRetry, JobCancelAll, JobRetryFailed, ScheduleList,
                 ScheduleSet, ScheduleClear, ScheduleRun, LibraryStats, LibrarySettings, LibraryVerify>;

using ResponseBody =
    std::variant<HelloReply, Pong, CaptureBeginReply, CaptureHaveReply, CaptureEndUploadReply,
                 CapturePartsReply, CaptureCommitReply, CaptureAbortReply, LinkLookupReply, LinkListReply,
                 LinkSearchReply, LinkShowReply, LinkAddReply, LinksReply, ItemsReply, TrashListReply,
                 TrashEmptyReply, TagListReply, TagChangeReply, SnapshotShowReply, SnapshotReadReply,
                 SnapshotMeasuredReply, SnapshotPicturedReply, SnapshotPictureReply, JobReply, JobListReply,
                 JobsReply, ScheduleListReply, ScheduleSetReply, ScheduleClearReply, LibraryStatsReply,
                 LibrarySettingsReply, LibraryVerifyReply>;

struct Request {
  std::uint32_t id = 0;
  RequestBody body;
};

struct Response {
  std::optional<std::uint32_t> re;  // none when the request was too broken to tell its id
  std::string type;                 // the request's; empty when not even that is known
  Result<ResponseBody> body;
};

struct CaptureAck {
  capture::CaptureId capture;
  std::vector<capture::UploadState> uploads;
};
struct CaptureFailed {  // a chunk could not be taken; sent once per cause
  capture::CaptureId capture;
  Error error;
  std::vector<capture::UploadState> uploads;  // where to go on, when the error is a gap
};
struct LogLine {
  std::string level;  // "warning", "error"
  std::string message;
};
using Event = std::variant<CaptureAck, CaptureFailed, LogLine>;

// The wire name of a request body ("capture.begin"), and all names in the order of RequestBody. names.cpp
// does not compile when a body has no name.
std::string_view type_name(const RequestBody& body);
const std::vector<std::string_view>& request_types();

// What this build can do; sent in hello.
const std::vector<std::string>& host_capabilities();

}  // namespace keepleaf::protocol
