#include "page/tag_writer.h"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "page/address.h"
#include "page/chars.h"
#include "page/html_text.h"
#include "page/srcset.h"

namespace keepleaf::page {
namespace {

using namespace std::string_view_literals;

std::string plain(const Attribute& attribute) {
  return decode_references(attribute.value, ReferenceContext::attribute);
}

std::string plain(const Token& token, std::string_view name) {
  const Attribute* found = token.attribute(name);
  return found ? plain(*found) : std::string();
}

void write(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  out += escape_attribute(value);
  out += '"';
}

// An address without bytes, which no browser takes for a picture.
constexpr std::string_view kNothing = "data:,";

// Whether the element is to be shown broken, as browsers show what they could not load: with a mark, or the
// words that stand for it. A film that has a picture shows that.
bool shows_failure(const Token& token) {
  if (token.name == "video") return !token.attribute("poster");
  return token.name == "img" || token.name == "input" || token.name == "audio";
}

// What lazy loaders keep the real address in.
constexpr std::array kLazySource = {"data-src"sv, "data-lazy-src"sv, "data-original"sv, "data-actualsrc"sv,
                                    "data-lazy"sv};
constexpr std::array kLazySet = {"data-srcset"sv, "data-lazy-srcset"sv, "data-original-set"sv};

template <std::size_t N>
const Attribute* first_of(const Token& token, const std::array<std::string_view, N>& names) {
  for (const std::string_view name : names) {
    const Attribute* found = token.attribute(name);
    if (found && !trimmed(found->value).empty()) return found;
  }
  return nullptr;
}

}  // namespace

WrittenTag TagWriter::start(const Token& token) {
  const std::string& name = token.name;
  // Wherever these stand: another reader may not see the SVG around them.
  if (name == "meta") return {meta(token)};
  if (name == "base") return {base(token)};
  if (name == "iframe" || name == "frame") return {frame(token)};
  if (name == "object" || name == "embed") return embedded(token);
  if (name == "use" && token.foreign) {
    if (auto written = use(token)) return {*std::move(written)};
  }
  if (!token.foreign && name == "link") return {link(token)};
  if (!token.foreign && (name == "xmp" || name == "plaintext")) return {element(token, "pre", {})};
  Names without;
  std::string extra;
  // No script of the page runs: nobody is left from whom a shadow tree could be closed, but what shows its
  // state.
  if (options_.form == Form::shown && name == "template" &&
      equals_ignoring_case(plain(token, "shadowrootmode"), "closed")) {
    without.insert("shadowrootmode");
    write(extra, "shadowrootmode", "open");
  }
  if (options_.form == Form::stored && !token.foreign) extra = lazy(token, without);
  if ((name == "video" || name == "audio") && !token.attribute("muted")) without.insert("autoplay");
  return {element(token, token.written_name, without, extra)};
}

std::string TagWriter::element(const Token& token, std::string_view name, const Names& without,
                               std::string_view extra) {
  std::string out = "<" + std::string(name);
  std::unordered_set<std::string> seen;
  for (const Attribute& candidate : token.attributes) {
    const std::string attribute_name = lower(candidate.name);
    if (!is_safe_attribute_name(attribute_name) || !seen.insert(attribute_name).second) continue;
    if (!without.contains(attribute_name)) attribute(token, candidate, attribute_name, out);
  }
  out += extra;
  if (token.self_closing && token.foreign) return out + "/>";
  out += '>';
  if (token.self_closing && options_.flavour == Flavour::xml && !is_void_element(token.name)) {
    out += "</" + std::string(name) + ">";
  }
  return out;
}

void TagWriter::attribute(const Token& token, const Attribute& attribute, const std::string& name,
                          std::string& out) {
  const AttributeRule rule =
      attribute_rule(token.name, name, token.foreign || options_.flavour == Flavour::xml);
  switch (rule.kind) {
    case AttributeKind::drop:
      return;
    case AttributeKind::keep:
      out += ' ';
      out += attribute.name;
      out += "=\"" + requote_attribute(attribute.value) + "\"";
      return;
    case AttributeKind::resource: {
      const std::string reference = plain(attribute);
      const bool fragment = trimmed(reference).starts_with('#') && rule.use == Use::svg;
      const Resource found = fragment ? Resource{reference} : visitor_.resource(reference, rule.use);
      if (!found.address.empty()) {
        write(out, attribute.name, found.address);
      } else {
        write(out, "data-keepleaf-" + (name == "xlink:href" ? "href" : name), reference);
        const bool failed = !found.held && name == "src" && shows_failure(token);
        if (failed && options_.form == Form::shown) write(out, "src", kNothing);
      }
      if (found.held) write(out, "data-keepleaf-held", std::to_string(*found.held));
      return;
    }
    case AttributeKind::srcset:
      if (const std::string kept = sources(plain(attribute), rule.use); !kept.empty()) write(out, name, kept);
      return;
    case AttributeKind::link:
      if (const std::string kept = visitor_.link(plain(attribute)); !kept.empty())
        write(out, attribute.name, kept);
      return;
    case AttributeKind::submit:
      if (const std::string kept = visitor_.submit(plain(attribute)); !kept.empty()) {
        write(out, name, kept);
      } else {
        write(out, "data-keepleaf-" + name, plain(attribute));
      }
      return;
    case AttributeKind::fragment:
      if (const std::string kept = plain(attribute); trimmed(kept).starts_with('#'))
        write(out, attribute.name, kept);
      return;
    case AttributeKind::style:
      write(out, attribute.name, rewrite_css(plain(attribute), CssContext::declarations, visitor_));
      return;
    case AttributeKind::animated:
      if (const std::string kept = plain(attribute); may_be_animated(kept)) write(out, attribute.name, kept);
      return;
  }
}

std::string TagWriter::sources(std::string_view value, Use use) {
  std::vector<ImageCandidate> kept;
  for (ImageCandidate& candidate : parse_srcset(value)) {
    candidate.url = visitor_.resource(candidate.url, use).address;
    if (!candidate.url.empty()) kept.push_back(std::move(candidate));
  }
  return write_srcset(kept);
}

std::string TagWriter::meta(const Token& token) {
  const bool pragma = token.attribute("http-equiv") != nullptr;
  const bool language =
      pragma && equals_ignoring_case(trimmed(plain(token, "http-equiv")), "content-language");
  const std::string name = lower(trimmed(plain(token, "name")));
  if ((pragma && !language) || token.attribute("charset") || name == "referrer") return {};
  return element(token, token.written_name, {}, language ? " http-equiv=\"content-language\"" : "");
}

std::string TagWriter::base(const Token& token) {
  const std::string target = plain(token, "target");
  std::string out;
  if (!target.empty()) {
    out = "<base";
    write(out, "target", target);
    out += '>';
  }
  return out;
}

std::string TagWriter::link(const Token& token) {
  const std::string href = plain(token, "href");
  const LinkKind kind = link_kind(plain(token, "rel"));
  const Names own = {"href", "rel", "as", "charset", "disabled"};
  std::string extra;
  switch (kind) {
    case LinkKind::stylesheet:
      return linked_sheet(token, href);
    case LinkKind::alternate_stylesheet:
      // Not applied unless a person chooses it, which a saved page has no way to.
      write(extra, "data-keepleaf-href", href);
      write(extra, "data-keepleaf-rel", "alternate stylesheet");
      return element(token, token.written_name, own, extra);
    case LinkKind::icon: {
      const Resource icon = visitor_.resource(href, Use::icon);
      if (icon.address.empty()) return {};
      write(extra, "rel", plain(token, "rel"));
      write(extra, "href", icon.address);
      return element(token, token.written_name, own, extra);
    }
    case LinkKind::relation: {
      const std::string address = visitor_.link(href);
      if (address.empty()) return {};
      write(extra, "rel", plain(token, "rel"));
      write(extra, "href", address);
      return element(token, token.written_name, own, extra);
    }
    case LinkKind::fetches:
      break;
  }
  return {};
}

std::string TagWriter::linked_sheet(const Token& token, const std::string& href) {
  const Names own = {"href", "rel", "type", "as", "charset", "disabled", "sizes", "hreflang"};
  const std::string type = lower(trimmed(plain(token, "type")));
  const bool css = type.empty() || type == "text/css" || type.starts_with("text/css;");
  std::string extra;
  if (token.attribute("disabled") || !css || trimmed(href).empty()) {
    write(extra, "data-keepleaf-href", href);
    return element(token, token.written_name, own, extra);
  }
  const Sheet sheet = visitor_.linked_sheet(href, plain(token, "media"));
  if (sheet.inlined) {
    write(extra, "data-keepleaf-href", href);
    return element(token, "style", own, extra) + sheet.text + "</style>";
  }
  if (sheet.text.empty()) {
    write(extra, "data-keepleaf-href", href);
  } else {
    write(extra, "rel", "stylesheet");
    write(extra, "href", sheet.text);
  }
  return element(token, token.written_name, own, extra);
}

std::string TagWriter::frame(const Token& token) {
  const bool in_frameset = token.name == "frame";
  const Attribute* srcdoc = in_frameset ? nullptr : token.attribute("srcdoc");
  Names without = {"src", "loading"};
  std::string lazy_source;
  if (options_.form == Form::stored) {
    if (const Attribute* source = first_of(token, kLazySource)) lazy_source = plain(*source);
  }
  const std::string source = lazy_source.empty() ? plain(token, "src") : lazy_source;
  const Frame frame =
      visitor_.frame(source, srcdoc ? std::optional<std::string>(plain(*srcdoc)) : std::nullopt, in_frameset);
  std::string extra;
  if (options_.form == Form::shown && !in_frameset)
    write(extra, "sandbox", frame.runs_script ? "allow-scripts" : "");
  if (frame.srcdoc) {
    write(extra, "srcdoc", *frame.srcdoc);
  } else if (!frame.address.empty()) {
    write(extra, "src", frame.address);
  }
  return element(token, token.written_name, without, extra);
}

// What is shown from another file comes into the document.
std::optional<std::string> TagWriter::use(const Token& token) {
  const std::string reference = token.attribute("href") ? plain(token, "href") : plain(token, "xlink:href");
  if (trimmed(reference).empty() || trimmed(reference).starts_with('#')) return std::nullopt;
  const std::optional<Sprite> sprite = visitor_.sprite(reference);
  if (!sprite) return std::nullopt;
  std::string extra;
  write(extra, "href", "#" + sprite->id);
  Token open = token;
  open.self_closing = false;
  std::string out =
      sprite->before + element(open, token.written_name, {"href", "xlink:href"}, extra) + sprite->inside;
  if (token.self_closing) out += "</use>";
  return out;
}

WrittenTag TagWriter::embedded(const Token& token) {
  const bool is_object = token.name == "object";
  Names own = {"data", "src", "type", "classid", "codebase", "name"};
  const Embedded embedded = visitor_.embedded(plain(token, is_object ? "data" : "src"));
  std::string extra;
  switch (embedded.kind) {
    case Embedded::Kind::address:
      write(extra, is_object ? "data" : "src", embedded.address);
      return {element(token, token.written_name, {"data", "src"}, extra)};
    case Embedded::Kind::image:
      write(extra, "src", embedded.address);
      write(extra, "data-keepleaf-was", token.name);  // for rules that select it by its type
      if (embedded.unscaled) {
        own.insert("style");
        write(extra, "style",
              "object-fit:none;object-position:0 0;" +
                  rewrite_css(plain(token, "style"), CssContext::declarations, visitor_));
      }
      return {element(token, "img", own, extra), is_object};
    case Embedded::Kind::frame:
      write(extra, "sandbox", embedded.runs_script ? "allow-scripts" : "");
      write(extra, "frameborder", "0");  // as a hint, which the page's own sheets win over
      write(extra, "data-keepleaf-was", token.name);
      if (embedded.address.empty()) {
        write(extra, "srcdoc", embedded.srcdoc);
      } else {
        write(extra, "src", embedded.address);
      }
      return {element(token, "iframe", own, extra) + "</iframe>", is_object};
    case Embedded::Kind::fallback:
      break;
  }
  if (!is_object) return {};
  return {element(token, token.written_name, own)};
}

// Makes lazy images load: what the loader's script would have put into src and srcset.
std::string TagWriter::lazy(const Token& token, Names& without) {
  std::string extra;
  const std::string& name = token.name;
  if (name != "img" && name != "source" && name != "video" && name != "audio") return extra;
  const Use use = name == "video" ? Use::video : name == "audio" ? Use::audio : Use::image;
  if (const Attribute* source = name == "source" ? nullptr : first_of(token, kLazySource)) {
    const std::string reference = plain(*source);
    const Resource found = visitor_.resource(reference, use);
    if (!found.address.empty()) {
      write(extra, "src", found.address);
      without.insert("src");
      lazy_.insert(cleaned_reference(reference));
    }
  }
  if (const Attribute* set = name == "video" || name == "audio" ? nullptr : first_of(token, kLazySet)) {
    const std::string kept = sources(plain(*set), use);
    if (!kept.empty()) {
      write(extra, "srcset", kept);
      without.insert("srcset");
    }
  }
  return extra;
}

}  // namespace keepleaf::page
