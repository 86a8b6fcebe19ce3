// What the host knows of a page's traffic: the answer to each GET, by address.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/bytes.h"
#include "net/fetcher.h"

namespace keepleaf::acquire {

struct Answered {
  int status = 0;       // as HTTP has it; 0: there was no answer
  std::string failure;  // a part status (docs/protocol.md) in place of bytes; empty when all is well
  std::string media_type;
  std::string redirect;                // absolute; the answer is to be found there
  net::HeaderList headers;             // as they came
  std::shared_ptr<const Bytes> bytes;  // null: not held (any more); to be asked for again
};

class Answers {
 public:
  // Bytes beyond `held` in all are not kept.
  explicit Answers(std::uint64_t held) : room_(held) {}

  // The last answer of an address counts, but one with bytes is not replaced by one without.
  void note(const std::string& url, Answered answer);

  struct Found {
    const Answered* answer = nullptr;  // null: the page did not ask for it
    std::string url;                   // after redirects
  };
  // Follows redirects that the page followed.
  Found find(const std::string& url) const;

 private:
  std::uint64_t room_;
  std::unordered_map<std::string, Answered> by_url_;  // without fragments
};

}  // namespace keepleaf::acquire
