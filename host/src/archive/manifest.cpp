#include "archive/manifest.h"

#include <nlohmann/json.hpp>

#include "archive/limits.h"

namespace keepleaf::archive {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

constexpr int kVersion = 1;

Error damaged(const std::string& what) {
  return Error{ErrorCode::corrupt, "the archive's manifest is damaged: " + what};
}

const json* member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found == object.end() || found->is_null() ? nullptr : &*found;
}

Result<std::string> text(const json& object, const char* name) {
  const json* value = member(object, name);
  if (value == nullptr) return std::string();
  if (!value->is_string()) return fail(damaged(std::string(name) + " is no text"));
  return value->get<std::string>();
}

Result<std::uint64_t> number(const json& object, const char* name) {
  const json* value = member(object, name);
  if (value == nullptr || !value->is_number_unsigned())
    return fail(damaged(std::string(name) + " is no number"));
  return value->get<std::uint64_t>();
}

ordered_json as_json(const ManifestPart& entry) {
  const page::PartRecord& part = entry.part;
  ordered_json out = {{"n", part.n}};
  if (part.parent) out["parent"] = *part.parent;
  out["role"] = part.role;
  if (!part.url.empty()) out["url"] = part.url;
  if (!part.media_type.empty()) out["media_type"] = part.media_type;
  out["status"] = part.status;
  if (part.object) {
    out["sha256"] = part.object->hex();
    out["size"] = part.size;
  }
  if (!entry.at.empty()) out["at"] = entry.at;
  return out;
}

Result<ManifestPart> part_of(const json& value, std::size_t n) {
  if (!value.is_object()) return fail(damaged("a part is no object"));
  ManifestPart entry;
  KL_ASSIGN(const std::uint64_t stated, number(value, "n"));
  if (stated != n) return fail(damaged("the parts are not numbered from 0"));
  entry.part.n = static_cast<std::uint32_t>(n);
  if (member(value, "parent") != nullptr) {
    KL_ASSIGN(const std::uint64_t parent, number(value, "parent"));
    if (parent >= kLimits.parts) return fail(damaged("a part has no such parent"));
    entry.part.parent = static_cast<std::uint32_t>(parent);
  }
  KL_ASSIGN(entry.part.role, text(value, "role"));
  KL_ASSIGN(entry.part.url, text(value, "url"));
  KL_ASSIGN(entry.part.media_type, text(value, "media_type"));
  KL_ASSIGN(entry.part.status, text(value, "status"));
  KL_ASSIGN(entry.at, text(value, "at"));
  KL_ASSIGN(const std::string digest, text(value, "sha256"));
  if (!digest.empty()) {
    entry.part.object = Sha256Digest::from_hex(digest);
    if (!entry.part.object) return fail(damaged("a digest is none"));
    KL_ASSIGN(entry.part.size, number(value, "size"));
  }
  return entry;
}

Status page_of(const json& value, capture::Page& page) {
  KL_ASSIGN(page.url, text(value, "url"));
  KL_ASSIGN(page.title, text(value, "title"));
  KL_ASSIGN(page.language, text(value, "language"));
  KL_ASSIGN(const std::string time, text(value, "taken_at"));
  const auto taken_at = parse_time(time);
  if (!taken_at) return fail(damaged("taken_at is no time"));
  page.taken_at = *taken_at;
  KL_ASSIGN(const std::string engine, text(value, "engine"));
  page.engine = capture::engine_from_name(engine).value_or(capture::Engine::import);
  if (const json* redirects = member(value, "redirects")) {
    if (!redirects->is_array()) return fail(damaged("redirects is no list"));
    for (const json& one : *redirects) {
      if (!one.is_string()) return fail(damaged("a redirect is no text"));
      page.redirects.push_back(one.get<std::string>());
    }
  }
  if (const json* viewport = member(value, "viewport")) {
    KL_ASSIGN(const std::uint64_t width, number(*viewport, "width"));
    KL_ASSIGN(const std::uint64_t height, number(*viewport, "height"));
    const json* scale = member(*viewport, "scale");
    if (scale == nullptr || !scale->is_number() || width > 1'000'000 || height > 1'000'000)
      return fail(damaged("viewport"));
    page.viewport = capture::Viewport{static_cast<std::uint32_t>(width), static_cast<std::uint32_t>(height),
                                      scale->get<double>()};
  }
  return {};
}

ordered_json facts_json(const Facts& facts) {
  const capture::Page& page = facts.page;
  ordered_json out = {{"keepleaf", kVersion},
                      {"id", facts.id.str()},
                      {"url", page.url},
                      {"title", page.title},
                      {"taken_at", format_time(page.taken_at)},
                      {"engine", capture::engine_name(page.engine)}};
  if (!page.language.empty()) out["language"] = page.language;
  if (!page.redirects.empty()) out["redirects"] = page.redirects;
  if (page.viewport)
    out["viewport"] = {
        {"width", page.viewport->width}, {"height", page.viewport->height}, {"scale", page.viewport->scale}};
  return out;
}

Result<Facts> facts_of(const json& value) {
  if (!value.is_object()) return fail(damaged("it is no JSON object"));
  KL_ASSIGN(const std::uint64_t version, number(value, "keepleaf"));
  if (version != kVersion)
    return fail(ErrorCode::unsupported, "the archive was written by a newer Keepleaf", "", "update Keepleaf");
  Facts facts;
  KL_ASSIGN(const std::string id, text(value, "id"));
  const auto parsed = Uuid::parse(id);
  if (!parsed) return fail(damaged("id is none"));
  facts.id = *parsed;
  KL_TRY(page_of(value, facts.page));
  return facts;
}

}  // namespace

std::string write_facts(const Facts& facts) {
  const std::string json = facts_json(facts).dump(-1, ' ', false, ordered_json::error_handler_t::replace);
  std::string out;
  for (const char c : json) {
    if (c == '<' || c == '>' || c == '-' || c == '&') {
      constexpr std::string_view kDigits = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(c);
      out += "\\u00";
      out += kDigits[byte >> 4U];
      out += kDigits[byte & 15U];
    } else {
      out += c;
    }
  }
  return out;
}

std::string write_manifest(const Manifest& manifest) {
  ordered_json out = facts_json(manifest.facts);
  if (!manifest.links.empty()) out["links"] = manifest.links;
  auto& parts = out["parts"] = ordered_json::array();
  for (const ManifestPart& part : manifest.parts) parts.push_back(as_json(part));
  return out.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

Result<Facts> read_facts(std::string_view json_text) {
  return facts_of(json::parse(json_text, nullptr, false));
}

Result<Manifest> read_manifest(std::string_view json_text) {
  const json value = json::parse(json_text, nullptr, false);
  Manifest manifest;
  KL_ASSIGN(manifest.facts, facts_of(value));
  KL_ASSIGN(manifest.links, text(value, "links"));
  const json* parts = member(value, "parts");
  if (parts == nullptr || !parts->is_array() || parts->empty()) return fail(damaged("there are no parts"));
  if (parts->size() > kLimits.parts)
    return fail(ErrorCode::too_large, "the page has more than " + std::to_string(kLimits.parts) + " parts");
  for (const json& one : *parts) {
    KL_ASSIGN(ManifestPart part, part_of(one, manifest.parts.size()));
    manifest.parts.push_back(std::move(part));
  }
  return manifest;
}

}  // namespace keepleaf::archive
