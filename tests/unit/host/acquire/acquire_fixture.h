// A server on loopback, a sink in memory, and one page fetched from the one into the other.
#pragma once

#include <string>

#include "acquire/acquire.h"
#include "support/http_server.h"
#include "support/memory_sink.h"

namespace keepleaf::test {

struct PageFixture {
  HttpServer server;
  MemorySink sink;
  acquire::Options options;

  PageFixture() {
    options.id = Uuid::v7(1);
    options.allowed_hosts = {server.authority()};
    options.limits.page_time = options.limits.resource_time = std::chrono::seconds(20);
  }

  acquire::Outcome fetch(const std::string& path, std::stop_token stop = {}) {
    return acquire::fetch_page(server.url(path), sink, options, std::move(stop));
  }
  const MemorySink::Capture& capture() const { return sink.captures.at(options.id); }
  const capture::Part* part(const std::string& url) const {
    for (const auto& [n, part] : capture().parts)
      if (part.url == url) return &part;
    return nullptr;
  }
  const capture::Part* at(const std::string& path) const { return part(server.url(path)); }
  std::string status(const std::string& path) const {
    const capture::Part* const found = at(path);
    return found == nullptr ? "absent" : found->status;
  }
  std::string bytes(const capture::Part& part) const {
    return std::string(as_text(sink.objects.at(*part.object)));
  }
  std::string root() const { return bytes(capture().parts.at(0)); }
};

inline HttpServer::Reply hanging() { return {200, "", "text/html", {}, 0, true}; }

}  // namespace keepleaf::test
