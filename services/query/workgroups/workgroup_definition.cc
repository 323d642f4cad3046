#include "services/query/workgroups/workgroup_definition.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::query {
namespace {

constexpr int64_t kDay = 24 * 3'600'000;

// Reads whole numbers into members of any integer type, within bounds.
class NumberReader {
 public:
  explicit NumberReader(json::ObjectReader& reader) : reader_(reader) {}

  template <class Number>
  void Read(const char* name, Number& into, int64_t min, int64_t max) {
    const auto value = reader_.OptionalInteger(name);
    if (!value) return;
    if (*value < min || *value > max) {
      reader_.Fail(name, "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
    } else {
      into = static_cast<Number>(*value);
    }
  }

  void Read(const char* name, std::chrono::milliseconds& into, int64_t min, int64_t max) {
    int64_t ms = into.count();
    Read(name, ms, min, max);
    into = std::chrono::milliseconds(ms);
  }

 private:
  json::ObjectReader& reader_;
};

bool IsName(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  };
  return !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), allowed);
}

void ReadNumbers(json::ObjectReader& reader, WorkgroupDefinition& workgroup) {
  NumberReader numbers(reader);
  numbers.Read("max_running", workgroup.max_running, 1, 256);
  numbers.Read("max_waiting", workgroup.max_waiting, 0, 1'000);
  numbers.Read("max_queued", workgroup.max_queued, 0, 1'000'000);
  numbers.Read("memory_bytes", workgroup.memory_bytes, 64 << 20, INT64_MAX);
  numbers.Read("temp_bytes", workgroup.temp_bytes, 0, INT64_MAX);
  numbers.Read("threads", workgroup.threads, 0, 256);
  numbers.Read("max_scan_bytes", workgroup.max_scan_bytes, 0, INT64_MAX);
  numbers.Read("timeout_ms", workgroup.timeout, 1, 7 * kDay);
  numbers.Read("max_result_rows", workgroup.max_result_rows, 1, INT64_MAX);
  numbers.Read("max_result_bytes", workgroup.max_result_bytes, 1, INT64_MAX);
  numbers.Read("result_expiry_ms", workgroup.result_expiry, 1'000, 3'650 * kDay);
}

}  // namespace

Result<WorkgroupDefinition> ReadWorkgroup(const nlohmann::json& body, const WorkgroupDefinition& defaults,
                                          const std::string& pointer) {
  json::ObjectReader reader(body, pointer);
  WorkgroupDefinition workgroup = defaults;
  workgroup.name = reader.OptionalString("name").value_or(defaults.name);
  workgroup.description = reader.OptionalString("description").value_or(defaults.description);
  if (workgroup.description.size() > 1'000) reader.Fail("description", "is limited to 1000 bytes");
  ReadNumbers(reader, workgroup);
  workgroup.result_bucket = reader.OptionalString("result_bucket").value_or(defaults.result_bucket);
  if (const auto name = reader.OptionalString("dialect")) {
    if (const auto dialect = ParseDialect(*name))
      workgroup.dialect = *dialect;
    else
      reader.Fail("dialect", "expected duckdb or athena; got " + *name);
  }
  TARN_TRY(reader.Finish());
  if (!IsName(workgroup.name)) {
    return Error(Code::kInvalidArgument, "expected 1 to 64 of a-z, 0-9, _ and -; got: " + workgroup.name)
        .At(pointer + "/name");
  }
  return workgroup;
}

nlohmann::json WorkgroupJson(const WorkgroupDefinition& workgroup) {
  return {{"name", workgroup.name},
          {"description", workgroup.description},
          {"max_running", workgroup.max_running},
          {"max_waiting", workgroup.max_waiting},
          {"max_queued", workgroup.max_queued},
          {"memory_bytes", workgroup.memory_bytes},
          {"temp_bytes", workgroup.temp_bytes},
          {"threads", workgroup.threads},
          {"max_scan_bytes", workgroup.max_scan_bytes},
          {"timeout_ms", workgroup.timeout.count()},
          {"max_result_rows", workgroup.max_result_rows},
          {"max_result_bytes", workgroup.max_result_bytes},
          {"result_bucket", workgroup.result_bucket},
          {"result_expiry_ms", workgroup.result_expiry.count()},
          {"dialect", DialectName(workgroup.dialect)}};
}

}  // namespace tarn::query
