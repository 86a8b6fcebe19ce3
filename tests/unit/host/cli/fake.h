// A command's surroundings without a library: a handler that remembers what it was asked and answers what it
// was told.
#pragma once

#include <functional>
#include <sstream>
#include <vector>

#include "cli/cli.h"
#include "support/temp_dir.h"

namespace keepleaf::test {

class Fake {
 public:
  using Answer = std::function<Result<protocol::ResponseBody>(const protocol::RequestBody&)>;

  Fake()
      : context{out, err, [](const char*) { return std::nullopt; }, {}, {}, {}, {}, false, {}, false, {},
                {},  {}} {
    context.paths.home = folder.path();
    context.paths.config = folder / "config";
    context.paths.library = folder / "library";
    context.paths.runtime = folder / "runtime";
    context.paths.state = folder / "state";
    context.folder = folder.path();
    context.program = folder / "keepleaf";
    context.make_handler = [this](const cli::Context&) -> Result<std::unique_ptr<protocol::Handler>> {
      return std::make_unique<Handler>(*this);
    };
    context.read_document = [this](const cli::Context&, const Uuid& id) -> Result<library::Document> {
      read.push_back(id);
      return document;
    };
  }

  int run(std::vector<std::string> arguments) {
    out.str("");
    err.str("");
    cli::Context fresh = context;  // options of an earlier run don't stay
    return cli::run_command(arguments, fresh);
  }

  TempDir folder;
  std::ostringstream out, err;
  cli::Context context;
  Answer answer = [](const protocol::RequestBody&) {
    return fail(ErrorCode::internal, "nothing was expected");
  };
  std::vector<protocol::RequestBody> asked;
  library::Document document{"text/html; charset=utf-8", {'h', 'i'}};
  std::vector<Uuid> read;

 private:
  struct Handler final : protocol::Handler {
    explicit Handler(Fake& fake) : fake_(fake) {}
    Result<protocol::ResponseBody> handle(const protocol::RequestBody& body) override {
      fake_.asked.push_back(body);
      return fake_.answer(body);
    }
    Result<capture::CaptureSink*> captures() override {
      return fail(ErrorCode::internal, "no captures here");
    }
    Fake& fake_;
  };
};

inline const char* const kId = "01a2021a-acd2-70dd-b1cf-0f228b438288";
inline Uuid id() { return *Uuid::parse(kId); }

}  // namespace keepleaf::test
