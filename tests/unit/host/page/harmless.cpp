#include "harmless.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <memory>
#include <vector>

#include "page/data_url.h"
#include "page/restore_state.h"

namespace keepleaf::test {
namespace {

struct Deleter {
  void operator()(GumboOutput* output) const { gumbo_destroy_output(&kGumboDefaultOptions, output); }
};

std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

std::string element_name(const GumboElement& element) {
  if (element.tag != GUMBO_TAG_UNKNOWN) return gumbo_normalized_tagname(element.tag);
  GumboStringPiece name = element.original_tag;
  gumbo_tag_from_original_text(&name);
  return lowered({name.data, name.length});
}

// Addresses that browsers load by themselves must begin so.
bool is_local(std::string_view value) {
  while (!value.empty() && static_cast<unsigned char>(value.front()) <= ' ') value.remove_prefix(1);
  return value.empty() || value.front() == '#' || lowered(value.substr(0, 5)) == "data:";
}

std::string document_in(std::string_view data_url) {
  const auto data = page::parse_data_url(data_url);
  return data ? std::string(as_text(data->bytes)) : std::string();
}

// What the escape behind the backslash at css[i] is in a name: a letter or digit of ASCII (in lower case),
// "-" or "_", or else a byte that stands for any other. Leaves `i` at the escape's last character.
char unescaped(std::string_view css, std::size_t& i) {
  constexpr char kOther = '\x80';
  if (++i >= css.size()) return kOther;
  if (css[i] == '\n' || css[i] == '\r' || css[i] == '\f') return ' ';  // no escape
  unsigned long value = static_cast<unsigned char>(css[i]);
  if (std::isxdigit(static_cast<int>(value)) != 0) {
    std::size_t end = i;
    while (end < css.size() && end < i + 6 && std::isxdigit(static_cast<unsigned char>(css[end])) != 0) ++end;
    value = std::stoul(std::string(css.substr(i, end - i)), nullptr, 16);
    const bool space = end < css.size() && std::isspace(static_cast<unsigned char>(css[end])) != 0;
    i = space ? end : end - 1;
  }
  if (value == '-' || value == '_') return static_cast<char>(value);
  if (value >= 0x80 || std::isalnum(static_cast<int>(value)) == 0) return kOther;
  return static_cast<char>(std::tolower(static_cast<int>(value)));
}

// The name of the function whose "(" stands at `open`.
std::string_view function_name(std::string_view css, std::size_t open) {
  std::size_t begin = open;
  while (begin > 0) {
    const auto c = static_cast<unsigned char>(css[begin - 1]);
    if (std::isalnum(c) == 0 && c != '-' && c != '_' && c < 0x80) break;
    --begin;
  }
  return css.substr(begin, open - begin);
}

// `nested`: look into srcdoc too; once, or each level would multiply the contexts.
std::string attribute_harm(const std::string& written, const std::string& name, const std::string& value,
                           bool nested) {
  // Our script may give it that name.
  const std::string element = written.starts_with("keepleaf-as-") ? written.substr(12) : written;
  const std::string where = "<" + element + " " + name + "=\"" + value.substr(0, 80) + "\">";
  if (name.starts_with("on")) return "handler in " + where;
  constexpr std::array kNone = {"ping",        "action",   "formaction", "manifest",
                                "imagesrcset", "codebase", "classid",    "archive"};
  if (std::find(kNone.begin(), kNone.end(), name) != kNone.end()) return where;
  constexpr std::array kLoads = {"src", "poster", "background", "data", "lowsrc", "dynsrc", "icon", "code"};
  const bool custom = element.find('-') != std::string::npos;
  if (!custom && std::find(kLoads.begin(), kLoads.end(), name) != kLoads.end() && !is_local(value))
    return "address in " + where;
  if (name == "href" || name == "xlink:href") {
    const std::string start = lowered(value.substr(0, value.find(':')));
    if (element == "a" || element == "area") {
      if (start == "javascript" || start == "data" || start == "vbscript" || start == "blob")
        return "link in " + where;
    } else if (element != "link" && !custom && !is_local(value)) {
      return "address in " + where;
    }
  }
  if (name == "srcset") {
    for (std::size_t at = value.find("://"); at != std::string::npos;) return "address in " + where;
  }
  if (name == "style" || name == "filter" || name == "mask" || name == "fill" || name == "values") {
    if (const std::string harm = harm_in_css(value); !harm.empty()) return harm + " in " + where;
  }
  if (name == "attributename" && lowered(value).find("href") != std::string::npos) return where;
  // Documents behind addresses are looked into as well, and stand in frames only.
  if (lowered(value.substr(0, 14)) == "data:text/html" && name != "title" && !name.starts_with("data-")) {
    if (name != "src" || (element != "iframe" && element != "frame")) return "document in " + where;
    if (nested) {
      if (const std::string harm = harm_in(document_in(value)); !harm.empty()) return "in src: " + harm;
    }
  }
  if (name == "srcdoc" && nested) {
    if (const std::string harm = harm_in(value); !harm.empty()) return "in srcdoc: " + harm;
  }
  return {};
}

std::string text_of(const GumboNode& node) {
  std::string out;
  const GumboVector& children = node.v.element.children;
  for (unsigned int i = 0; i < children.length; ++i) {
    const auto* child = static_cast<const GumboNode*>(children.data[i]);
    if (child->type != GUMBO_NODE_ELEMENT && child->type != GUMBO_NODE_TEMPLATE) out += child->v.text.text;
  }
  return out;
}

// The one script that may be there: ours, to the letter, with nothing on it that loads.
bool is_restoring_script(const GumboNode& node) {
  const GumboVector& attributes = node.v.element.attributes;
  const auto* type = gumbo_get_attribute(&attributes, "type");
  return attributes.length == 1 && type && std::string_view(type->value) == "module" &&
         text_of(node) == page::restoring_script();
}

// What the policy of a document says of scripts: nothing, or the hash of ours.
bool is_our_policy(std::string_view policy) {
  const std::string ours = "; script-src '" + page::restoring_script_hash() + "'";
  if (policy.ends_with(ours)) policy.remove_suffix(ours.size());
  return policy.find("script") == std::string_view::npos && policy.starts_with("default-src 'none';");
}

bool looks_like_markup(std::string_view css) {
  return css.find("</") != std::string_view::npos || css.find("<!") != std::string_view::npos;
}

std::string element_harm(const GumboNode& node, bool nested) {
  const GumboElement& element = node.v.element;
  const std::string name = element_name(element);
  if (name == "script" && is_restoring_script(node)) return {};
  if (name == "script" || name == "applet" || name == "embed" || name == "portal") return "<" + name + ">";
  bool sandboxed = false;
  bool runs_script = false;
  bool has_script = false;
  bool refresh_like = false;
  std::string rel;
  std::string policy;
  for (unsigned int i = 0; i < element.attributes.length; ++i) {
    const auto* attribute = static_cast<const GumboAttribute*>(element.attributes.data[i]);
    const std::string attribute_name =
        lowered(std::string(attribute->attr_namespace == GUMBO_ATTR_NAMESPACE_XLINK ? "xlink:" : "") +
                attribute->name);
    if (const auto harm = attribute_harm(name, attribute_name, attribute->value, nested); !harm.empty())
      return harm;
    if (attribute_name == "sandbox") {
      runs_script = std::string_view(attribute->value) == "allow-scripts";
      sandboxed = runs_script || *attribute->value == '\0';
    }
    if (attribute_name == "srcdoc" || attribute_name == "src") {
      const std::string document =
          attribute_name == "src" ? document_in(attribute->value) : std::string(attribute->value);
      has_script = has_script || document.find(page::restoring_script_hash()) != std::string::npos ||
                   document.find("canvas") != std::string::npos;  // no box where scripting is off
    }
    if (attribute_name == "http-equiv") policy = lowered(attribute->value);
    if (attribute_name == "rel") rel = lowered(attribute->value);
  }
  refresh_like = name == "meta" && !policy.empty() && policy != "content-language" &&
                 policy != "content-security-policy";
  if (refresh_like) return "<meta http-equiv=" + policy + ">";
  if (name == "iframe" && (!sandboxed || (runs_script && !has_script))) return "<iframe> without sandbox";
  const GumboAttribute* content = gumbo_get_attribute(&element.attributes, "content");
  if (policy == "content-security-policy" && (!content || !is_our_policy(content->value)))
    return "a policy that is not ours";
  if (name == "base" && gumbo_get_attribute(&element.attributes, "href")) return "<base href>";
  if (name == "link") {
    const GumboAttribute* href = gumbo_get_attribute(&element.attributes, "href");
    const bool relation = rel.find("canonical") != std::string::npos ||
                          rel.find("alternate") != std::string::npos || rel == "license" || rel == "author" ||
                          rel == "help" || rel == "me";
    if (href && !relation && !is_local(href->value)) return "<link rel=\"" + rel + "\">";
  }
  if (name == "style") {
    const std::string css = text_of(node);
    // In SVG it is text with its character references resolved: what looks like a tag there was read already.
    if (element.tag_namespace == GUMBO_NAMESPACE_HTML && looks_like_markup(css)) return "markup in CSS";
    return harm_in_css(css);
  }
  return {};
}

std::string harm_in_context(std::string_view html, GumboTag context) {
  GumboOptions options = kGumboDefaultOptions;
  options.max_errors = 0;
  options.fragment_context = context;
  const std::unique_ptr<GumboOutput, Deleter> output(
      gumbo_parse_with_options(&options, html.data(), html.size()));
  std::vector<const GumboNode*> left = {output->document};
  while (!left.empty()) {
    const GumboNode* node = left.back();
    left.pop_back();
    const GumboVector* children = nullptr;
    if (node->type == GUMBO_NODE_DOCUMENT) children = &node->v.document.children;
    if (node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE) {
      if (std::string harm = element_harm(*node, context == GUMBO_TAG_LAST); !harm.empty()) return harm;
      children = &node->v.element.children;
    }
    if (!children) continue;
    for (unsigned int i = 0; i < children->length; ++i)
      left.push_back(static_cast<const GumboNode*>(children->data[i]));
  }
  return {};
}

// In a fragment, readers ignore <body> or add its attributes to the one that is there; gumbo 0.10 asserts
// that there is one. Here it becomes an element like any other, so that its attributes are judged too.
std::string with_plain_body(std::string_view html) {
  std::string out(html);
  for (std::size_t at = out.find('<'); at != std::string::npos; at = out.find('<', at + 1)) {
    if (lowered(out.substr(at + 1, 4)) == "body") out.replace(at + 1, 4, "main");
  }
  return out;
}

}  // namespace

std::string harm_in(std::string_view html) {
  const std::string fragment = with_plain_body(html);
  // As a document; and as what follows a <select>, a <noscript> or a <style> that one reader sees and another
  // does not.
  for (const GumboTag context : {GUMBO_TAG_LAST, GUMBO_TAG_BODY, GUMBO_TAG_SELECT, GUMBO_TAG_TABLE,
                                 GUMBO_TAG_NOSCRIPT, GUMBO_TAG_STYLE, GUMBO_TAG_TITLE, GUMBO_TAG_SVG}) {
    if (std::string harm = harm_in_context(context == GUMBO_TAG_LAST ? html : fragment, context);
        !harm.empty())
      return harm;
  }
  return {};
}

std::string harm_in_css(std::string_view css) {
  // Simpler than a tokenizer, and none of the rewriter's code: what stands outside of strings is searched for
  // addresses.
  std::string text;
  for (std::size_t i = 0; i < css.size(); ++i) {
    const char c = css[i];
    if (c == '\\') {
      text += unescaped(css, i);
    } else if (c == '"' || c == '\'') {
      text += '"';
      for (++i; i < css.size() && css[i] != c && css[i] != '\n'; ++i) {
        if (css[i] == '\\') ++i;
        if (i < css.size())
          text += static_cast<char>(std::tolower(static_cast<unsigned char>(css[i])) | 0x80);
      }
      text += '"';
    } else {
      text += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    }
  }
  for (std::size_t at = text.find("@import"); at != std::string::npos; at = text.find("@import", at + 1)) {
    const unsigned char next = at + 7 < text.size() ? static_cast<unsigned char>(text[at + 7]) : ' ';
    const bool longer_name = std::isalnum(next) || next == '-' || next == '_' || next >= 0x80;
    if (!longer_name) return "@import";
  }
  for (std::size_t at = text.find('('); at != std::string::npos; at = text.find('(', at + 1)) {
    const std::string_view name = function_name(text, at);
    const std::string_view value = std::string_view(text).substr(at + 1);
    if (name == "image-set" || name == "-webkit-image-set") {
      if (value.starts_with('"')) return "image-set(\"" + std::string(value.substr(0, 60));
    }
    if (name != "url") continue;
    if (value.starts_with('"')) {  // the letters of strings were marked above
      std::string plain;
      for (const char c : value.substr(1, value.find('"', 1) - 1)) plain += static_cast<char>(c & 0x7F);
      if (!is_local(plain)) return "url(\"" + plain.substr(0, 60);
    } else if (!is_local(value) && !value.starts_with("! !)")) {
      return "url(" + std::string(value.substr(0, 60));
    }
  }
  return {};
}

}  // namespace keepleaf::test
