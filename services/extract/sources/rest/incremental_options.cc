#include <cstdlib>
#include <nlohmann/json.hpp>

#include "common/config/option_set.h"
#include "services/extract/sources/rest/option_values.h"
#include "services/extract/sources/rest/stream_options.h"

namespace tarn::extract::rest {
namespace {

using json::ObjectReader;

CursorFormat ReadFormat(ObjectReader& reader) {
  const std::string name = reader.OptionalString("format").value_or("rfc3339");
  if (name == "date") return CursorFormat::kDate;
  if (name == "epoch_s") return CursorFormat::kEpochSeconds;
  if (name == "epoch_ms") return CursorFormat::kEpochMillis;
  if (name == "number") return CursorFormat::kNumber;
  if (name == "text") return CursorFormat::kText;
  if (name != "rfc3339")
    reader.Fail("format", "expected rfc3339, date, epoch_s, epoch_ms, number or text, got: " + name);
  return CursorFormat::kRfc3339;
}

void ReadStart(ObjectReader& reader, IncrementalOptions& incremental) {
  const auto text = ReadScalar(reader, "start");
  if (!text) return;
  auto start = ParseCursor(*text, incremental.format);
  // A time is easier to write as one, whatever the source counts in.
  const auto time = ParseCursor(text->size() == 10 ? *text + "T00:00:00Z" : *text, CursorFormat::kRfc3339);
  if (!start.ok() && IsTime(incremental.format) && time.ok()) {
    start = ParseCursor(FormatCursor(time->order, incremental.format), incremental.format);
  }
  if (!start.ok()) return reader.Fail("start", start.error().message());
  incremental.start = *start;
}

void ReadLag(ObjectReader& reader, IncrementalOptions& incremental) {
  const auto text = ReadScalar(reader, "lag");
  if (!text) return;
  if (incremental.format == CursorFormat::kText)
    return reader.Fail("lag", "a cursor of format text has no lag");
  if (IsTime(incremental.format)) {
    const auto duration = config::ParseDuration(*text);
    if (!duration.ok()) return reader.Fail("lag", duration.error().message());
    incremental.lag = static_cast<long double>(duration->count());
  } else {
    const auto number = ParseCursor(*text, CursorFormat::kNumber);
    if (!number.ok()) return reader.Fail("lag", "expected a number, got: " + *text);
    incremental.lag = number->order;
  }
  if (incremental.lag < 0) reader.Fail("lag", "must not be negative");
}

}  // namespace

Result<IncrementalOptions> ParseIncremental(const nlohmann::json& value, const std::string& pointer) {
  IncrementalOptions incremental;
  ObjectReader reader(value, pointer);
  incremental.cursor = ReadPath(reader, "cursor").value_or(JsonPath());
  if (incremental.cursor.steps().empty()) {
    reader.Fail("cursor", "the member is required: the path of the cursor in a record");
  }
  incremental.format = ReadFormat(reader);
  incremental.param = reader.OptionalString("param").value_or("");
  incremental.end_param = reader.OptionalString("end_param").value_or("");
  incremental.in = ReadPlace(reader, "in");
  if (!incremental.end_param.empty() && !IsTime(incremental.format)) {
    reader.Fail("end_param", "only a cursor that is a time has an end");
  }
  ReadStart(reader, incremental);
  ReadLag(reader, incremental);
  incremental.key = ReadPaths(reader, "key");
  TARN_TRY(reader.Finish());
  return incremental;
}

}  // namespace tarn::extract::rest
