// Reading fields with simdjson On-Demand. Private to the module.
//
// A message is told as data: a list of fields, each with a reader that writes into the struct
// (codec_decode_*.cpp). The frame was walked once before (codec_walk.cpp): what arrives here is well-formed
// JSON without duplicate keys.
#pragma once

#include <simdjson.h>

#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/codec.h"

namespace keepleaf::protocol::decoding {

using Value = simdjson::ondemand::value;
using Read = std::function<Status(Value&)>;
// The fields of an object that is the value of a field, for request_fields().
using Inner = std::vector<RequestField> (*)();

enum class Need : unsigned char { required, optional };

struct Field {
  std::string_view name;
  Need need = Need::required;
  Read read;
  Inner inner = nullptr;
};
using Fields = std::vector<Field>;

// Reads an object field by field, in whatever order they come; unknown fields are ignored and null counts as
// absent. Goes on after an error, so that what names the request is read all the same; answers the first.
// Messages begin with the field's path: "page.url must be text".
Status read_object(Value& value, const Fields& fields);
// Reads a list; `element` is called for each. Errors: `too_many` when there are more than `most`.
Status read_list(Value& value, std::size_t most, const Error& too_many, const Read& element);

std::vector<RequestField> describe(const Fields& fields);

// The whole of an unescaped string value. Valid until the next frame.
Result<std::string_view> string_of(Value& value);

// "too_large: … more than limits.<name>"; the message begins with a space, see read_object.
Error over_limit(std::string_view what, std::string_view limit, std::uint64_t value);

// ---- rules, as constants, so that a reader holds two pointers and needs no allocation

struct TextRule {
  std::uint64_t most = 0;       // bytes
  const char* limit = nullptr;  // its name in limits, or none: then longer is bad_request
  std::uint64_t least = 0;
};
inline constexpr std::uint64_t kMostPlainText = 4096;  // bytes of a text that has no limit of its own
inline constexpr std::size_t kMostElements = 1000;     // of a list that has no limit of its own
inline constexpr TextRule kPlainText{kMostPlainText, nullptr, 0};
inline constexpr TextRule kPlainName{kMostPlainText, nullptr, 1};
inline constexpr TextRule kUrlText{kLimits.url, "url", 1};
inline constexpr TextRule kUrlOrNone{kLimits.url, "url", 0};
inline constexpr TextRule kTitleText{kLimits.title, "title", 0};
inline constexpr TextRule kNoteText{kLimits.note, "note", 0};
inline constexpr TextRule kTagText{kLimits.tag, "tag", 0};

struct NumberRule {
  std::uint64_t least = 0;
  std::uint64_t most = 0;
  const char* limit = nullptr;  // when the maximum is a limit: more is too_large
};
inline constexpr std::uint64_t kMostSize = (1ULL << 53) - 1;  // what JavaScript can hold exactly
inline constexpr NumberRule kAnySize{0, kMostSize, nullptr};
inline constexpr NumberRule kAnyNumber{0, UINT32_MAX, nullptr};
inline constexpr NumberRule kUploadSize{0, kLimits.part, "part"};
inline constexpr NumberRule kCaptureSize{0, kLimits.capture, "capture"};
inline constexpr NumberRule kPartNumber{0, kLimits.parts - 1, "parts"};
inline constexpr NumberRule kPartCount{1, kLimits.parts, "parts"};
inline constexpr NumberRule kPixels{0, INT32_MAX, nullptr};
inline constexpr NumberRule kPageItems{1, kLimits.page_items, "page_items"};

// ---- readers

Read text(std::string& out, const TextRule& rule);
Read text(std::optional<std::string>& out, const TextRule& rule);
Read texts(std::vector<std::string>& out, const TextRule& rule);
Read tag(std::string& out);
Read tags(std::vector<std::string>& out);
Read number(std::uint32_t& out, const NumberRule& rule = kAnyNumber);
Read number(std::optional<std::uint32_t>& out, const NumberRule& rule = kAnyNumber);
Read size(std::uint64_t& out, const NumberRule& rule = kAnySize);
// A whole number that may be negative.
Read offset(std::int32_t& out);
Read flag(bool& out);
Read time(UnixMs& out);
Read time(std::optional<UnixMs>& out);
Read uuid(Uuid& out);
Read uuid(std::optional<Uuid>& out);
Read uuids(std::vector<Uuid>& out);
Read digest(std::optional<Sha256Digest>& out);
Read digests(std::vector<Sha256Digest>& out);
Read engine(capture::Engine& out);

// Base64, straight from the frame into bytes. More than `most` is too_large and names the limit.
Read bytes(Bytes& out, std::uint64_t most, const char* limit);

Result<std::uint64_t> unsigned_of(Value& value, const NumberRule& rule);

// ---- the messages

// capture.chunk needs its checksum beside the struct.
struct ChunkFields {
  CaptureChunk chunk;
  std::uint32_t crc32c = 0;
  Status check();  // once all fields are read, in whatever order
};

Fields fields(Hello& out);
Fields fields(Ping& out);
Fields fields(CaptureBegin& out);
Fields fields(CaptureHave& out);
Fields fields(ChunkFields& out);
Fields fields(CaptureEndUpload& out);
Fields fields(CaptureParts& out);
Fields fields(CaptureCommit& out);
Fields fields(CaptureAbort& out);
Fields fields(LinkLookup& out);
Fields fields(LinkList& out);
Fields fields(LinkSearch& out);
Fields fields(LinkShow& out);
Fields fields(LinkAdd& out);
Fields fields(LinkEdit& out);
Fields fields(LinkTag& out);
Fields fields(ItemRemove& out);
Fields fields(ItemRestore& out);
Fields fields(TrashList& out);
Fields fields(TrashEmpty& out);
Fields fields(TagList& out);
Fields fields(TagRename& out);
Fields fields(TagMerge& out);
Fields fields(TagMove& out);
Fields fields(SnapshotShow& out);
Fields fields(SnapshotRead& out);
Fields fields(SnapshotMeasured& out);
Fields fields(SnapshotPictured& out);
Fields fields(SnapshotPicture& out);
Fields fields(capture::Viewport& out);
Fields fields(JobShow& out);
Fields fields(JobList& out);
Fields fields(JobCancel& out);
Fields fields(JobRetry& out);
Fields fields(JobCancelAll& out);
Fields fields(JobRetryFailed& out);
Fields fields(ScheduleList& out);
Fields fields(ScheduleSet& out);
Fields fields(ScheduleClear& out);
Fields fields(ScheduleRun& out);
Fields fields(LibraryStats& out);
Fields fields(LibrarySettings& out);
Fields fields(LibraryVerify& out);

// ---- the first walk over a frame (codec_walk.cpp)

// What the envelope says, as far as it could be read, and the first thing that is wrong with the frame.
struct Envelope {
  std::optional<std::uint32_t> id;
  std::string type;
  std::optional<std::uint64_t> version;
  bool has_body = false;
  std::optional<Error> error;
};
Envelope walk(simdjson::ondemand::document& document);

}  // namespace keepleaf::protocol::decoding
