#include <array>
#include <ctime>

#include "archive/export.h"
#include "base/base64.h"
#include "base/unicode.h"
#include "page/media_type.h"

namespace keepleaf::archive {
namespace {

constexpr std::size_t kLine = 57;  // bytes that make a line of 76 characters of base64

// Collects text and writes it in larger pieces.
class TextFile {
 public:
  explicit TextFile(os::File file) : file_(std::move(file)) {}
  Status write(std::string_view text) {
    pending_ += text;
    return pending_.size() < (1U << 20U) ? Status{} : flush();
  }
  Status flush() {
    KL_TRY(file_.write_at(at_, as_bytes(pending_)));
    at_ += pending_.size();
    pending_.clear();
    return {};
  }

 private:
  os::File file_;
  std::uint64_t at_ = 0;
  std::string pending_;
};

Status write_base64(TextFile& out, Input& input) {
  Bytes piece(kLine * 1024);
  std::size_t filled = 0;
  for (bool more = true; more;) {
    KL_ASSIGN(const std::size_t got, input.read(std::span(piece).subspan(filled)));
    more = got > 0;
    filled += got;
    if (more && filled < piece.size()) continue;
    for (std::size_t at = 0; at < filled; at += kLine) {
      KL_TRY(out.write(base64_encode(BytesView(piece).subspan(at, std::min(kLine, filled - at)))));
      KL_TRY(out.write("\r\n"));
    }
    filled = 0;
  }
  return {};
}

// RFC 5322, in UTC.
std::string mail_date(UnixMs time) {
  const std::time_t seconds = time / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  constexpr std::array<const char*, 7> kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<const char*, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto two = [](int value) { return (value < 10 ? "0" : "") + std::to_string(value); };
  return std::string(kDays[static_cast<std::size_t>(parts.tm_wday)]) + ", " + two(parts.tm_mday) + " " +
         kMonths[static_cast<std::size_t>(parts.tm_mon)] + " " + std::to_string(parts.tm_year + 1900) + " " +
         two(parts.tm_hour) + ":" + two(parts.tm_min) + ":" + two(parts.tm_sec) + " +0000";
}

// RFC 2047: words of at most 75 characters.
std::string mail_words(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::string_view word = utf8_prefix(text, 42);
    if (!out.empty()) out += "\r\n ";
    out += "=?utf-8?B?" + base64_encode(as_bytes(word)) + "?=";
    text.remove_prefix(word.size());
  }
  return out;
}

}  // namespace

Status write_mhtml(const Outgoing& snapshot, const std::filesystem::path& path) {
  const page::ObjectSource& source = *snapshot.source;
  const auto& parts = source.parts();
  if (parts.empty() || !parts.front().object)
    return fail(ErrorCode::not_found, "the page itself was not kept", "", "take a new snapshot");
  const capture::Page& page = snapshot.facts.page;
  const std::string id = snapshot.facts.id.str();
  const std::string boundary = "----keepleaf-" + id;
  Manifest manifest{snapshot.facts, "cid:" + id + "@part-", {}};
  for (const page::PartRecord& part : parts)
    manifest.parts.push_back({part, part.object ? manifest.links + std::to_string(part.n) : std::string()});

  KL_ASSIGN(os::File file, os::File::open(path, os::FileMode::create_new));
  TextFile out(std::move(file));
  std::string type = page::essence(parts.front().media_type);
  if (type.empty()) type = "text/html";
  KL_TRY(out.write("From: <Saved by Keepleaf>\r\nSnapshot-Content-Location: " + header_address(page.url) +
                   "\r\nSubject: " + mail_words(header_text(page.title)) +
                   "\r\nDate: " + mail_date(page.taken_at) +
                   "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=\"" + type +
                   "\";\r\n\tboundary=\"" + boundary + "\"\r\n\r\n"));
  for (const ManifestPart& entry : manifest.parts) {
    if (entry.at.empty()) continue;
    std::string head =
        "\r\n--" + boundary + "\r\nContent-Type: " +
        (entry.part.media_type.empty() ? "application/octet-stream" : header_text(entry.part.media_type)) +
        "\r\nContent-ID: <" + entry.at.substr(4) + ">\r\nContent-Transfer-Encoding: base64\r\n";
    if (!entry.part.url.empty()) head += "Content-Location: " + header_address(entry.part.url) + "\r\n";
    KL_TRY(out.write(head + "\r\n"));
    KL_ASSIGN(const auto input, object_content(source, entry.part, manifest.links)->open());
    KL_TRY(write_base64(out, *input));
  }
  KL_TRY(out.write("\r\n--" + boundary + "\r\nContent-Type: " + std::string(kManifestType) +
                   "\r\nContent-ID: <" + id + "@manifest>\r\nContent-Transfer-Encoding: base64\r\n\r\n"));
  const std::string json = write_manifest(manifest);
  const BytesView view = as_bytes(json);
  KL_ASSIGN(const auto input, memory_content(Bytes(view.begin(), view.end()))->open());
  KL_TRY(write_base64(out, *input));
  KL_TRY(out.write("\r\n--" + boundary + "--\r\n"));
  return out.flush();
}

}  // namespace keepleaf::archive
