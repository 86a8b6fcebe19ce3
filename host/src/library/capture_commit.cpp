#include "library/capture_commit.h"

#include <algorithm>
#include <utility>

#include "library/indexing.h"
#include "library/limits.h"
#include "page/document.h"

namespace keepleaf::library {
namespace {

bool is_document(const capture::Part& part) {
  return part.object && (part.role == "document" || part.role == "frame");
}

}  // namespace

capture::Committed receipt_of(Core& core, const store::SnapshotRow& row) {
  const auto receipt = core.snapshots.receipt(row);
  capture::Committed committed;
  committed.link_id = row.link_id;
  committed.snapshot_id = row.id;
  committed.new_link = receipt.new_link;
  committed.versions = receipt.versions;
  committed.size_raw = row.size_raw;
  committed.size_stored = row.size_stored;
  committed.objects_new = receipt.objects_new;
  committed.objects_known = receipt.objects_known;
  return committed;
}

CaptureCommit::CaptureCommit(Core& core, const capture::CaptureId& id, const CheckedPage& page,
                             const std::map<std::uint32_t, capture::Part>& parts,
                             store::StagedCapture& staged, bool leased, Keep keep)
    : core_(core), id_(id), page_(page), parts_(parts), staged_(staged), leased_(leased), keep_(keep) {}

Result<capture::Committed> CaptureCommit::run() {
  KL_TRY(find_objects());
  KL_TRY(extract_text());
  KL_TRY(compare());
  if (not_kept_)
    return core_.act("note the check", [&](const store::Moment& moment) { return write_check(moment); });
  KL_TRY(publish_files());
  return core_.act("store the capture", [&](const store::Moment& moment) { return write(moment); });
}

Error CaptureCommit::missing(const std::vector<Sha256Digest>& digests) const {
  constexpr std::size_t kNamed = 5;
  std::string names;
  for (std::size_t i = 0; i < std::min(digests.size(), kNamed); ++i)
    names += (i > 0 ? ", " : "") + digests[i].hex();
  if (digests.size() > kNamed) names += " and " + std::to_string(digests.size() - kNamed) + " more";
  return Error{ErrorCode::incomplete, "The capture names objects that have not arrived: " + names + ".",
               "What arrived is kept.", "Begin the capture again, send them, and commit."};
}

Status CaptureCommit::find_objects() {
  std::map<Sha256Digest, store::StagedUpload*> staged;
  for (const auto& [number, upload] : staged_.uploads())
    if (upload->object()) staged.emplace(*upload->object(), upload.get());
  std::vector<Sha256Digest> absent;
  KL_TRY(core_.view("look for known objects", [&] {
    for (const auto& [n, part] : parts_) {
      if (!part.object || sizes_.contains(*part.object)) continue;
      if (const auto row = core_.objects.find(*part.object)) {
        sizes_.emplace(*part.object, row->size);
        rows_.emplace(*part.object, row->n);
        continue;
      }
      const auto upload = staged.find(*part.object);
      if (upload == staged.end()) {
        absent.push_back(*part.object);
        continue;
      }
      sizes_.emplace(*part.object, upload->second->size());
      arrived_.emplace(*part.object, upload->second);
    }
    version_ = core_.database->data_version();
  }));
  return absent.empty() ? Status{} : Status(tl::unexpected<Error>(missing(absent)));
}

Status CaptureCommit::extract_text() {
  Sha256 key;
  key.update(std::to_string(page::kExtractorVersion) + "\n");
  bool any = false;
  for (const auto& [n, part] : parts_) {
    if (!is_document(part)) continue;
    key.update(part.object->view());
    any = true;
  }
  if (!any) return {};
  Text text;
  text.key = key.finish();
  KL_ASSIGN(text.known,
            store::guard("look for the page's text", [&] { return core_.texts.find(text.key).has_value(); }));
  if (!text.known) {
    std::vector<page::PartRecord> records;
    records.reserve(parts_.size());
    for (const auto& [n, part] : parts_) {
      records.push_back({part.n, part.parent, part.role, part.url, part.media_type, part.status, part.object,
                         part.object ? sizes_.at(*part.object) : 0});
    }
    const CapturedObjects source(core_, std::move(records), arrived_);
    auto extracted = page::extract_text(source);
    // Bytes that can't be read back must not be published; a document that can't be understood is kept all
    // the same, and only not found by its words.
    if (source.failure()) return fail(*source.failure());
    if (!extracted) return {};
    text.body = std::move(extracted->text);
    text.truncated = extracted->truncated;
  }
  text_ = std::move(text);
  return {};
}

Result<std::string> CaptureCommit::whole_text() {
  if (!text_) return std::string();
  if (!text_->known) return text_->body;
  return text_of(core_, text_->key);
}

// Equal text, white space aside, and the same pictures and media. Scripts, sheets and one-time values in the
// markup make no version.
bool CaptureCommit::is_unchanged(const Earlier& earlier) const {
  MediaDigests media;
  for (const auto& [n, part] : parts_)
    if (part.object && counts_as_content(n, part.role, part.media_type)) media.insert(*part.object);
  return media == earlier.media;
}

Status CaptureCommit::compare() {
  const bool by_machine = page_.engine == "fetch" || page_.engine == "browser";
  if (!by_machine) return {};
  KL_ASSIGN(const std::string text, whole_text());
  KL_ASSIGN(const auto earlier, earlier_version(core_, page_.identity.link_id, page_.engine));
  verdict_ = judge_version(page_, text, earlier);
  if (keep_ == Keep::always || !earlier) return {};
  unchanged_ = folded_space(text) == folded_space(earlier->text) && is_unchanged(*earlier);
  not_kept_ = unchanged_ || !page::worth_a_version(verdict_->state);
  return {};
}

Result<capture::Committed> CaptureCommit::write_check(const store::Moment& moment) {
  auto link = core_.links.find(page_.identity.link_id);
  if (!link) return fail(ErrorCode::not_found, "The link that was looked at is not there any more.");
  const auto newest = core_.snapshots.newest_of_link(link->n, "");
  capture::Committed result;
  result.link_id = link->id;
  result.snapshot_id = newest ? newest->id : id_;
  result.versions = core_.snapshots.count_of_link(link->n);
  result.kept = false;
  note_condition(core_, link->n, *verdict_, moment.now);
  core_.schedules.note_checked(link->n,
                               {id_, unchanged_ ? "unchanged" : "not_kept", result.snapshot_id, moment.now});
  if (leased_) core_.leases.release(id_);
  return result;
}

Status CaptureCommit::publish_files() {
  for (const auto& [digest, upload] : arrived_) {
    if (upload->stored_size() <= store::kLargestRow) continue;
    KL_TRY(staged_.spill(*upload));
    KL_TRY(core_.objects.publish(upload->path(), digest));
  }
  return {};
}

// Between its publication and the write lock, a file of this name may have been destroyed with the trash.
Status CaptureCommit::publish_again(const Sha256Digest& digest, store::StagedUpload& upload) {
  const auto published = core_.objects.publish(upload.path(), digest);
  if (published || published.error().code != ErrorCode::not_found) return published;
  // Where there are no hard links the file had been moved: its bytes are gone.
  KL_TRY(upload.reset());
  return fail(missing({digest}));
}

Status CaptureCommit::write_objects(const store::Moment& moment, capture::Committed& result) {
  std::vector<Sha256Digest> absent;
  // Looked for again when another process wrote while no lock was held: it may have stored or collected some.
  const bool changed = core_.database->data_version() != version_;
  if (changed) rows_.clear();
  for (const auto& [digest, size] : sizes_) {
    result.size_raw += size;
    if (changed) {
      if (const auto row = core_.objects.find(digest)) rows_.emplace(digest, row->n);
    }
    if (rows_.contains(digest)) {
      ++result.objects_known;
      continue;
    }
    const auto found = arrived_.find(digest);
    if (found == arrived_.end()) {
      absent.push_back(digest);
      continue;
    }
    store::StagedUpload& upload = *found->second;
    std::int64_t n = 0;
    if (upload.stored_size() > store::kLargestRow) {
      if (!core_.objects.has_file(digest, upload.stored_size())) KL_TRY(publish_again(digest, upload));
      n = core_.objects.insert_file(digest, size, upload.encoding(), upload.stored_size(), moment.now);
    } else {
      KL_ASSIGN(const Bytes stored, upload.stored_bytes());
      n = core_.objects.insert_row(digest, size, upload.encoding(), stored, moment.now);
    }
    rows_.emplace(digest, n);
    ++result.objects_new;
    result.size_stored += upload.stored_size();
  }
  return absent.empty() ? Status{} : Status(tl::unexpected<Error>(missing(absent)));
}

Result<std::optional<std::int64_t>> CaptureCommit::write_text(const store::Moment& moment,
                                                              capture::Committed& result) {
  if (!text_) return std::optional<std::int64_t>();
  if (const auto known = core_.texts.find(text_->key)) return std::optional(known->n);
  // It was known a moment ago and went: the capture is kept, its text comes with the next one.
  if (text_->known) return std::optional<std::int64_t>();
  const BytesView body = as_bytes(text_->body);
  KL_ASSIGN(const auto added, core_.objects.add(sha256(body), body, core_.compressor, moment.now));
  result.size_stored += added.stored_size;
  return std::optional(core_.texts.insert(text_->key, added.n, body.size(), text_->truncated));
}

Result<store::LinkRow> CaptureCommit::write_link(const store::Moment& moment, capture::Committed& result) {
  auto known = core_.links.find(page_.identity.link_id);
  result.new_link = !known;
  store::LinkRow link;
  if (known) {
    link = std::move(*known);
    result.versions = core_.snapshots.count_of_link(link.n) + 1;
    const store::LinkRow before = link;
    if (link.trashed_at) {
      core_.links.set_trashed(moment, link, std::nullopt);
      for (const std::int64_t text : core_.texts.of_link(link.n)) KL_TRY(index_text_if_used(core_, text));
    }
    // A title that no capture gave is a person's own and stays.
    const bool from_capture = link.title.empty() || core_.snapshots.newest_title(link.n) == link.title;
    if (from_capture && !page_.title.empty() && page_.title != link.title)
      core_.links.set_title(moment, link, page_.title);
    if (link.note.empty() && !page_.note.empty()) core_.links.set_note(moment, link, page_.note);
    core_.links.touch(moment, link);
    link_changed_ = before.trashed_at || before.title != link.title || before.note != link.note;
  } else {
    link_changed_ = true;
    link.id = page_.identity.link_id;
    link.canonical_url = page_.identity.canonical;
    link.url = page_.identity.url;
    link.host = page_.identity.host;
    link.title = page_.title;
    link.note = page_.note;
    core_.links.insert(moment, link);
    result.versions = 1;
  }
  bool tagged = false;
  for (const TagPath& tag : page_.tags) {
    const auto row = core_.tags.ensure(moment, tag.path, tag.folded);
    tagged |= core_.tags.add(moment, link.n, link.id, row);
  }
  link_changed_ = link_changed_ || tagged;
  if (tagged && core_.tags.count_of_link(link.n) > kLimits.tags_per_link) {
    return fail(ErrorCode::too_large,
                "A link can have " + std::to_string(kLimits.tags_per_link) + " tags (limit: tags_per_link).",
                "What arrived is kept.", "Commit with fewer tags.");
  }
  return link;
}

Result<capture::Committed> CaptureCommit::write(const store::Moment& moment) {
  // A second commit of the same capture through another process.
  if (const auto before = core_.snapshots.find(id_)) return receipt_of(core_, *before);

  capture::Committed result;
  result.snapshot_id = id_;
  KL_TRY(write_objects(moment, result));
  KL_ASSIGN(store::LinkRow link, write_link(moment, result));
  KL_ASSIGN(const auto text, write_text(moment, result));
  result.link_id = link.id;

  store::SnapshotRow row;
  row.id = id_;
  row.link = link.n;
  row.link_id = link.id;
  row.url = page_.identity.url;
  row.title = page_.title;
  row.taken_at = page_.taken_at;
  row.engine = page_.engine;
  row.redirects = page_.redirects;
  row.language = page_.language;
  row.viewport = page_.viewport;
  row.text = text;
  row.part_count = static_cast<std::uint32_t>(parts_.size());
  row.size_raw = result.size_raw;
  row.size_stored = result.size_stored;
  std::vector<store::PartRow> parts;
  parts.reserve(parts_.size());
  for (const auto& [n, part] : parts_) {
    store::PartRow& stored = parts.emplace_back();
    stored.n = n;
    stored.parent = part.parent;
    stored.role = part.role;
    stored.url = part.url;
    stored.media_type = part.media_type;
    stored.status = part.status;
    stored.digest = part.object;
    if (part.object) stored.object = rows_.at(*part.object);
  }
  row.digest = store::snapshot_digest(row, parts);
  const bool text_was_found = text && core_.texts.in_use(*text);
  core_.snapshots.insert(moment, row, parts);
  if (verdict_) note_condition(core_, link.n, *verdict_, moment.now);
  if (!verdict_ && page_.engine != "import") note_seen_by_person(core_, link.n, moment.now);
  if (keep_ == Keep::if_changed) core_.schedules.note_checked(link.n, {id_, "kept", id_, moment.now});

  if (link_changed_) KL_TRY(index_link(core_, link));
  if (text && !text_was_found) KL_TRY(index_text_if_used(core_, *text));
  if (leased_) core_.leases.release(id_);
  return result;
}

}  // namespace keepleaf::library
