#include "store/hybrid_clock.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/digest.h"
#include "base/little_endian.h"

namespace keepleaf::store {
namespace {

constexpr std::size_t kClockBytes = 12;  // the time, CRC-32C of it; both little endian
constexpr const char* kDeviceFile = "device";
constexpr const char* kClockFile = "clock";

Result<Uuid> read_device(const std::filesystem::path& path) {
  KL_ASSIGN(const Bytes bytes, os::read_file(path, 64));
  std::string_view text = as_text(bytes);
  if (text.ends_with('\n')) text.remove_suffix(1);
  const auto id = Uuid::parse(text);
  if (!id) {
    return fail(ErrorCode::corrupt, "The device's identity in " + path.string() + " can't be read.",
                "The library is unaffected.", "Remove that file; the device then gets a new identity.");
  }
  return *id;
}

// Two processes that start for the first time together must agree: whoever links its file first has made it.
Result<Uuid> device_of(const std::filesystem::path& folder, const Clock& clock) {
  const auto path = folder / kDeviceFile;
  auto known = read_device(path);
  if (known || known.error().code != ErrorCode::not_found) return known;
  const Uuid fresh = Uuid::v7(clock.now());
  const auto mine = folder / (std::string(kDeviceFile) + "." + fresh.str());
  KL_TRY(os::write_file(mine, as_bytes(fresh.str() + "\n")));
  auto linked = os::hard_link(mine, path);
  if (!linked && linked.error().code == ErrorCode::unsupported) linked = os::rename(mine, path);
  KL_TRY(os::remove_file(mine));
  if (!linked && linked.error().code != ErrorCode::conflict) return fail(linked.error());
  KL_TRY(os::sync_folder(folder));
  return read_device(path);
}

}  // namespace

HybridClock::HybridClock(Uuid device, os::File file, const Clock& clock)
    : device_(device), file_(std::move(file)), clock_(&clock) {}

Result<HybridClock> HybridClock::open(const std::filesystem::path& state_folder, const Clock& clock) {
  KL_TRY(os::make_folder(state_folder));
  KL_ASSIGN(const Uuid device, device_of(state_folder, clock));
  KL_ASSIGN(auto file, os::File::open(state_folder / kClockFile, os::FileMode::create));
  return HybridClock(device, std::move(file), clock);
}

Result<HybridTime> HybridClock::next(HybridTime seen) {
  KL_TRY(file_.lock());
  auto given = [&]() -> Result<HybridTime> {
    std::array<std::uint8_t, kClockBytes> record{};
    KL_ASSIGN(const std::size_t got, file_.read_at(0, record));
    HybridTime stored = 0;
    const BytesView bytes(record);
    // A torn record is as good as none: `seen` and the wall clock still hold the order.
    if (got == kClockBytes && get_number(bytes.subspan(8)) == crc32c(bytes.first(8)))
      stored = static_cast<HybridTime>(get_number(bytes.first(8)));
    const HybridTime time =
        std::max(hybrid_time(std::max<UnixMs>(clock_->now(), 0)), std::max({last_, stored, seen}) + 1);
    put_number(std::span(record).first(8), static_cast<std::uint64_t>(time));
    put_number(std::span(record).subspan(8), crc32c(bytes.first(8)));
    KL_TRY(file_.write_at(0, record));
    last_ = time;
    return time;
  }();
  KL_TRY(file_.unlock());
  return given;
}

}  // namespace keepleaf::store
