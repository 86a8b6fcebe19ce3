#include "cli/commands.h"
#include "cli/print.h"

namespace keepleaf::cli {

void add_stats(CLI::App& app, Context& context, Action& chosen) {
  command(app, context, chosen, "stats", "Show how much the library holds", [&context]() -> Result<int> {
    return ask_and_print<protocol::LibraryStatsReply>(
        context, protocol::LibraryStats{}, [&](const protocol::LibraryStatsReply& s) {
          const auto number = [](std::uint64_t n) { return std::to_string(n); };
          print_table(context,
                      {{"links", number(s.links) + " (" + number(s.trashed_links) + " more in the trash)"},
                       {"snapshots", number(s.snapshots) + " with " + counted(s.parts, "part", "parts")},
                       {"tags", number(s.tags)},
                       {"objects", number(s.objects) + ", " + human_size(s.object_bytes_raw) + " raw, " +
                                       human_size(s.object_bytes_stored) + " stored"},
                       {"without sharing", human_size(s.part_bytes_raw)},
                       {"texts", number(s.texts) + ", " + human_size(s.text_bytes)},
                       {"database", human_size(s.database_bytes)},
                       {"under way", human_size(s.staging_bytes)}});
        });
  });
}

}  // namespace keepleaf::cli
