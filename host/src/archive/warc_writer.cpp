#include "archive/warc_writer.h"

#include "archive/part_links.h"

namespace keepleaf::archive {
namespace {

// Records of one snapshot have ids that follow from it, so that the same snapshot is written the same.
std::string record_id(const Uuid& snapshot, std::string_view what) {
  Sha256 hash;
  hash.update("keepleaf warc record 1\n").update(snapshot.view()).update(what);
  return "<urn:uuid:" + Uuid::v8(hash.finish()).str() + ">";
}

struct Measure {
  std::uint64_t size = 0;
  std::string digest;
};

Result<Measure> measure(const Content& content) {
  KL_ASSIGN(const auto input, content.open());
  Sha256 hash;
  Measure measured;
  Bytes piece(kPiece);
  for (;;) {
    KL_ASSIGN(const std::size_t got, input->read(piece));
    if (got == 0) break;
    hash.update(BytesView(piece).first(got));
    measured.size += got;
  }
  measured.digest = "sha256:" + hash.finish().hex();
  return measured;
}

}  // namespace

Status WarcWriter::record(const std::string& fields, const std::string& type, const Content& content) {
  KL_ASSIGN(const Measure measured, measure(content));
  KL_ASSIGN(const auto input, content.open());
  return gzip_.member("WARC/1.1\r\n" + fields + "WARC-Block-Digest: " + measured.digest +
                          "\r\nContent-Type: " + type +
                          "\r\nContent-Length: " + std::to_string(measured.size) + "\r\n\r\n",
                      *input, "\r\n\r\n");
}

Status WarcWriter::begin(std::string_view software, UnixMs created) {
  const std::string text =
      "software: " + header_text(software) +
      "\r\nformat: WARC file version 1.1\r\nconformsTo: "
      "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n";
  const BytesView view = as_bytes(text);
  return record("WARC-Type: warcinfo\r\nWARC-Record-ID: <urn:uuid:" + Uuid::v7(created).str() +
                    ">\r\nWARC-Date: " + format_time(created) + "\r\n",
                "application/warc-fields", *memory_content(Bytes(view.begin(), view.end())));
}

Status WarcWriter::add(const Outgoing& snapshot) {
  const page::ObjectSource& source = *snapshot.source;
  const auto& parts = source.parts();
  if (parts.empty() || !parts.front().object)
    return fail(ErrorCode::not_found, "the page itself was not kept", "", "take a new snapshot");
  const capture::Page& page = snapshot.facts.page;
  const std::string id = snapshot.facts.id.str();
  const std::string date = format_time(page.taken_at);
  Manifest manifest{snapshot.facts, "https://" + id + ".keepleaf.invalid/part/", {}};
  for (const page::PartRecord& part : parts) {
    ManifestPart entry{part, ""};
    if (part.object) {
      const std::string record = record_id(snapshot.facts.id, "part " + std::to_string(part.n));
      entry.at = record.substr(1, record.size() - 2);
      const ContentPtr content = object_content(source, part, manifest.links);
      std::string url = header_address(part.url);
      // The page is looked for where the person saw it.
      if (part.n == 0 && url.empty()) url = header_address(page.url);
      if (url.empty()) url = manifest.links + std::to_string(part.n);
      std::string type = header_text(part.media_type);
      if (type.empty()) type = "application/octet-stream";
      WarcLine line{url, type, "", page.taken_at, gzip_.position(), 0};
      KL_ASSIGN(const Measure measured, measure(*content));
      line.digest = measured.digest;
      KL_TRY(this->record("WARC-Type: resource\r\nWARC-Record-ID: " + record + "\r\nWARC-Target-URI: " + url +
                              "\r\nWARC-Date: " + date + "\r\nWARC-Payload-Digest: " + measured.digest +
                              "\r\n",
                          type, *content));
      line.length = gzip_.position() - line.offset;
      lines_.push_back(std::move(line));
    }
    manifest.parts.push_back(std::move(entry));
  }
  const std::string json = write_manifest(manifest);
  const BytesView view = as_bytes(json);
  KL_TRY(record("WARC-Type: metadata\r\nWARC-Record-ID: " + record_id(snapshot.facts.id, "manifest") +
                    "\r\nWARC-Target-URI: " + header_address(page.url) + "\r\nWARC-Date: " + date +
                    "\r\nWARC-Refers-To: " + record_id(snapshot.facts.id, "part 0") + "\r\n",
                std::string(kManifestType), *memory_content(Bytes(view.begin(), view.end()))));
  const std::string root = parts.front().url.empty() ? page.url : parts.front().url;
  pages_.push_back({id, header_address(root), page.title, page.taken_at});
  return {};
}

Status write_warc(const NextSnapshot& next, const std::filesystem::path& path, std::string_view software) {
  KL_ASSIGN(os::File file, os::File::open(path, os::FileMode::create_new));
  WarcWriter warc(file);
  KL_TRY(warc.begin(software, system_clock().now()));
  for (;;) {
    KL_ASSIGN(const Outgoing* const snapshot, next());
    if (snapshot == nullptr) return {};
    KL_TRY(warc.add(*snapshot));
  }
}

}  // namespace keepleaf::archive
