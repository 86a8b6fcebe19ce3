// HttpServer: a real HTTP server on loopback for one test case. What is not registered is answered 404.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace keepleaf::test {

class HttpServer {
 public:
  struct Request {
    std::string path;    // without the query
    std::string target;  // as sent
    std::multimap<std::string, std::string> headers;
    // The first such header, whatever its case; empty when there is none.
    std::string header(const std::string& name) const;
  };
  struct Reply {
    int status = 200;
    std::string body;
    std::string type = "text/html";  // empty: no Content-Type
    std::vector<std::pair<std::string, std::string>> headers{};
    std::uint64_t missing = 0;  // bytes that Content-Length promises and that never come
    bool hang = false;          // send the body, then nothing more until the server stops
  };
  using Handler = std::function<Reply(const Request&)>;

  enum class Security { plain, self_signed };
  explicit HttpServer(std::string host = "127.0.0.1", Security security = Security::plain);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // False when the machine has no such address (IPv6 may be off).
  bool listening() const;
  std::uint16_t port() const;
  std::string authority() const;  // 127.0.0.1:PORT, [::1]:PORT
  std::string url(const std::string& path = "/") const;

  void page(const std::string& path, std::string body, std::string type = "text/html");
  void redirect(const std::string& path, std::string location, int status = 302);
  void handle(const std::string& path, Handler handler);

  // Everything that was asked for so far, in order of arrival.
  std::vector<Request> requests() const;
  std::size_t count(const std::string& path) const;
  // Waits until `path` was asked for; false after ten seconds.
  bool wait_for(const std::string& path) const;
  // The most requests that were being answered at the same moment.
  std::size_t most_at_once() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// `raw` in the gzip format.
std::string gzip(const std::string& raw);

}  // namespace keepleaf::test
