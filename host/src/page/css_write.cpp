#include "page/css_write.h"

#include <algorithm>

namespace keepleaf::page {

std::string css_string(std::string_view value) {
  std::string out = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '<') {
      out += "\\3c ";
    } else if (c == '&') {
      out += "\\26 ";
    } else if (c == '\n') {
      out += "\\a ";
    } else if (c == '\r') {
      out += "\\d ";
    } else if (c == '\f') {
      out += "\\c ";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string css_url_token(std::string_view url) {
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F && c != '"' && c != '\'' && c != '(' && c != ')' && c != '\\' &&
           c != '<' && c != '&';
  });
  return plain ? "url(" + std::string(url) + ")" : "url(" + css_string(url) + ")";
}

std::string wrapped_import(const Import& import, std::string_view css) {
  std::string out;
  std::string closers;
  const auto open = [&](std::string_view rule, std::string_view condition) {
    out += rule;
    if (!condition.empty()) out += ' ';
    out += condition;
    out += '{';
    closers += '}';
  };
  if (!import.media.empty()) open("@media", import.media);
  if (import.conditional) open("@supports", "(" + import.supports + ")");
  if (import.layered) open("@layer", import.layer);
  out += css;
  out += closers;
  out += '\n';
  return out;
}

std::string written_import(const Import& import, std::string_view url) {
  std::string out = "@import " + css_url_token(url);
  if (import.layered) out += import.layer.empty() ? " layer" : " layer(" + import.layer + ")";
  if (import.conditional) out += " supports(" + import.supports + ")";
  if (!import.media.empty()) out += ' ' + import.media;
  return out + ';';
}

}  // namespace keepleaf::page
