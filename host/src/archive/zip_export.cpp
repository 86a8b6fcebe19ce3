#include <set>

#include "archive/export.h"
#include "archive/zip_writer.h"
#include "page/folder_document.h"

namespace keepleaf::archive {
namespace {

// What is packed already does not shrink.
Packing packing_of(std::string_view media_type) {
  const bool text = media_type.starts_with("text/") || media_type.find("xml") != std::string_view::npos ||
                    media_type.find("json") != std::string_view::npos ||
                    media_type.find("javascript") != std::string_view::npos || media_type.empty();
  return text ? Packing::deflate : Packing::store;
}

}  // namespace

Status write_zip(const Outgoing& snapshot, const std::filesystem::path& path) {
  const page::ObjectSource& source = *snapshot.source;
  const UnixMs time = snapshot.facts.page.taken_at;
  KL_ASSIGN(std::vector<page::FolderFile> files, page::as_folder(source));
  KL_ASSIGN(ZipWriter zip, ZipWriter::create(path));
  Manifest manifest{snapshot.facts, "", {}};
  for (const page::PartRecord& part : source.parts()) manifest.parts.push_back({part, ""});
  for (page::FolderFile& file : files) {
    if (file.part) {
      ManifestPart& entry = manifest.parts[*file.part];
      if (entry.at.empty()) entry.at = file.name;
      KL_TRY(zip.add(file.name, object_content(source, entry.part, ""), packing_of(entry.part.media_type),
                     time));
    } else {
      KL_TRY(zip.add(file.name, memory_content(std::move(file.bytes)), Packing::deflate, time));
    }
  }
  // What was rewritten, and what the page does not show, as it was kept.
  std::set<Sha256Digest> written;
  for (ManifestPart& entry : manifest.parts) {
    if (!entry.part.object || !entry.at.empty()) continue;
    entry.at = "keepleaf/objects/" + entry.part.object->hex();
    if (!written.insert(*entry.part.object).second) continue;
    KL_TRY(
        zip.add(entry.at, object_content(source, entry.part, ""), packing_of(entry.part.media_type), time));
  }
  const std::string json = write_manifest(manifest);
  const BytesView view = as_bytes(json);
  KL_TRY(zip.add("keepleaf/snapshot.json", memory_content(Bytes(view.begin(), view.end())), Packing::deflate,
                 time));
  return zip.finish();
}

}  // namespace keepleaf::archive
