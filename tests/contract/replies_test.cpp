// The vectors of replies and events: the struct, encoded, is the document. The TypeScript tests read the same
// documents.
#include <functional>
#include <map>
#include <set>

#include "contract.h"
#include "support/catch.h"

namespace keepleaf::test {
namespace {

using namespace protocol;

Uuid id(const char* text) { return Uuid::parse(text).value(); }
const Uuid kCapture = id("019aa9f0-5c00-7000-8000-000000000001");
const Uuid kOther = id("019aa9f0-5c00-7000-8000-000000000002");
const Uuid kLink = id("3f1c2a4e-9b7d-8c55-a1b2-0123456789ab");
const Uuid kJob = id("019aa9f0-5c00-7000-8000-0000000000a1");
const Sha256Digest kAbc = sha256(as_bytes("abc"));
const UnixMs kTime = parse_time("2026-11-22T05:55:01.250Z").value();
const UnixMs kLater = parse_time("2026-11-22T06:00:00Z").value();

capture::UploadState upload(std::uint32_t number, std::uint64_t received, std::uint64_t durable,
                            bool complete = false) {
  return {number, received, durable, complete ? std::optional(kAbc) : std::nullopt};
}
capture::Committed committed() { return {kLink, kCapture, true, 2, 1048576, 4096, 3, 9}; }

LinkItem item() {
  LinkItem item;
  item.id = kLink;
  item.url = "https://example.org/文档?q=1";
  item.title = "文档 \"quoted\"";
  item.note = "a\nb";
  item.tags = {"work/db", "日本語"};
  item.created_at = kTime;
  item.updated_at = kLater;
  item.snapshots = {{kCapture, kTime, capture::Engine::tab, "partial", {}}};
  item.snapshot_count = 1;
  item.job = LinkJob{kJob, "failed", 4, 125, Error{ErrorCode::http_status, "the server answered 404"}};
  item.condition =
      Condition{"moved", {{"redirect", "https://example.org/new"}}, "https://example.org/new", kTime, kLater};
  return item;
}
LinkItem cut_item() {
  LinkItem item;
  item.id = kLink;
  item.url = "https://example.org/";
  item.note = "cut";
  item.created_at = item.updated_at = kTime;
  item.trashed_at = kLater;
  item.shortened = {"note"};
  return item;
}
JobInfo failed_job() {
  return {kJob,
          "snapshot",
          "failed",
          kLink,
          "https://example.org/",
          3,
          125,
          std::nullopt,
          Error{ErrorCode::http_status, "the server answered 503"},
          kTime,
          kLater,
          std::nullopt,
          ""};
}
JobInfo queued_job() {
  JobInfo job = failed_job();
  job.state = "queued";
  job.not_before = kLater;
  return job;
}
ScheduleInfo of_link() { return {kLink, "https://example.org/", "文档", "", "daily", 1, kLater}; }
ScheduleInfo of_tag() { return {std::nullopt, "", "", "work/db", "6h", 12, std::nullopt}; }
JobInfo done_job() {
  return {kJob,     "snapshot",   "done", kLink,  "https://example.org/", 1, 1000,
          kCapture, std::nullopt, kTime,  kLater, std::nullopt,           ""};
}
JobInfo check_job() {
  JobInfo job = done_job();
  job.kind = "check";
  job.snapshot_id.reset();
  job.outcome = "unchanged";
  return job;
}
HelloReply hello() {
  HelloReply reply;
  reply.protocol = 1;
  reply.host_version = "0.1.0";
  reply.host_os = "linux";
  reply.capabilities = host_capabilities();
  reply.library.id = id("019aa9f0-5c00-7000-8000-00000000001b");
  reply.library.path = "/home/me/Keepleaf";
  reply.library.format = 1;
  reply.library.links = 10000;
  reply.free_bytes = 123456789;
  reply.pending = {{kCapture, "https://example.org/", 393216, kTime}};
  return reply;
}
HelloReply unopened() {
  HelloReply reply = hello();
  reply.library = {};
  reply.library.path = "/home/me/Keepleaf";
  reply.library.error = Error{ErrorCode::newer_format, "the library has format 9", "Nothing was changed.",
                              "Update Keepleaf's program."};
  reply.pending.clear();
  return reply;
}
SnapshotShowReply snapshot() {
  SnapshotShowReply reply;
  reply.id = kCapture;
  reply.link_id = kLink;
  reply.url = "https://example.org/";
  reply.title = "文档";
  reply.taken_at = kTime;
  reply.engine = capture::Engine::browser;
  reply.redirects = {"https://example.org/en"};
  reply.resources = {{0, "document", "https://example.org/", kAbc, 3, "text/html", "ok"}};
  reply.missing = {{1, "image", "https://example.org/a.png", std::nullopt, 0, "", "no_permission"}};
  reply.next = 2;
  reply.text_length = 12;
  reply.size_raw = reply.size_stored = 3;
  reply.trashed_at = kLater;
  reply.pictures = {{"page", "image/webp", 1280, 16000, true, kLater, 900000},
                    {"thumbnail", "image/jpeg", 640, 400, false, kTime, 30000}};
  reply.fidelity = Fidelity{0.875, "boxes", {1280, 800, 1.5}, {{1, "image", {-8, 16, 320, 240}}}};
  return reply;
}
SnapshotShowReply last_parts() {
  SnapshotShowReply reply;
  reply.id = kCapture;
  reply.link_id = kLink;
  reply.url = "https://example.org/";
  reply.taken_at = kTime;
  reply.engine = capture::Engine::import;
  return reply;
}
LibraryStatsReply stats() { return {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}; }

std::map<std::string, Result<ResponseBody>> replies() {
  std::map<std::string, Result<ResponseBody>> all;
  const auto add = [&](const char* name, ResponseBody body) { all.emplace(name, std::move(body)); };
  add("hello", hello());
  add("hello-unopened", unopened());
  add("ping", Pong{});
  add("capture-begin-new", CaptureBeginReply{kCapture, {}});
  add("capture-begin-resumed",
      CaptureBeginReply{
          kCapture,
          {capture::BeginState::resumed, {upload(0, 3, 3, true), upload(1, 393216, 0)}, std::nullopt}});
  add("capture-begin-committed",
      CaptureBeginReply{kCapture, {capture::BeginState::committed, {}, committed()}});
  add("capture-have",
      CaptureHaveReply{kCapture, {true, false, false, true, false, false, false, false, true, true}});
  add("capture-end-upload", CaptureEndUploadReply{kCapture, upload(1, 3, 3, true)});
  add("capture-parts", CapturePartsReply{kCapture, 3});
  add("capture-commit", CaptureCommitReply{kCapture, committed()});
  add("capture-abort", CaptureAbortReply{kCapture});
  add("link-lookup", LinkLookupReply{"https://example.org/", item(), {cut_item()}});
  add("link-lookup-none", LinkLookupReply{"https://example.org/", std::nullopt, {}});
  add("link-list", LinkListReply{{item(), cut_item()}, "cursor", 3});
  add("link-list-end", LinkListReply{});
  add("link-search", LinkSearchReply{{{item(), 1.5, "text", "… 文档 …", {{4, 10}}, kCapture},
                                      {cut_item(), 0, "title", "", {}, std::nullopt}},
                                     std::nullopt,
                                     2});
  add("link-search-indexing", LinkSearchReply{{}, std::nullopt, 0, true});
  add("link-show", LinkShowReply{item(),
                                 {{kCapture, kTime, capture::Engine::tab, "complete", {"page", "thumbnail"}},
                                  {kOther, kLater, capture::Engine::fetch, "trashed", {}}},
                                 of_link(),
                                 {{kLater, "kept", kCapture}, {kTime, "failed", std::nullopt}}});
  add("link-add", LinkAddReply{"https://example.org/", kLink, kJob, true});
  add("link-edit", LinksReply{{item()}});
  add("link-tag", LinksReply{{item(), cut_item()}});
  add("item-remove", ItemsReply{{kLink, kCapture}});
  add("item-restore", ItemsReply{});
  add("trash-list",
      TrashListReply{{{"link", kLink, kLink, "https://example.org/", "文档", kLater,
                       kLater + 30LL * 24 * 3600 * 1000, 2, 4096},
                      {"snapshot", kCapture, kLink, "https://example.org/", "", kLater, std::nullopt, 1, 3}},
                     "1.2",
                     12});
  add("trash-empty", TrashEmptyReply{2, 5, false});
  add("library-settings", LibrarySettingsReply{7});
  add("tag-list", TagListReply{{{"work", 12}, {"work/db", 2}}, "work/db", 40});
  add("tag-rename", TagChangeReply{12, "job"});
  add("tag-merge", TagChangeReply{14, "db"});
  add("tag-move", TagChangeReply{2, "job/db"});
  add("snapshot-show", snapshot());
  add("snapshot-show-end", last_parts());
  add("snapshot-measured", SnapshotMeasuredReply{kCapture});
  add("snapshot-pictured", SnapshotPicturedReply{kCapture});
  add("snapshot-picture", SnapshotPictureReply{kCapture, "thumbnail", 4, 7, "image/webp", {'a', 'b', 'c'}});
  add("snapshot-read", SnapshotReadReply{kCapture, 4, 7, "text/html; charset=utf-8", {'a', 'b', 'c'}});
  add("job-show", JobReply{failed_job()});
  add("job-list", JobListReply{{check_job(), queued_job(), done_job()}, std::nullopt, 3, {1, 0, 2, 5, 7}});
  add("job-retry", JobReply{queued_job()});
  add("job-cancel-all", JobsReply{10000});
  add("job-retry-failed", JobsReply{3});
  add("schedule-list", ScheduleListReply{{of_link(), of_tag()}, "0.2", 3});
  add("schedule-set", ScheduleSetReply{of_tag()});
  add("schedule-clear", ScheduleClearReply{true});
  add("schedule-run", JobsReply{2});
  add("job-cancel", JobReply{done_job()});
  add("library-stats", stats());
  add("library-verify",
      LibraryVerifyReply{
          false, 10, 2, 4096, {{"object_damaged", kAbc.hex(), "its bytes have another digest"}}});
  all.emplace("error", fail(ErrorCode::incomplete, "two objects have not arrived",
                            "Everything else is staged.", "Send capture.begin again."));
  all.emplace("error-unread", fail(ErrorCode::bad_json, "the frame is not valid JSON"));
  return all;
}

std::map<std::string, Event> events() {
  return {{"event-ack", CaptureAck{kCapture, {upload(0, 1048576, 786432), upload(2, 10, 0)}}},
          {"event-failed",
           CaptureFailed{
               kCapture, Error{ErrorCode::gap, "the chunk begins at 8, expected 4"}, {upload(0, 4, 0)}}},
          {"event-log", LogLine{"warning", "the disk is nearly full"}}};
}

}  // namespace

TEST_CASE("every reply and event, encoded, is the document of its vector") {
  const auto reply_structs = replies();
  const auto event_structs = events();
  std::set<std::string> names;
  for (const Vector& vector : vectors("reply")) {
    INFO(vector.name << ": " << vector.json.at("why"));
    names.insert(vector.name);
    if (vector.json.contains("event")) {
      REQUIRE(event_structs.contains(vector.name));
      CHECK(Json::parse(encode(event_structs.at(vector.name))) == vector.json.at("event"));
      continue;
    }
    REQUIRE(reply_structs.contains(vector.name));
    const Json& json = vector.json.at("response");
    Response response{std::nullopt, json.value("type", ""), reply_structs.at(vector.name)};
    if (json.contains("re")) response.re = json.at("re").get<std::uint32_t>();
    CHECK(Json::parse(encode(response)) == json);
    if (response.body)
      CHECK(Json::parse(encode_body(*response.body)) == json.at("body"));
    else
      CHECK(Json::parse(encode_error(response.body.error())) == Json{{"error", json.at("error")}});
  }
  for (const auto& [name, unused] : reply_structs) CHECK(names.contains(name));
  for (const auto& [name, unused] : event_structs) CHECK(names.contains(name));
}

TEST_CASE("a reply over the limit becomes an error that names the limit, and no frame is longer") {
  SnapshotReadReply read;
  read.bytes.resize(kLimits.read);
  CHECK(encode(Response{1, "snapshot.read", read}).size() <= kLimits.reply);

  LinkListReply list;
  list.items.resize(1);
  const std::size_t without = encode(Response{1, "link.list", list}).size();
  list.items[0].note = std::string(kLimits.reply - without, 'n');
  CHECK(encode(Response{1, "link.list", list}).size() == kLimits.reply);
  list.items[0].note += 'n';
  const std::string text = encode(Response{1, "link.list", list});
  CHECK(text.size() < 1000);
  CHECK(Json::parse(text).at("error").at("code") == "too_large");
  CHECK(text.find("limits.reply") != std::string::npos);
  list.items[0].note += std::string(1000, 'n');
  CHECK(encode_body(list).size() > kLimits.reply);  // the command line has no such limit
}

TEST_CASE("text that is not UTF-8 is mended in what is sent, whoever wrote it") {
  LinkListReply list;
  list.items.resize(1);
  list.items[0].title = "caf\xE9";
  const Json json = Json::parse(encode(Response{1, "link.list", list}));
  CHECK(json.at("body").at("items")[0].at("title") == "caf\xEF\xBF\xBD");
}

}  // namespace keepleaf::test
