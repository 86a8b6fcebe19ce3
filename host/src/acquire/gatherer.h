// Gatherer: everything that a fetched document loads by itself, and what that loads in turn, each address
// once. Parts are numbered at the end, in document order, so that the order in which answers arrive leaves no
// trace.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "acquire/acquire.h"
#include "acquire/body.h"
#include "capture/capture.h"
#include "net/fetcher.h"
#include "page/references.h"

namespace keepleaf::acquire {

// A reference whose name in the part table and whose place on the network may differ: what a redirected style
// sheet refers to is looked up at replay against the sheet's address as the page wrote it.
struct Wanted {
  std::string name;    // the part's url
  std::string source;  // what is fetched
  std::string role;
};

class Gatherer {
 public:
  // `on_step` is told (done, known) after each resource.
  Gatherer(net::Fetcher& fetcher, Shared& shared, const Limits& limits,
           std::function<void(std::size_t, std::size_t)> on_step);

  // Queues what the page refers to; `html` is the prepared document, `encoding` what it was written in.
  void begin(std::string_view html, const std::string& url, const std::string& encoding);

  // The parts after part 0, in document order. To be called when the fetcher is done.
  std::vector<capture::Part> parts() const;

 private:
  struct Context {
    std::string url;       // the document or sheet that refers
    std::string encoding;  // of the document: what style sheets without a charset are read in
    std::uint32_t depth = 0;
  };
  struct Resource {
    std::string role;
    std::string media_type;
    std::string status;
    std::optional<Sha256Digest> object;
    std::vector<Wanted> wanted;
  };

  std::vector<Wanted> want(std::vector<Wanted> wanted, const Context& context);
  void start(const Wanted& wanted, const Context& context);
  void arrived(const Wanted& wanted, const Context& context, Received received);
  void keep(Resource& resource, const Wanted& wanted, const Context& context, Response response);
  std::vector<Wanted> read_sheet(Resource& resource, const Wanted& wanted, const Context& context,
                                 const Response& response);
  void put(Resource& resource, BytesView bytes);
  void place(const std::vector<Wanted>& wanted, std::uint32_t parent, std::vector<capture::Part>& parts,
             std::unordered_set<std::string>& placed) const;

  net::Fetcher& fetcher_;
  Shared& shared_;
  const Limits& limits_;
  const std::function<void(std::size_t, std::size_t)> on_step_;
  std::string page_url_;
  std::vector<Wanted> of_page_;
  std::unordered_map<std::string, Resource> resources_;  // by name; references stay valid while it grows
  std::size_t done_ = 0;
};

}  // namespace keepleaf::acquire
