#include "support/http_server.h"

#include <httplib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace keepleaf::test {
namespace {

struct SelfSigned {
  EVP_PKEY* key = EVP_RSA_gen(2048);
  X509* certificate = X509_new();

  SelfSigned() {
    ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate), 0);
    X509_gmtime_adj(X509_getm_notAfter(certificate), 3600);
    X509_set_pubkey(certificate, key);
    X509_NAME* const name = X509_get_subject_name(certificate);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("127.0.0.1"),
                               -1, -1, 0);
    X509_set_issuer_name(certificate, name);
    X509_sign(certificate, key, EVP_sha256());
  }
  ~SelfSigned() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
  SelfSigned(const SelfSigned&) = delete;
  SelfSigned& operator=(const SelfSigned&) = delete;
};

}  // namespace

std::string HttpServer::Request::header(const std::string& name) const {
  for (const auto& [key, value] : headers)
    if (strcasecmp(key.c_str(), name.c_str()) == 0) return value;
  return {};
}

struct HttpServer::State {
  std::string host;
  int port = -1;
  std::unique_ptr<httplib::Server> server;
  std::thread thread;

  mutable std::mutex mutex;
  mutable std::condition_variable changed;
  std::map<std::string, Handler> handlers;
  std::vector<Request> requests;
  std::size_t at_once = 0;
  std::size_t most_at_once = 0;
  bool stopping = false;

  void answer(const httplib::Request& in, httplib::Response& out) {
    Request request{in.path, in.target, {in.headers.begin(), in.headers.end()}};
    Handler handler;
    {
      const std::lock_guard lock(mutex);
      requests.push_back(request);
      most_at_once = std::max(most_at_once, ++at_once);
      if (const auto found = handlers.find(in.path); found != handlers.end()) handler = found->second;
      changed.notify_all();
    }
    const Reply reply = handler ? handler(request) : Reply{404, "<h1>Not here</h1>"};
    out.status = reply.status;
    for (const auto& [name, value] : reply.headers) out.set_header(name, value);
    if (reply.missing != 0 || reply.hang)
      cut_short(reply, out);
    else if (reply.type.empty())
      out.body = reply.body;
    else
      out.set_content(reply.body, reply.type);
    const std::lock_guard lock(mutex);
    --at_once;
  }

  void cut_short(const Reply& reply, httplib::Response& out) {
    const std::size_t promised = reply.body.size() + (reply.hang ? 1 : reply.missing);
    out.set_content_provider(promised, reply.type,
                             [this, reply](std::size_t offset, std::size_t, httplib::DataSink& sink) {
                               if (offset < reply.body.size())
                                 return sink.write(reply.body.data() + offset, reply.body.size() - offset);
                               if (reply.hang) {
                                 std::unique_lock lock(mutex);
                                 changed.wait(lock, [&] { return stopping; });
                               }
                               return false;
                             });
  }
};

HttpServer::HttpServer(std::string host, Security security) : state_(std::make_unique<State>()) {
  state_->host = std::move(host);
  if (security == Security::self_signed) {
    const SelfSigned identity;
    state_->server = std::make_unique<httplib::SSLServer>(identity.certificate, identity.key);
  } else {
    state_->server = std::make_unique<httplib::Server>();
  }
  state_->server->new_task_queue = [] { return new httplib::ThreadPool(32); };
  state_->server->set_keep_alive_timeout(1);
  const auto answer = [state = state_.get()](const httplib::Request& in, httplib::Response& out) {
    state->answer(in, out);
  };
  state_->server->Get(".*", answer);
  state_->server->Post(".*", answer);
  state_->port = state_->server->bind_to_any_port(state_->host.c_str());
  if (state_->port < 0) return;
  state_->thread = std::thread([state = state_.get()] { state->server->listen_after_bind(); });
  while (!state_->server->is_running()) std::this_thread::yield();
}

HttpServer::~HttpServer() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->stopping = true;
    state_->changed.notify_all();
  }
  state_->server->stop();
  if (state_->thread.joinable()) state_->thread.join();
}

bool HttpServer::listening() const { return state_->port > 0; }
std::uint16_t HttpServer::port() const { return static_cast<std::uint16_t>(state_->port); }

std::string HttpServer::authority() const {
  const bool v6 = state_->host.find(':') != std::string::npos;
  return (v6 ? '[' + state_->host + ']' : state_->host) + ':' + std::to_string(state_->port);
}

std::string HttpServer::url(const std::string& path) const {
  const bool secure = dynamic_cast<httplib::SSLServer*>(state_->server.get()) != nullptr;
  return (secure ? "https://" : "http://") + authority() + path;
}

void HttpServer::page(const std::string& path, std::string body, std::string type) {
  handle(path, [body = std::move(body), type = std::move(type)](const Request&) {
    return Reply{200, body, type};
  });
}

void HttpServer::redirect(const std::string& path, std::string location, int status) {
  handle(path, [location = std::move(location), status](const Request&) {
    return Reply{status, "moved", "text/plain", {{"Location", location}}};
  });
}

void HttpServer::handle(const std::string& path, Handler handler) {
  const std::lock_guard lock(state_->mutex);
  state_->handlers[path] = std::move(handler);
}

std::vector<HttpServer::Request> HttpServer::requests() const {
  const std::lock_guard lock(state_->mutex);
  return state_->requests;
}

std::size_t HttpServer::count(const std::string& path) const {
  const std::lock_guard lock(state_->mutex);
  return static_cast<std::size_t>(
      std::count_if(state_->requests.begin(), state_->requests.end(),
                    [&](const Request& request) { return request.path == path; }));
}

bool HttpServer::wait_for(const std::string& path) const {
  std::unique_lock lock(state_->mutex);
  return state_->changed.wait_for(lock, std::chrono::seconds(10), [&] {
    return std::any_of(state_->requests.begin(), state_->requests.end(),
                       [&](const Request& request) { return request.path == path; });
  });
}

std::size_t HttpServer::most_at_once() const {
  const std::lock_guard lock(state_->mutex);
  return state_->most_at_once;
}

std::string gzip(const std::string& raw) {
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2 failed");
  std::string packed(deflateBound(&stream, raw.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(raw.data()));
  stream.avail_in = static_cast<uInt>(raw.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace keepleaf::test
