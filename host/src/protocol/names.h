// The wire names. A request or event without one does not compile.
#pragma once

#include <array>
#include <string_view>
#include <utility>
#include <variant>

#include "protocol/messages.h"

namespace keepleaf::protocol {

template <class Message>
inline constexpr std::string_view kName = Message::a_message_needs_a_name_in_names_h;

template <>
inline constexpr std::string_view kName<Hello> = "hello";
template <>
inline constexpr std::string_view kName<Ping> = "ping";
template <>
inline constexpr std::string_view kName<CaptureBegin> = "capture.begin";
template <>
inline constexpr std::string_view kName<CaptureHave> = "capture.have";
template <>
inline constexpr std::string_view kName<CaptureChunk> = "capture.chunk";
template <>
inline constexpr std::string_view kName<CaptureEndUpload> = "capture.end_upload";
template <>
inline constexpr std::string_view kName<CaptureParts> = "capture.parts";
template <>
inline constexpr std::string_view kName<CaptureCommit> = "capture.commit";
template <>
inline constexpr std::string_view kName<CaptureAbort> = "capture.abort";
template <>
inline constexpr std::string_view kName<LinkLookup> = "link.lookup";
template <>
inline constexpr std::string_view kName<LinkList> = "link.list";
template <>
inline constexpr std::string_view kName<LinkSearch> = "link.search";
template <>
inline constexpr std::string_view kName<LinkShow> = "link.show";
template <>
inline constexpr std::string_view kName<LinkAdd> = "link.add";
template <>
inline constexpr std::string_view kName<LinkEdit> = "link.edit";
template <>
inline constexpr std::string_view kName<LinkTag> = "link.tag";
template <>
inline constexpr std::string_view kName<ItemRemove> = "item.remove";
template <>
inline constexpr std::string_view kName<ItemRestore> = "item.restore";
template <>
inline constexpr std::string_view kName<TrashList> = "trash.list";
template <>
inline constexpr std::string_view kName<TrashEmpty> = "trash.empty";
template <>
inline constexpr std::string_view kName<TagList> = "tag.list";
template <>
inline constexpr std::string_view kName<TagRename> = "tag.rename";
template <>
inline constexpr std::string_view kName<TagMerge> = "tag.merge";
template <>
inline constexpr std::string_view kName<TagMove> = "tag.move";
template <>
inline constexpr std::string_view kName<SnapshotShow> = "snapshot.show";
template <>
inline constexpr std::string_view kName<SnapshotRead> = "snapshot.read";
template <>
inline constexpr std::string_view kName<SnapshotMeasured> = "snapshot.measured";
template <>
inline constexpr std::string_view kName<SnapshotPictured> = "snapshot.pictured";
template <>
inline constexpr std::string_view kName<SnapshotPicture> = "snapshot.picture";
template <>
inline constexpr std::string_view kName<JobShow> = "job.show";
template <>
inline constexpr std::string_view kName<JobList> = "job.list";
template <>
inline constexpr std::string_view kName<JobCancel> = "job.cancel";
template <>
inline constexpr std::string_view kName<JobRetry> = "job.retry";
template <>
inline constexpr std::string_view kName<JobCancelAll> = "job.cancel_all";
template <>
inline constexpr std::string_view kName<JobRetryFailed> = "job.retry_failed";
template <>
inline constexpr std::string_view kName<ScheduleList> = "schedule.list";
template <>
inline constexpr std::string_view kName<ScheduleSet> = "schedule.set";
template <>
inline constexpr std::string_view kName<ScheduleClear> = "schedule.clear";
template <>
inline constexpr std::string_view kName<ScheduleRun> = "schedule.run";
template <>
inline constexpr std::string_view kName<LibraryStats> = "library.stats";
template <>
inline constexpr std::string_view kName<LibrarySettings> = "library.settings";
template <>
inline constexpr std::string_view kName<LibraryVerify> = "library.verify";

template <>
inline constexpr std::string_view kName<CaptureAck> = "capture.ack";
template <>
inline constexpr std::string_view kName<CaptureFailed> = "capture.failed";
template <>
inline constexpr std::string_view kName<LogLine> = "log";

template <class Variant>
struct NamesOf;
template <class... Messages>
struct NamesOf<std::variant<Messages...>> {
  static constexpr std::array<std::string_view, sizeof...(Messages)> kAll = {kName<Messages>...};
};
inline constexpr auto kRequestNames = NamesOf<RequestBody>::kAll;
inline constexpr auto kEventNames = NamesOf<Event>::kAll;

constexpr bool all_different(const auto& names) {
  for (std::size_t i = 0; i < names.size(); ++i)
    for (std::size_t j = i + 1; j < names.size(); ++j)
      if (names[i] == names[j]) return false;
  return true;
}
static_assert(kRequestNames.size() == std::variant_size_v<RequestBody> && all_different(kRequestNames));
static_assert(kEventNames.size() == std::variant_size_v<Event> && all_different(kEventNames));

}  // namespace keepleaf::protocol
