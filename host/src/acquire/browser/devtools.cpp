#include "acquire/browser/devtools.h"

#include <utility>
#include <vector>

namespace keepleaf::acquire {

void Mailbox::put(Json message) {
  const std::lock_guard lock(mutex_);
  messages_.push_back(std::move(message));
  arrived_.notify_all();
  if (wake_) wake_();
}

std::deque<Json> Mailbox::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(messages_, {});
}

bool Mailbox::wait(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  return arrived_.wait_for(lock, limit, [this] { return !messages_.empty() || closed_; });
}

void Mailbox::close() {
  const std::lock_guard lock(mutex_);
  closed_ = true;
  arrived_.notify_all();
  if (wake_) wake_();
}

void Mailbox::silence() {
  const std::lock_guard lock(mutex_);
  wake_ = {};
}

bool Mailbox::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

Devtools::Devtools(os::PipedChild child) : child_(std::move(child)), reader_([this] { read(); }) {}

Devtools::~Devtools() { child_.hang_up(); }

Result<std::int64_t> Devtools::call(const std::string& method, Json params, const std::string& session,
                                    const std::shared_ptr<Mailbox>& mailbox) {
  const std::int64_t id = ++last_id_;
  {
    const std::lock_guard lock(owners_mutex_);
    by_id_.emplace(id, mailbox);
  }
  Json message{{"id", id}, {"method", method}, {"params", std::move(params)}};
  if (!session.empty()) message["sessionId"] = session;
  // What pages said goes back to them here; what is no UTF-8 in it can't have been meant.
  std::string text = message.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.push_back('\0');
  const std::lock_guard lock(sending_);
  if (!open_) return fail(ErrorCode::cancelled, "The browser has left.");
  KL_TRY(child_.send(text));
  return id;
}

Result<Json> Devtools::ask(const std::string& method, Json params, std::chrono::milliseconds limit) {
  const auto mailbox = std::make_shared<Mailbox>();
  KL_ASSIGN(const std::int64_t id, call(method, std::move(params), {}, mailbox));
  if (!mailbox->wait(limit)) return fail(ErrorCode::timeout, "The browser did not answer " + method + ".");
  std::deque<Json> replies = mailbox->take();
  if (replies.empty()) return fail(ErrorCode::cancelled, "The browser has left.");
  Json& reply = replies.front();
  if (reply.value("id", std::int64_t{0}) != id || !reply.contains("result"))
    return fail(ErrorCode::internal, "The browser refused " + method + ": " +
                                         reply.value("/error/message"_json_pointer, std::string()) + ".");
  return std::move(reply["result"]);
}

void Devtools::listen(const std::string& session, const std::shared_ptr<Mailbox>& mailbox) {
  const std::lock_guard lock(owners_mutex_);
  by_session_[session] = mailbox;
}

void Devtools::forget(const std::shared_ptr<Mailbox>& mailbox) {
  const std::lock_guard lock(owners_mutex_);
  const auto is_theirs = [&](const auto& entry) {
    const auto owner = entry.second.lock();
    return !owner || owner == mailbox;
  };
  std::erase_if(by_session_, is_theirs);
  std::erase_if(by_id_, is_theirs);
}

void Devtools::read() {
  std::vector<char> piece(256U << 10);
  std::string text;
  while (true) {
    const auto got = child_.receive(piece.data(), piece.size());
    if (!got || *got == 0 || text.size() + *got > kLargestMessage) break;
    std::string_view rest(piece.data(), *got);
    for (auto end = rest.find('\0'); end != std::string_view::npos; end = rest.find('\0')) {
      text.append(rest.substr(0, end));
      arrived(text);
      text.clear();
      rest.remove_prefix(end + 1);
    }
    text.append(rest);
  }
  child_.hang_up();
  open_ = false;
  const std::lock_guard lock(owners_mutex_);
  for (const auto& [id, owner] : by_id_)
    if (const auto mailbox = owner.lock()) mailbox->close();
  for (const auto& [session, owner] : by_session_)
    if (const auto mailbox = owner.lock()) mailbox->close();
}

void Devtools::arrived(std::string_view text) {
  Json message = Json::parse(text, nullptr, false);
  if (!message.is_object()) {
    child_.hang_up();
    return;
  }
  if (const auto owner = owner_of(message))
    owner->put(std::move(message));
  else if (!message.contains("id") && !message.contains("sessionId") && on_event_)
    on_event_(message);
}

std::shared_ptr<Mailbox> Devtools::owner_of(const Json& message) {
  const std::lock_guard lock(owners_mutex_);
  if (const auto id = message.find("id"); id != message.end() && id->is_number_integer()) {
    const auto entry = by_id_.extract(id->get<std::int64_t>());
    return entry ? entry.mapped().lock() : nullptr;
  }
  const auto session = message.find("sessionId");
  if (session == message.end() || !session->is_string()) return nullptr;
  const auto entry = by_session_.find(session->get<std::string>());
  if (entry == by_session_.end()) return nullptr;
  // At once, so that nothing that the new session says gets lost.
  if (message.value("method", "") == "Target.attachedToTarget")
    by_session_[message.value("/params/sessionId"_json_pointer, std::string())] = entry->second;
  return entry->second.lock();
}

}  // namespace keepleaf::acquire
