#include "acquire/browser/answers.h"

#include <utility>

#include "url/url.h"

namespace keepleaf::acquire {
namespace {
constexpr int kRedirects = 20;
}

void Answers::note(const std::string& url, Answered answer) {
  if (answer.bytes) {
    if (answer.bytes->size() > room_)
      answer.bytes.reset();
    else
      room_ -= answer.bytes->size();
  }
  auto& known = by_url_[std::string(url::without_fragment(url))];
  if (known.bytes && !answer.bytes) return;
  if (known.bytes) room_ += known.bytes->size();
  known = std::move(answer);
}

Answers::Found Answers::find(const std::string& url) const {
  std::string at(url::without_fragment(url));
  for (int hop = 0; hop <= kRedirects; ++hop) {
    const auto found = by_url_.find(at);
    if (found == by_url_.end()) return {};
    if (found->second.redirect.empty()) return {&found->second, at};
    at = std::string(url::without_fragment(found->second.redirect));
  }
  return {};
}

}  // namespace keepleaf::acquire
