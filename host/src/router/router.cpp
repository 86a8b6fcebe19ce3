#include "router/router.h"

#include <string>
#include <utility>
#include <variant>

#include "protocol/retry.h"
#include "router/state.h"

namespace keepleaf::router {

tl::unexpected<Error> no_such(const char* what, const Uuid& id) {
  return fail(ErrorCode::not_found, std::string("there is no ") + what + " " + id.str());
}

Result<library::Library*> Router::State::open() {
  if (library) return library.get();
  if (why_closed && protocol::retry_of(why_closed->code) != protocol::Retry::later)
    return fail(Error(*why_closed));
  auto opened = library::Library::open(options.library);
  if (!opened) {
    why_closed = opened.error();
    return fail(std::move(opened).error());
  }
  library = std::move(*opened);
  start_what_is_due();
  return library.get();
}

void Router::State::start_what_is_due() {
  if (!options.on_work_due) return;
  const auto due = library->next_tending();
  if (due && *due && **due <= system_clock().now()) options.on_work_due();
}

void Router::State::forget_what_was_read() {
  assembled.reset();
  pictured.reset();
}

Router::Router(RouterOptions options) : Router(std::move(options), nullptr) {}

Router::Router(RouterOptions options, std::unique_ptr<library::Library> library)
    : state_(std::make_unique<State>()) {
  state_->options = std::move(options);
  state_->library = std::move(library);
}

Router::~Router() = default;

Result<protocol::ResponseBody> Router::handle(const protocol::RequestBody& body) {
  return std::visit([this](const auto& request) { return state_->answer(request); }, body);
}

Result<capture::CaptureSink*> Router::captures() {
  state_->forget_what_was_read();  // memory belongs to the capture now
  KL_ASSIGN(library::Library* const library, state_->open());
  return &library->captures();
}

}  // namespace keepleaf::router
