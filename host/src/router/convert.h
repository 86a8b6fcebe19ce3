// What the library gives, as the protocol says it. Pure; used by the router and by the command line's --json.
#pragma once

#include "library/types.h"
#include "protocol/messages.h"

namespace keepleaf::router {

protocol::SnapshotSummary to_wire(const library::SnapshotBrief& snapshot);
// With at most `newest` of its snapshots; snapshot_count stays the whole number.
inline constexpr std::size_t kNewestSnapshots = 10;
protocol::LinkItem to_wire(const library::Link& link, std::size_t newest = kNewestSnapshots);
protocol::SearchHit to_wire(const library::Hit& hit);
protocol::LinkLookupReply to_wire(const library::Lookup& lookup);
protocol::LinkShowReply to_wire_with_all_snapshots(const library::Link& link, const library::LinkCare& care);
protocol::LinkListReply to_wire(const library::Page<library::Link>& page);
protocol::LinkSearchReply to_wire(const library::Page<library::Hit>& page);
protocol::LinksReply to_wire(const std::vector<library::Link>& links);
protocol::LinkAddReply to_wire(const library::AddedLink& added);
protocol::TrashEntry to_wire(const library::TrashItem& item);
protocol::TrashListReply to_wire(const library::Page<library::TrashItem>& page);
protocol::TagListReply to_wire(const library::Page<library::TagUse>& page);
protocol::TagCount to_wire(const library::TagUse& tag);
protocol::TagChangeReply to_wire(const library::TagChange& change);
protocol::ResourceInfo to_wire(const library::SnapshotPart& part);
// All parts; the router pages them.
protocol::SnapshotShowReply to_wire(const library::Snapshot& snapshot);
protocol::Fidelity to_wire(const library::Fidelity& fidelity);
protocol::PictureInfo to_wire(const library::Picture& picture);
library::Fidelity from_wire(const protocol::Fidelity& fidelity);
protocol::JobInfo to_wire(const library::Job& job);
protocol::ScheduleInfo to_wire(const library::Schedule& schedule);
protocol::ScheduleListReply to_wire(const library::Page<library::Schedule>& page);
protocol::JobCounts to_wire(const library::JobCounts& counts);
protocol::JobListReply to_wire(const library::Page<library::Job>& page);
protocol::LibraryStatsReply to_wire(const library::Stats& stats);
protocol::LibraryVerifyReply to_wire(const library::Verification& verification);
protocol::PendingCapture to_wire(const library::StagedCapture& capture);

}  // namespace keepleaf::router
