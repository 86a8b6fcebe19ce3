#include "acquire/gatherer.h"

#include <utility>

#include "acquire/media_type.h"
#include "acquire/part_status.h"
#include "page/encoding.h"
#include "page/fetched_document.h"
#include "url/url.h"

namespace keepleaf::acquire {
namespace {

std::string without_fragment(const std::string& url) { return std::string(url::without_fragment(url)); }

const char* accept_for(const std::string& role) {
  if (role == "stylesheet") return "text/css,*/*;q=0.1";
  if (role == "image" || role == "icon") return "image/avif,image/webp,image/svg+xml,image/*;q=0.9,*/*;q=0.5";
  if (role == "frame") return "text/html,application/xhtml+xml,*/*;q=0.8";
  return "*/*";
}

bool is_media(const std::string& role) { return role == "audio" || role == "video"; }
bool may_hold_a_document(const std::string& role) { return role == "frame" || role == "object"; }

std::vector<Wanted> as_wanted(std::vector<page::Reference> references) {
  std::vector<Wanted> wanted;
  wanted.reserve(references.size());
  for (page::Reference& reference : references)
    wanted.push_back({reference.url, reference.url, std::move(reference.role)});
  return wanted;
}

}  // namespace

Gatherer::Gatherer(net::Fetcher& fetcher, Shared& shared, const Limits& limits,
                   std::function<void(std::size_t, std::size_t)> on_step)
    : fetcher_(fetcher), shared_(shared), limits_(limits), on_step_(std::move(on_step)) {}

void Gatherer::begin(std::string_view html, const std::string& url, const std::string& encoding) {
  page_url_ = without_fragment(url);
  of_page_ = want(as_wanted(page::html_references(html, url)), Context{url, encoding, 0});
}

std::vector<Wanted> Gatherer::want(std::vector<Wanted> wanted, const Context& context) {
  if (context.depth >= limits_.depth) return {};
  for (const Wanted& one : wanted) {
    // A frame of the page in itself, and an empty src that resolves to the page, show nothing.
    if (one.name == page_url_ || resources_.size() + 1 >= limits_.parts) continue;
    if (!resources_.try_emplace(one.name).second) continue;
    start(one, context);
  }
  return wanted;
}

void Gatherer::start(const Wanted& wanted, const Context& context) {
  net::Request request;
  request.url = wanted.source;
  request.referer = context.url;
  request.accept = accept_for(wanted.role);
  request.max_bytes = is_media(wanted.role) ? limits_.media : limits_.resource;
  request.total_timeout = is_media(wanted.role) ? limits_.media_time : limits_.resource_time;
  const auto in_memory = [role = wanted.role](const std::string& type) {
    return role == "stylesheet" || (may_hold_a_document(role) && is_html(type));
  };
  fetcher_.start(std::move(request), std::make_unique<Body>(shared_, in_memory, limits_.document,
                                                            [this, wanted, context](Received received) {
                                                              arrived(wanted, context, std::move(received));
                                                            }));
}

void Gatherer::arrived(const Wanted& wanted, const Context& context, Received received) {
  Resource& resource = resources_[wanted.name];
  resource.role = wanted.role;
  if (received.response) {
    keep(resource, wanted, context, std::move(*received.response));
  } else {
    resource.status = part_status(received.response.error(), received.status);
  }
  on_step_(++done_, resources_.size());
}

void Gatherer::keep(Resource& resource, const Wanted& wanted, const Context& context, Response response) {
  resource.media_type = response.media_type;
  resource.status = "ok";
  if (response.object) {
    resource.object = response.object;
  } else if (wanted.role == "stylesheet") {
    if (!may_be_stylesheet(essence(response.head.content_type))) {
      resource.status = "blocked";
      return;
    }
    resource.wanted = read_sheet(resource, wanted, context, response);
    put(resource, response.bytes);
  } else if (may_hold_a_document(wanted.role) && is_html(response.media_type)) {
    const page::FetchedDocument document =
        page::prepare_fetched_document(response.bytes, response.media_type, response.head.url);
    resource.media_type = page::kStoredDocumentType;
    put(resource, as_bytes(document.html));
    resource.wanted = want(as_wanted(page::html_references(document.html, response.head.url)),
                           Context{response.head.url, document.encoding, context.depth + 1});
  } else {
    put(resource, response.bytes);
  }
}

std::vector<Wanted> Gatherer::read_sheet(Resource& resource, const Wanted& wanted, const Context& context,
                                         const Response& response) {
  if (essence(response.head.content_type).empty()) resource.media_type = "text/css";
  const std::string text = page::decode_sheet(response.bytes, resource.media_type, context.encoding);
  // The stored document is UTF-8, so a sheet that took its encoding from the document has to say which it
  // was.
  if (context.encoding != "UTF-8" && text != page::decode_sheet(response.bytes, resource.media_type))
    resource.media_type += "; charset=" + context.encoding;
  const std::string source = without_fragment(response.head.url);
  std::vector<Wanted> inner = as_wanted(page::css_references(text, source));
  if (source != wanted.name) {
    // Redirected: replay will resolve against the name. The two lists differ in nothing but the base.
    const std::vector<page::Reference> named = page::css_references(text, wanted.name);
    if (named.size() == inner.size())
      for (std::size_t i = 0; i < inner.size(); ++i) inner[i].name = named[i].url;
  }
  return want(std::move(inner), Context{source, context.encoding, context.depth + 1});
}

void Gatherer::put(Resource& resource, BytesView bytes) {
  auto object = shared_.writer.put(bytes);
  if (object) {
    resource.object = *object;
    return;
  }
  if (!shared_.broken) shared_.broken = std::move(object).error();
  shared_.on_broken();
}

std::vector<capture::Part> Gatherer::parts() const {
  std::vector<capture::Part> parts;
  std::unordered_set<std::string> placed;
  place(of_page_, 0, parts, placed);
  return parts;
}

void Gatherer::place(const std::vector<Wanted>& wanted, std::uint32_t parent,
                     std::vector<capture::Part>& parts, std::unordered_set<std::string>& placed) const {
  for (const Wanted& one : wanted) {
    const auto found = resources_.find(one.name);
    if (found == resources_.end() || !placed.insert(one.name).second) continue;
    const Resource& resource = found->second;
    capture::Part part;
    part.n = static_cast<std::uint32_t>(parts.size() + 1);
    part.parent = parent;
    part.role = resource.role;
    part.url = one.name;
    part.media_type = resource.media_type;
    part.status = resource.status;
    part.object = resource.object;
    parts.push_back(std::move(part));
    place(resource.wanted, static_cast<std::uint32_t>(parts.size()), parts, placed);
  }
}

}  // namespace keepleaf::acquire
