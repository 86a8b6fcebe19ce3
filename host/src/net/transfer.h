// Transfer: one request of a Fetcher through all its redirects, on one easy handle. Internal to the net room.
#pragma once

#include <curl/curl.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "net/fetcher.h"
#include "net/target.h"

namespace keepleaf::net {

class Transfer {
 public:
  using Clock = std::chrono::steady_clock;

  Transfer(const FetcherOptions& options, Request request, std::unique_ptr<Receiver> receiver);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // The next hop's host and port: what HostSlots counts.
  const std::string& slot() const { return slot_; }
  // Why there is no URL to begin with; set by the constructor.
  const std::optional<Error>& refused() const { return error_; }

  // Makes the handle ready for the next hop. Errors: internal, timeout.
  Status prepare(CURLSH* share);
  CURL* handle() const { return easy_.get(); }

  enum class Step { again, finished };
  // A hop ended: either the next one is to be prepared, or outcome() is what came of it.
  Step hop_ended(CURLcode code);
  Result<Head> outcome();

  Receiver& receiver() { return *receiver_; }

 private:
  struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  };
  struct ListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_data(char* data, std::size_t size, std::size_t count, void* self);
  static curl_socket_t on_open_socket(void* self, curlsocktype purpose, curl_sockaddr* address);

  void aim(Target target);
  bool take_header(std::string_view line);
  bool take_body(BytesView bytes);
  bool tell_head();
  bool redirecting() const;
  std::string referer_for_target() const;
  bool prepare_headers();
  bool prepare_method(CURL* easy);
  Error error_from(CURLcode code) const;
  bool stop_with(Error error);

  const FetcherOptions& options_;
  Request request_;
  std::unique_ptr<Receiver> receiver_;
  std::unique_ptr<CURL, EasyDeleter> easy_;
  std::unique_ptr<curl_slist, ListDeleter> headers_;
  std::array<char, CURL_ERROR_SIZE> message_{};
  std::optional<Clock::time_point> deadline_;

  Target target_;
  std::string slot_;
  std::optional<Error> error_;        // decided by us, goes before what libcurl says
  std::optional<IpAddress> blocked_;  // an address of this hop that the policy refused

  Head head_;
  std::string location_;
  std::uint64_t header_bytes_ = 0;
  std::uint64_t body_bytes_ = 0;
  bool head_complete_ = false;
  bool head_told_ = false;
};

}  // namespace keepleaf::net
