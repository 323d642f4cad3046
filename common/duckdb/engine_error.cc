#include "common/duckdb/engine_error.h"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>

#include "common/duckdb/document_source.h"
#include "common/duckdb/engine.h"
#include "common/logging/log.h"

namespace tarn::duckdb {
namespace {

struct Parsed {
  std::string type;  // "Binder", "Out of Memory", ...
  std::string message;
  std::optional<size_t> position;
};

// Messages of before the settings took effect, and a few of the parser's, are plain: "Binder Error: text".
Parsed ParsePlain(const std::string& text) {
  const size_t colon = text.find(" Error: ");
  if (colon == std::string::npos || colon > 40) return {"", text, std::nullopt};
  return {text.substr(0, colon), text.substr(colon + 8), std::nullopt};
}

Parsed Parse(const std::string& text) {
  const size_t start = text.find('{');
  if (start == std::string::npos) return ParsePlain(text);
  const auto json = nlohmann::json::parse(text.begin() + static_cast<std::ptrdiff_t>(start), text.end(), nullptr,
                                          /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("exception_message")) return ParsePlain(text);
  Parsed parsed{json.value("exception_type", ""), json.value("exception_message", ""), std::nullopt};
  const std::string position = json.value("position", "");
  if (!position.empty() && position.find_first_not_of("0123456789") == std::string::npos) {
    parsed.position = std::strtoull(position.c_str(), nullptr, 10);
  }
  return parsed;
}

// What a broken instance says to whatever comes next.
bool IsBystander(const Parsed& parsed) {
  return parsed.message.find("database has been invalidated") != std::string::npos;
}

bool IsFatal(duckdb_error_type type, const Parsed& parsed) {
  return type == DUCKDB_ERROR_FATAL || type == DUCKDB_ERROR_INTERNAL || parsed.type == "FATAL" ||
         parsed.type == "INTERNAL" || IsBystander(parsed);
}

Code Classify(duckdb_error_type type, const Parsed& parsed) {
  if (type == DUCKDB_ERROR_INTERRUPT || parsed.type == "INTERRUPT") return Code::kCancelled;
  if (type == DUCKDB_ERROR_OUT_OF_MEMORY || parsed.type == "Out of Memory" ||
      parsed.message.find("No space left on device") != std::string::npos ||
      parsed.message.find(kNoMemoryForDocument) != std::string::npos) {
    return Code::kResourceExhausted;
  }
  if (type == DUCKDB_ERROR_PERMISSION || parsed.type == "Permission") return Code::kPermissionDenied;
  return Code::kUnprocessable;
}

}  // namespace

std::string DescribePosition(std::string_view sql, size_t offset) {
  const std::string_view before = sql.substr(0, std::min(offset, sql.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  const std::string_view in_line = before.substr(line_start);
  // Bytes 10xxxxxx continue a UTF-8 character.
  const auto column = std::count_if(in_line.begin(), in_line.end(), [](char c) { return (c & 0xC0) != 0x80; }) + 1;
  return "line " + std::to_string(line) + ", column " + std::to_string(column);
}

Error Translate(const EngineError& failure, std::string_view sql, bool* fatal) {
  Parsed parsed = Parse(failure.text);
  *fatal = IsFatal(failure.type, parsed);
  if (IsBystander(parsed)) {
    return Error(Code::kUnavailable, "the SQL engine broke on another statement before this one began; run it again");
  }
  if (*fatal) {
    log::Failure("the SQL engine failed", {{"detail", parsed.type + ": " + parsed.message}});
    return Error(Code::kInternal, "the SQL engine failed on this statement; its detail is in the log");
  }
  const Code code = Classify(failure.type, parsed);
  if (code == Code::kCancelled) return Error(code, "the statement was cancelled");
  // The engine's advice on settings is of no use to who cannot change them.
  if (code == Code::kResourceExhausted) parsed.message.resize(std::min(parsed.message.find("\n\nPossible"), parsed.message.size()));
  if (!parsed.type.empty()) parsed.message = parsed.type + " error: " + parsed.message;
  Error error(code, std::move(parsed.message));
  if (!parsed.position || *parsed.position > sql.size()) return error;
  return std::move(error).At(DescribePosition(sql, *parsed.position));
}

}  // namespace tarn::duckdb
