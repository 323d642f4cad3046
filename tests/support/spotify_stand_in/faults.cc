#include "tests/support/spotify_stand_in/faults.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::spotify_stand_in {

Result<Fault> ParseFault(const nlohmann::json& object) {
  Fault fault;
  json::ObjectReader reader(object);
  fault.path_contains = reader.OptionalString("path_contains").value_or("");
  fault.skip = reader.OptionalInteger("skip").value_or(0);
  fault.count = reader.OptionalInteger("count").value_or(1);
  fault.status = static_cast<int>(reader.OptionalInteger("status").value_or(0));
  fault.delay = std::chrono::milliseconds(reader.OptionalInteger("delay_ms").value_or(0));
  fault.malformed = reader.OptionalBool("malformed").value_or(false);
  fault.drop = reader.OptionalBool("drop").value_or(false);
  if (const nlohmann::json* retry_after = reader.OptionalAny("retry_after")) {
    fault.retry_after = retry_after->is_string() ? retry_after->get<std::string>() : retry_after->dump();
  }
  if (fault.status != 0 && (fault.status < 200 || fault.status > 599))
    reader.Fail("status", "expected 200 to 599");
  if (fault.delay.count() < 0 || fault.delay > std::chrono::minutes(10))
    reader.Fail("delay_ms", "expected 0 to 600000");
  TARN_TRY(reader.Finish());
  return fault;
}

void Faults::Add(Fault fault) {
  const std::lock_guard lock(mutex_);
  faults_.push_back(std::move(fault));
}

void Faults::Clear() {
  const std::lock_guard lock(mutex_);
  faults_.clear();
}

std::optional<Fault> Faults::Next(std::string_view target) {
  const std::lock_guard lock(mutex_);
  for (auto fault = faults_.begin(); fault != faults_.end(); ++fault) {
    if (target.find(fault->path_contains) == std::string_view::npos) continue;
    if (fault->skip > 0) {
      --fault->skip;
      return std::nullopt;
    }
    const Fault hit = *fault;
    if (fault->count > 0 && --fault->count == 0) faults_.erase(fault);
    return hit;
  }
  return std::nullopt;
}

}  // namespace tarn::spotify_stand_in
