// What the library's tests share: an open library, and captures made of a few parts.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "library/library.h"
#include "support/fixed_clock.h"
#include "support/results.h"
#include "support/samples.h"
#include "support/temp_dir.h"

namespace keepleaf::test {

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
