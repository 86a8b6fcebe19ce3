// hello, ping and capture.*
#include <array>
#include <cmath>

#include "base/hex.h"
#include "protocol/codec_decode.h"

namespace keepleaf::protocol::decoding {
namespace {

constexpr double kMostScale = 100;

Status read_protocol(Value& value, Hello& out) {
  std::vector<std::uint32_t> range;
  const Error wrong{ErrorCode::bad_request, " must be [lowest, highest]"};
  KL_TRY(read_list(value, 2, wrong, [&](Value& element) -> Status {
    KL_ASSIGN(const std::uint64_t version, unsigned_of(element, kAnyNumber));
    range.push_back(static_cast<std::uint32_t>(version));
    return {};
  }));
  if (range.size() != 2 || range[0] > range[1]) return fail(wrong);
  out.protocol_min = range[0];
  out.protocol_max = range[1];
  return {};
}

Status read_client(Value& value, Hello& out) {
  KL_ASSIGN(const std::string_view client, string_of(value));
  if (client != "extension" && client != "page" && client != "cli")
    return fail(ErrorCode::bad_request, " must be extension, page or cli");
  out.client = client;
  return {};
}

Status read_crc(Value& value, std::uint32_t& out) {
  KL_ASSIGN(const std::string_view text, string_of(value));
  std::array<std::uint8_t, 4> bytes{};
  if (!from_hex(text, bytes)) return fail(ErrorCode::bad_request, " must be 8 lower-case hexadecimal digits");
  out = (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) | (std::uint32_t{bytes[2]} << 8) |
        bytes[3];
  return {};
}

Status read_scale(Value& value, double& out) {
  if (value.get_double().get(out) != simdjson::SUCCESS || !std::isfinite(out) || out <= 0 || out > kMostScale)
    return fail(ErrorCode::bad_request, " must be a number above 0 and at most 100");
  return {};
}

using decoding::fields;  // beside those of this file, which would hide it
Fields fields(capture::Page& out);
Fields fields(capture::Part& out);

template <class T>
std::vector<RequestField> inner_fields() {
  T unused;
  return describe(fields(unused));
}

Fields fields(capture::Page& out) {
  return {{"url", Need::required, text(out.url, kUrlText)},
          {"title", Need::optional, text(out.title, kTitleText)},
          {"taken_at", Need::required, time(out.taken_at)},
          {"engine", Need::required, engine(out.engine)},
          {"redirects", Need::optional, texts(out.redirects, kUrlText)},
          {"language", Need::optional, text(out.language, kPlainText)},
          {"viewport", Need::optional,
           [&out](Value& value) { return read_object(value, fields(out.viewport.emplace())); },
           &inner_fields<capture::Viewport>},
          {"tags", Need::optional, tags(out.tags)},
          {"note", Need::optional, text(out.note, kNoteText)}};
}

Fields fields(capture::Part& out) {
  return {{"n", Need::required, number(out.n, kPartNumber)},
          {"parent", Need::optional, number(out.parent, kPartNumber)},
          {"role", Need::required, text(out.role, kPlainName)},
          {"url", Need::optional, text(out.url, kUrlOrNone)},
          {"media_type", Need::optional, text(out.media_type, kPlainText)},
          {"status", Need::required, text(out.status, kPlainName)},
          {"sha256", Need::optional, digest(out.object)}};
}

Status read_part(Value& value, capture::Part& out) {
  KL_TRY(read_object(value, fields(out)));
  if ((out.status == "ok") != out.object.has_value())
    return fail(ErrorCode::bad_request, " must have a sha256 exactly when its status is ok");
  return {};
}

}  // namespace

Fields fields(capture::Viewport& out) {
  return {{"width", Need::required, number(out.width)},
          {"height", Need::required, number(out.height)},
          {"scale", Need::required, [&out](Value& value) { return read_scale(value, out.scale); }}};
}

Status ChunkFields::check() {
  if (chunk.offset + chunk.bytes.size() > kLimits.part)
    return fail(ErrorCode::too_large,
                "the upload is longer than limits.part (" + std::to_string(kLimits.part) + " bytes)");
  if (keepleaf::crc32c(chunk.bytes) != crc32c)
    return fail(ErrorCode::checksum_mismatch,
                "the chunk at offset " + std::to_string(chunk.offset) + " differs from its CRC-32C", {},
                "Send it again.");
  return {};
}

Fields fields(Hello& out) {
  return {{"protocol", Need::required, [&out](Value& value) { return read_protocol(value, out); }},
          {"client", Need::required, [&out](Value& value) { return read_client(value, out); }},
          {"client_version", Need::required, text(out.client_version, kPlainName)},
          {"browser", Need::optional, text(out.browser, kPlainText)},
          {"profile", Need::optional, uuid(out.profile)},
          {"capabilities", Need::required, texts(out.capabilities, kPlainText)}};
}

Fields fields(Ping&) { return {}; }

Fields fields(CaptureBegin& out) {
  return {{"capture", Need::required, uuid(out.capture)},
          {"url", Need::required, text(out.url, kUrlText)},
          {"expected_bytes", Need::optional, size(out.expected_bytes, kCaptureSize)}};
}

Fields fields(CaptureHave& out) {
  return {{"capture", Need::required, uuid(out.capture)}, {"sha256", Need::required, digests(out.digests)}};
}

Fields fields(ChunkFields& out) {
  return {{"capture", Need::required, uuid(out.chunk.capture)},
          {"upload", Need::required, number(out.chunk.upload)},
          {"offset", Need::required, size(out.chunk.offset)},
          {"crc32c", Need::required, [&out](Value& value) { return read_crc(value, out.crc32c); }},
          {"data", Need::required, bytes(out.chunk.bytes, kLimits.chunk, "chunk")}};
}

Fields fields(CaptureEndUpload& out) {
  return {{"capture", Need::required, uuid(out.capture)},
          {"upload", Need::required, number(out.upload)},
          {"size", Need::required, size(out.size, kUploadSize)},
          {"sha256", Need::optional, digest(out.object)}};
}

Fields fields(CaptureParts& out) {
  return {{"capture", Need::required, uuid(out.capture)},
          {"parts", Need::required,
           [&out](Value& value) {
             return read_list(value, kLimits.parts_batch,
                              over_limit("elements", "parts_batch", kLimits.parts_batch),
                              [&](Value& element) { return read_part(element, out.parts.emplace_back()); });
           },
           &inner_fields<capture::Part>}};
}

Fields fields(CaptureCommit& out) {
  return {{"capture", Need::required, uuid(out.capture)},
          {"page", Need::required, [&out](Value& value) { return read_object(value, fields(out.page)); },
           &inner_fields<capture::Page>},
          {"parts", Need::required, number(out.parts, kPartCount)}};
}

Fields fields(CaptureAbort& out) { return {{"capture", Need::required, uuid(out.capture)}}; }

}  // namespace keepleaf::protocol::decoding
