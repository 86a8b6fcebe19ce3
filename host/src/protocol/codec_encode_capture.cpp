// hello, capture.* and the events.
#include "base/base64.h"
#include "protocol/codec_encode.h"

namespace keepleaf::protocol::encoding {
namespace {

const char* name_of(capture::BeginState state) {
  switch (state) {
    case capture::BeginState::fresh:
      return "new";
    case capture::BeginState::resumed:
      return "resumed";
    case capture::BeginState::committed:
      return "committed";
  }
  return "new";
}

// Bit i is the i-th digest's, least significant bit of each byte first.
Bytes bitmap(const std::vector<bool>& known) {
  Bytes bytes((known.size() + 7) / 8);
  for (std::size_t i = 0; i < known.size(); ++i)
    if (known[i]) bytes[i / 8] = static_cast<std::uint8_t>(bytes[i / 8] | (1U << (i % 8)));
  return bytes;
}

}  // namespace

Json json_of(const capture::Committed& committed) {
  return {{"link_id", committed.link_id.str()},   {"snapshot_id", committed.snapshot_id.str()},
          {"new_link", committed.new_link},       {"versions", committed.versions},
          {"size_raw", committed.size_raw},       {"size_stored", committed.size_stored},
          {"objects_new", committed.objects_new}, {"objects_known", committed.objects_known}};
}

Json json_of(const Limits& limits) {
  return {{"frame_in", limits.frame_in},
          {"chunk", limits.chunk},
          {"window", limits.window},
          {"reply", limits.reply},
          {"part", limits.part},
          {"capture", limits.capture},
          {"parts", limits.parts},
          {"parts_batch", limits.parts_batch},
          {"have_batch", limits.have_batch},
          {"url", limits.url},
          {"title", limits.title},
          {"note", limits.note},
          {"tag", limits.tag},
          {"tag_depth", limits.tag_depth},
          {"tags_per_link", limits.tags_per_link},
          {"text", limits.text},
          {"page_items", limits.page_items},
          {"read", limits.read},
          {"picture", limits.picture}};
}

Json json_of(const PendingCapture& capture) {
  return {{"capture", capture.capture.str()},
          {"url", capture.url},
          {"bytes", capture.bytes},
          {"updated_at", format_time(capture.updated_at)}};
}

Json json_of(const HelloReply& reply) {
  Json library = Json::object();
  if (reply.library.id) library["id"] = reply.library.id->str();
  library["path"] = reply.library.path;
  library["format"] = reply.library.format;
  library["links"] = reply.library.links;
  library["read_only"] = reply.library.read_only;
  if (reply.library.error) library["error"] = json_of(*reply.library.error);
  Json pending = Json::array();
  for (const PendingCapture& capture : reply.pending) pending.push_back(json_of(capture));
  return {{"protocol", reply.protocol},
          {"host", {{"version", reply.host_version}, {"os", reply.host_os}}},
          {"capabilities", reply.capabilities},
          {"limits", json_of(reply.limits)},
          {"library", std::move(library)},
          {"free_bytes", reply.free_bytes},
          {"pending", std::move(pending)}};
}

Json json_of(const Pong&) { return Json::object(); }

Json json_of(const capture::UploadState& upload) {
  Json json = {{"upload", upload.upload}, {"received", upload.received}, {"durable", upload.durable}};
  if (upload.object) json["sha256"] = upload.object->hex();
  return json;
}

Json json_of(const std::vector<capture::UploadState>& uploads) {
  Json json = Json::array();
  for (const capture::UploadState& upload : uploads) json.push_back(json_of(upload));
  return json;
}

Json json_of(const CaptureBeginReply& reply) {
  Json json = {{"capture", reply.capture.str()},
               {"state", name_of(reply.outcome.state)},
               {"uploads", json_of(reply.outcome.uploads)}};
  if (reply.outcome.committed)
    json["committed"] = json_of(CaptureCommitReply{reply.capture, *reply.outcome.committed});
  return json;
}

Json json_of(const CaptureHaveReply& reply) {
  return {{"capture", reply.capture.str()}, {"known", base64_encode(bitmap(reply.known))}};
}

Json json_of(const CaptureEndUploadReply& reply) {
  Json json = {{"capture", reply.capture.str()}};
  json.update(json_of(reply.upload));
  return json;
}

Json json_of(const CapturePartsReply& reply) {
  return {{"capture", reply.capture.str()}, {"parts", reply.parts}};
}

Json json_of(const CaptureCommitReply& reply) {
  Json json = {{"capture", reply.capture.str()}};
  json.update(json_of(reply.committed));
  return json;
}

Json json_of(const CaptureAbortReply& reply) { return {{"capture", reply.capture.str()}}; }

Json json_of(const CaptureAck& event) {
  return {{"capture", event.capture.str()}, {"uploads", json_of(event.uploads)}};
}

Json json_of(const CaptureFailed& event) {
  return {
      {"capture", event.capture.str()}, {"error", json_of(event.error)}, {"uploads", json_of(event.uploads)}};
}

Json json_of(const LogLine& event) { return {{"level", event.level}, {"message", event.message}}; }

}  // namespace keepleaf::protocol::encoding
