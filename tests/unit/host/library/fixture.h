// What the library's tests share: an open library, captures made of a few parts, a clock that stands still.
#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "library/library.h"
#include "support/catch.h"
#include "support/temp_dir.h"

namespace keepleaf::test {

class FixedClock final : public Clock {
 public:
  UnixMs now() const override { return time; }
  UnixMs time = 1'790'000'000'000;
};

inline Bytes noise(std::size_t size, std::uint32_t seed) {
  std::mt19937_64 random(seed);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random() & 0xFFU);
  return bytes;
}

inline Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}
inline void must(const Status& status) {
  if (!status) FAIL(status.error().message);
}
template <class T>
ErrorCode code_of(const Result<T>& result) {
  REQUIRE_FALSE(result.has_value());
  return result.error().code;
}

struct Item {
  std::string role;
  Bytes bytes;
  std::string media_type;
};

// A page with a document and resources, sent through a CaptureSink as any producer does.
struct Taken {
  Uuid id;
  capture::Page page;
  std::vector<Item> items;

  std::vector<capture::Part> parts() const {
    std::vector<capture::Part> list;
    for (std::uint32_t n = 0; n < items.size(); ++n) {
      capture::Part part;
      part.n = n;
      if (n > 0) part.parent = 0;
      part.role = items[n].role;
      part.url = page.url + "#" + std::to_string(n);
      part.media_type = items[n].media_type;
      part.status = "ok";
      part.object = sha256(items[n].bytes);
      list.push_back(std::move(part));
    }
    return list;
  }

  Result<capture::Committed> send(capture::CaptureSink& sink) const {
    KL_ASSIGN(const auto begun, sink.begin(id, page.url, 0));
    if (begun.committed) return *begun.committed;
    std::vector<Sha256Digest> digests;
    for (const Item& item : items) digests.push_back(sha256(item.bytes));
    KL_ASSIGN(const auto known, sink.have(id, digests));
    for (std::uint32_t n = 0; n < items.size(); ++n) {
      if (known[n]) continue;
      for (std::size_t at = 0; at < items[n].bytes.size(); at += 384U << 10) {
        const BytesView rest = BytesView(items[n].bytes).subspan(at);
        KL_TRY(sink.write(id, n, at, rest.first(std::min<std::size_t>(rest.size(), 384U << 10))));
      }
      KL_TRY(sink.end_upload(id, n, items[n].bytes.size(), digests[n]));
    }
    KL_TRY(sink.add_parts(id, parts()));
    return sink.commit(id, page, static_cast<std::uint32_t>(items.size()));
  }
};

inline Taken take(const std::string& url, const std::string& title, const std::string& body, UnixMs at) {
  Taken taken;
  taken.id = Uuid::v7(at);
  taken.page.url = url;
  taken.page.title = title;
  taken.page.taken_at = at;
  taken.items.push_back(
      {"document", bytes_of("<!doctype html><title>" + title + "</title><p>" + body + "</p>"), "text/html"});
  return taken;
}

struct OpenLibrary {
  explicit OpenLibrary(const TempDir& dir) : folder(dir / "library"), state(dir / "state") { reopen(); }

  void reopen() {
    library.reset();
    library = must(library::Library::open(options()));
  }
  library::OpenOptions options() const { return {folder, state, &clock, false}; }
  library::Library* operator->() const { return library.get(); }

  capture::Committed keep(const Taken& taken) { return must(taken.send(library->captures())); }
  // Later than everything before.
  UnixMs later() { return clock.time += 1000; }
  std::vector<std::string> found(const std::string& query) {
    std::vector<std::string> urls;
    for (const auto& hit : must(library->search({query, 50, ""})).items) urls.push_back(hit.link.url);
    return urls;
  }

  std::filesystem::path folder;
  std::filesystem::path state;
  FixedClock clock;
  std::unique_ptr<library::Library> library;
};

}  // namespace keepleaf::test
