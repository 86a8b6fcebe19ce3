// Library: pictures of what was seen.
#include <string_view>

#include "library/assemble.h"
#include "library/limits.h"
#include "library/state.h"

namespace keepleaf::library {
namespace {

constexpr std::uint32_t kMostPixels = 65'535;  // of a side; no browser draws more, and JPEG holds no more

Error bad(const std::string& message) {
  return Error{ErrorCode::bad_request, message, "Nothing was changed."};
}

bool begins_with(std::string_view bytes, std::string_view magic, std::size_t at = 0) {
  return bytes.size() >= at + magic.size() && bytes.substr(at, magic.size()) == magic;
}

// The bytes are shown by whoever opens the library as what the type says: they must at least begin like it.
bool is_of_type(std::string_view type, std::string_view bytes) {
  if (type == "image/png") return begins_with(bytes, "\x89PNG\r\n\x1a\n");
  if (type == "image/jpeg") return begins_with(bytes, "\xff\xd8\xff");
  if (type == "image/webp") return begins_with(bytes, "RIFF") && begins_with(bytes, "WEBP", 8);
  return false;
}

// What does not need the snapshot.
Status check(const NewPicture& picture) {
  if (picture.kind != "thumbnail" && picture.kind != "page")
    return fail(bad("There is no such kind of picture: it is thumbnail or page."));
  if (picture.bytes.size() > kLimits.picture) {
    return fail(ErrorCode::too_large,
                "A picture can have " + std::to_string(kLimits.picture) +
                    " bytes (limit: picture); this has " + std::to_string(picture.bytes.size()) + ".",
                "Nothing was changed.", "Take it smaller.");
  }
  if (!is_of_type(picture.media_type, as_text(picture.bytes)))
    return fail(bad("The bytes are no picture of this type: it is image/png, image/jpeg or image/webp."));
  if (picture.width == 0 || picture.height == 0 || picture.width > kMostPixels ||
      picture.height > kMostPixels)
    return fail(bad("A picture is 1 to " + std::to_string(kMostPixels) + " pixels wide and high."));
  return {};
}

}  // namespace

Picture to_picture(const store::PictureRow& row) {
  return {row.kind, row.media_type, row.width, row.height, row.partial, row.taken_at, row.size, row.digest};
}

Status Library::pictured(const Uuid& snapshot, const NewPicture& picture) {
  Core& core = *state_->core;
  KL_TRY(check(picture));
  return core.act("keep the picture", [&](const store::Moment& moment) -> Status {
    const auto row = core.snapshots.find(snapshot);
    if (!row) return fail(no_such("snapshot", snapshot));
    KL_ASSIGN(const auto added,
              core.objects.add(sha256(picture.bytes), picture.bytes, core.compressor, moment.now));
    store::PictureRow kept;
    kept.kind = picture.kind;
    kept.object = added.n;
    kept.media_type = picture.media_type;
    kept.width = picture.width;
    kept.height = picture.height;
    kept.partial = picture.partial;
    kept.taken_at = picture.taken_at;
    core.pictures.put(moment, row->n, row->id, kept);
    return {};
  });
}

Result<std::optional<Document>> Library::picture(const Uuid& snapshot, const std::string& kind) const {
  Core& core = *state_->core;
  KL_ASSIGN(const auto found,
            core.view("look for the picture", [&]() -> Result<std::optional<store::PictureRow>> {
              const auto row = core.snapshots.find(snapshot);
              if (!row) return fail(no_such("snapshot", snapshot));
              return core.pictures.find(row->n, kind);
            }));
  if (!found) return std::optional<Document>();
  KL_ASSIGN(Bytes bytes, core.objects.read(found->digest));
  return std::optional(Document{found->media_type, std::move(bytes)});
}

}  // namespace keepleaf::library
