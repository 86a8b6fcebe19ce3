#include "archive/export.h"
#include "archive/part_links.h"

namespace keepleaf::archive {
namespace {

class ObjectContent final : public Content {
 public:
  ObjectContent(const page::ObjectSource& source, const page::PartRecord& part, std::string links)
      : source_(source), digest_(*part.object), links_(std::move(links)) {}

  Result<std::unique_ptr<Input>> open() const override {
    KL_ASSIGN(Bytes bytes, source_.read(digest_));
    if (!links_.empty()) bytes = with_links(std::move(bytes), links_);
    return memory_content(std::move(bytes))->open();
  }

 private:
  const page::ObjectSource& source_;
  const Sha256Digest digest_;
  const std::string links_;
};

}  // namespace

ContentPtr object_content(const page::ObjectSource& source, const page::PartRecord& part, std::string links) {
  const bool linked = !links.empty() && may_name_parts(part.role, part.media_type);
  return std::make_shared<ObjectContent>(source, part, linked ? std::move(links) : std::string());
}

std::string header_text(std::string_view text) {
  std::string out;
  for (const char c : text)
    out += static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F ? ' ' : c;
  return out;
}

std::string header_address(std::string_view address) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : address) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > 0x20 && byte < 0x7F && c != '<' && c != '>' && c != '"') {
      out += c;
    } else {
      out += '%';
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    }
  }
  return out;
}

}  // namespace keepleaf::archive
