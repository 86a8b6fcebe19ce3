#include "archive/headers.h"

#include "archive/limits.h"
#include "archive/transfer.h"
#include "page/encoding.h"

namespace keepleaf::archive {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  return out;
}

Bytes bytes_of(std::string_view text) {
  const BytesView view = as_bytes(text);
  return {view.begin(), view.end()};
}

// One word between =? and ?=: charset?encoding?text.
std::optional<std::string> word(std::string_view inner) {
  const std::size_t first = inner.find('?');
  const std::size_t second = first == std::string_view::npos ? first : inner.find('?', first + 1);
  if (second != first + 2 || second == std::string_view::npos) return std::nullopt;
  std::string_view charset = inner.substr(0, first);
  charset = charset.substr(0, charset.find('*'));  // a language may stand behind it
  const auto encoding = page::encoding_name(charset);
  if (!encoding) return std::nullopt;
  std::string text(inner.substr(second + 1));
  const char kind = inner[first + 1];
  if (kind != 'B' && kind != 'b')
    for (char& c : text)
      if (c == '_') c = ' ';
  auto opened = memory_content(bytes_of(text))->open();
  if (!opened) return std::nullopt;
  const auto input = kind == 'B' || kind == 'b' ? base64_input(std::move(*opened))
                                                : quoted_printable_input(std::move(*opened));
  const auto bytes = read_all(*input, kLimits.head);
  return bytes ? std::optional(page::decode(*bytes, *encoding)) : std::nullopt;
}

}  // namespace

Result<Headers> Headers::read(LineInput& input) {
  Headers headers;
  std::uint64_t size = 0;
  for (;;) {
    KL_ASSIGN(const auto line, input.line(kLimits.head));
    if (!line) return fail(ErrorCode::corrupt, "the file ends in the middle of its headers");
    if (line->empty()) return headers;
    size += line->size();
    if (size > kLimits.head)
      return fail(ErrorCode::too_large, "headers are longer than " + std::to_string(kLimits.head) + " bytes");
    if ((line->front() == ' ' || line->front() == '\t') && !headers.fields_.empty()) {
      headers.fields_.back().second += " ";
      headers.fields_.back().second += trimmed(*line);
      continue;
    }
    const std::size_t colon = line->find(':');
    if (colon == std::string::npos) continue;
    headers.fields_.emplace_back(lower(trimmed(std::string_view(*line).substr(0, colon))),
                                 trimmed(std::string_view(*line).substr(colon + 1)));
  }
}

std::string_view Headers::get(std::string_view name) const {
  const std::string wanted = lower(name);
  for (const auto& [field, value] : fields_)
    if (field == wanted) return value;
  return {};
}

std::string parameter(std::string_view value, std::string_view name) {
  const std::string names = lower(value);
  for (std::size_t at = names.find(';'); at != std::string::npos; at = names.find(';', at + 1)) {
    std::size_t begin = at + 1;
    while (begin < names.size() && (names[begin] == ' ' || names[begin] == '\t')) ++begin;
    if (names.compare(begin, name.size(), name) != 0) continue;
    std::size_t equals = begin + name.size();
    while (equals < names.size() && names[equals] == ' ') ++equals;
    if (equals >= names.size() || names[equals] != '=') continue;
    const std::string_view rest = trimmed(value.substr(equals + 1));
    if (rest.starts_with('"')) return std::string(rest.substr(1, rest.find('"', 1) - 1));
    return std::string(trimmed(rest.substr(0, rest.find(';'))));
  }
  return {};
}

std::string decoded_words(std::string_view text) {
  std::string out;
  bool after_word = false;
  while (!text.empty()) {
    const std::size_t begin = text.find("=?");
    const std::size_t question = begin == std::string_view::npos ? begin : text.find('?', begin + 2);
    const std::size_t text_begin =
        question == std::string_view::npos ? question : text.find('?', question + 1);
    const std::size_t end =
        text_begin == std::string_view::npos ? text_begin : text.find("?=", text_begin + 1);
    if (end == std::string_view::npos) return out.append(text);
    const auto decoded = word(text.substr(begin + 2, end - begin - 2));
    const std::string_view between = text.substr(0, begin);
    // White space between two words only separates them.
    if (!after_word || !trimmed(between).empty() || !decoded) out.append(between);
    if (decoded)
      out.append(*decoded);
    else
      out.append(text.substr(begin, end + 2 - begin));
    after_word = decoded.has_value();
    text.remove_prefix(end + 2);
  }
  return out;
}

std::string_view unbracketed(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('<')) text.remove_prefix(1);
  if (text.ends_with('>')) text.remove_suffix(1);
  return text;
}

}  // namespace keepleaf::archive
