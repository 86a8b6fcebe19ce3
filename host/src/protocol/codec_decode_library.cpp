// link.*, item.*, tag.*, snapshot.*, job.*, library.*
#include <cmath>

#include "protocol/codec_decode.h"

namespace keepleaf::protocol::decoding {
namespace {

Status read_engine_choice(Value& value, std::string& out) {
  KL_ASSIGN(const std::string_view engine, string_of(value));
  if (engine != "auto" && engine != "fetch" && engine != "browser")
    return fail(ErrorCode::bad_request, " must be auto, fetch or browser");
  out = engine;
  return {};
}

Field limit(std::uint32_t& out) { return {"limit", Need::optional, number(out, kPageItems)}; }
Field after(std::string& out) { return {"after", Need::optional, text(out, kPlainText)}; }
Field id(Uuid& out) { return {"id", Need::required, uuid(out)}; }

template <class Message>
Fields from_to(Message& out) {
  return {{"from", Need::required, tag(out.from)}, {"to", Need::required, tag(out.to)}};
}

constexpr std::size_t kMostRegions = 200;
constexpr TextRule kKindText{32, nullptr, 1};
constexpr NumberRule kPictureSide{1, 65'535, nullptr};
constexpr NumberRule kTrashDays{0, 36'500, nullptr};

Status read_score(Value& value, double& out) {
  if (value.get_double().get(out) != simdjson::SUCCESS || !std::isfinite(out) || out < 0 || out > 1)
    return fail(ErrorCode::bad_request, " must be a number from 0 to 1");
  return {};
}

using decoding::fields;  // beside those of this file, which would hide it
Fields fields(FidelityRect& out);
Fields fields(FidelityRegion& out);
Fields fields(Fidelity& out);

template <class T>
std::vector<RequestField> inner_fields() {
  T unused;
  return describe(fields(unused));
}

Fields fields(FidelityRect& out) {
  return {{"x", Need::required, offset(out.x)},
          {"y", Need::required, offset(out.y)},
          {"width", Need::required, number(out.width, kPixels)},
          {"height", Need::required, number(out.height, kPixels)}};
}

Fields fields(FidelityRegion& out) {
  return {{"part", Need::required, number(out.part, kPartNumber)},
          {"kind", Need::required, text(out.kind, kKindText)},
          {"rect", Need::required, [&out](Value& value) { return read_object(value, fields(out.rect)); },
           &inner_fields<FidelityRect>}};
}

Fields fields(Fidelity& out) {
  static const Error too_many{ErrorCode::bad_request,
                              " must not have more than " + std::to_string(kMostRegions) + " elements"};
  return {
      {"score", Need::required, [&out](Value& value) { return read_score(value, out.score); }},
      {"method", Need::required, text(out.method, kKindText)},
      {"viewport", Need::required, [&out](Value& value) { return read_object(value, fields(out.viewport)); },
       &inner_fields<capture::Viewport>},
      {"regions", Need::required,
       [&out](Value& value) {
         return read_list(value, kMostRegions, too_many, [&](Value& element) {
           return read_object(element, fields(out.regions.emplace_back()));
         });
       },
       &inner_fields<FidelityRegion>}};
}

}  // namespace

Fields fields(LinkLookup& out) { return {{"url", Need::required, text(out.url, kUrlText)}}; }

Fields fields(LinkList& out) {
  return {limit(out.limit), after(out.after), {"trashed", Need::optional, flag(out.trashed)}};
}

Fields fields(LinkSearch& out) {
  return {{"query", Need::required, text(out.query, kPlainText)}, limit(out.limit), after(out.after)};
}

Fields fields(LinkShow& out) { return {id(out.id)}; }

Fields fields(LinkAdd& out) {
  return {{"url", Need::required, text(out.url, kUrlText)},
          {"title", Need::optional, text(out.title, kTitleText)},
          {"note", Need::optional, text(out.note, kNoteText)},
          {"tags", Need::optional, tags(out.tags)},
          {"engine", Need::optional, [&out](Value& value) { return read_engine_choice(value, out.engine); }},
          {"allowed_hosts", Need::optional, texts(out.allowed_hosts, kPlainName)},
          {"created_at", Need::optional, time(out.created_at)}};
}

Fields fields(LinkEdit& out) {
  return {id(out.id),
          {"title", Need::optional, text(out.title, kTitleText)},
          {"note", Need::optional, text(out.note, kNoteText)}};
}

Fields fields(LinkTag& out) {
  return {{"ids", Need::required, uuids(out.ids)},
          {"add", Need::optional, tags(out.add)},
          {"remove", Need::optional, tags(out.remove)}};
}

Fields fields(ItemRemove& out) {
  return {{"ids", Need::required, uuids(out.ids)}, {"destroy", Need::optional, flag(out.destroy)}};
}
Fields fields(ItemRestore& out) { return {{"ids", Need::required, uuids(out.ids)}}; }

Fields fields(TrashList& out) { return {limit(out.limit), after(out.after)}; }
Fields fields(TrashEmpty& out) {
  return {{"ids", Need::optional, uuids(out.ids)}, {"all", Need::optional, flag(out.all)}};
}

Fields fields(TagList& out) {
  return {{"prefix", Need::optional, text(out.prefix, kTagText)}, limit(out.limit), after(out.after)};
}

Fields fields(TagRename& out) { return from_to(out); }
Fields fields(TagMerge& out) { return from_to(out); }
Fields fields(TagMove& out) { return from_to(out); }

Fields fields(SnapshotShow& out) { return {id(out.id), {"after", Need::optional, number(out.after)}}; }
Fields fields(SnapshotRead& out) { return {id(out.id), {"offset", Need::required, size(out.offset)}}; }
Fields fields(SnapshotMeasured& out) {
  return {
      id(out.id),
      {"fidelity", Need::required, [&out](Value& value) { return read_object(value, fields(out.fidelity)); },
       &inner_fields<Fidelity>}};
}
Fields fields(SnapshotPictured& out) {
  PictureInfo& picture = out.picture;
  return {id(out.id),
          {"kind", Need::required, text(picture.kind, kKindText)},
          {"media_type", Need::required, text(picture.media_type, kPlainName)},
          {"width", Need::required, number(picture.width, kPictureSide)},
          {"height", Need::required, number(picture.height, kPictureSide)},
          {"partial", Need::optional, flag(picture.partial)},
          {"taken_at", Need::required, time(picture.taken_at)},
          {"data", Need::required, bytes(out.bytes, kLimits.picture, "picture")}};
}
Fields fields(SnapshotPicture& out) {
  return {id(out.id),
          {"kind", Need::required, text(out.kind, kKindText)},
          {"offset", Need::required, size(out.offset)}};
}

Fields fields(JobShow& out) { return {id(out.id)}; }
Fields fields(JobList& out) {
  return {limit(out.limit), after(out.after), {"state", Need::optional, text(out.state, kKindText)}};
}
Fields fields(JobCancel& out) { return {id(out.id)}; }
Fields fields(JobRetry& out) { return {id(out.id)}; }
Fields fields(JobCancelAll&) { return {}; }
Fields fields(JobRetryFailed&) { return {}; }

Fields fields(ScheduleList& out) { return {limit(out.limit), after(out.after)}; }
Fields fields(ScheduleSet& out) {
  return {{"link_id", Need::optional, uuid(out.link_id)},
          {"tag", Need::optional, tag(out.tag)},
          {"every", Need::required, text(out.every, kKindText)}};
}
Fields fields(ScheduleClear& out) {
  return {{"link_id", Need::optional, uuid(out.link_id)}, {"tag", Need::optional, tag(out.tag)}};
}
Fields fields(ScheduleRun& out) { return {{"all", Need::optional, flag(out.all)}}; }

Fields fields(LibraryStats&) { return {}; }
Fields fields(LibrarySettings& out) {
  return {{"trash_days", Need::optional, number(out.trash_days, kTrashDays)}};
}
Fields fields(LibraryVerify& out) { return {{"deep", Need::optional, flag(out.deep)}}; }

}  // namespace keepleaf::protocol::decoding
