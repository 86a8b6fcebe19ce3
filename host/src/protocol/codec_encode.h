// Outbound messages as JSON values. Private to the module; one overload per reply, in the files
// codec_encode_*.cpp. Keys keep the order of docs/protocol.md, because people read `--json` too.
#pragma once

#include <nlohmann/json.hpp>

#include "protocol/messages.h"

namespace keepleaf::protocol::encoding {

using Json = nlohmann::ordered_json;

// Names, ids and messages may come from files that others wrote: bytes that are not UTF-8 become U+FFFD,
// never a throw.
std::string dump(const Json& json);

Json json_of(const Error& error);
Json json_of(const capture::UploadState& upload);
Json json_of(const std::vector<capture::UploadState>& uploads);
Json json_of(const LinkItem& item);
Json json_of(const std::vector<LinkItem>& items);
Json json_of(const SnapshotSummary& snapshot);
Json json_of(const PictureInfo& picture);
Json json_of(const JobInfo& job);
Json json_of(const ScheduleInfo& schedule);
Json json_of(const CheckInfo& check);
Json json_of(const LinkJob& job);
Json json_of(const Condition& condition);
Json json_of(const TagCount& tag);
Json json_of(const SearchHit& hit);
Json json_of(const ResourceInfo& part);
Json json_of(const Fidelity& fidelity);
Json json_of(const capture::Committed& committed);
Json json_of(const VerifyFinding& finding);
Json json_of(const PendingCapture& capture);
Json json_of(const Limits& limits);

Json json_of(const HelloReply& reply);
Json json_of(const Pong& reply);
Json json_of(const CaptureBeginReply& reply);
Json json_of(const CaptureHaveReply& reply);
Json json_of(const CaptureEndUploadReply& reply);
Json json_of(const CapturePartsReply& reply);
Json json_of(const CaptureCommitReply& reply);
Json json_of(const CaptureAbortReply& reply);
Json json_of(const LinkLookupReply& reply);
Json json_of(const LinkListReply& reply);
Json json_of(const LinkSearchReply& reply);
Json json_of(const LinkShowReply& reply);
Json json_of(const LinkAddReply& reply);
Json json_of(const LinksReply& reply);
Json json_of(const ItemsReply& reply);
Json json_of(const TrashEntry& entry);
Json json_of(const TrashListReply& reply);
Json json_of(const TrashEmptyReply& reply);
Json json_of(const TagListReply& reply);
Json json_of(const TagChangeReply& reply);
Json json_of(const SnapshotShowReply& reply);
Json json_of(const SnapshotReadReply& reply);
Json json_of(const SnapshotMeasuredReply& reply);
Json json_of(const SnapshotPicturedReply& reply);
Json json_of(const SnapshotPictureReply& reply);
Json json_of(const JobReply& reply);
Json json_of(const JobListReply& reply);
Json json_of(const JobsReply& reply);
Json json_of(const ScheduleListReply& reply);
Json json_of(const ScheduleSetReply& reply);
Json json_of(const ScheduleClearReply& reply);
Json json_of(const LibraryStatsReply& reply);
Json json_of(const LibrarySettingsReply& reply);
Json json_of(const LibraryVerifyReply& reply);

Json json_of(const CaptureAck& event);
Json json_of(const CaptureFailed& event);
Json json_of(const LogLine& event);

}  // namespace keepleaf::protocol::encoding
