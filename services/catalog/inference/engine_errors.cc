#include "services/catalog/inference/engine_errors.h"

#include <array>
#include <string>
#include <string_view>

#include "common/logging/log.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxDetail = 300;
constexpr std::string_view kCsvMark = "CSV Error on Line: ";

// What the engine says of a malformed CSV row. Its message also quotes the row, which is left out: it may be
// long and is the user's data.
constexpr std::array<std::string_view, 4> kCsvReasons = {
    "Expected Number of Columns", "Value with unterminated quote", "Invalid unicode", "Maximum line size"};

std::string FirstLine(std::string_view text) { return std::string(text.substr(0, text.find('\n'))); }

std::string CsvReason(std::string_view message) {
  for (const std::string_view reason : kCsvReasons) {
    const size_t at = message.find(std::string("\n") + std::string(reason));
    if (at != std::string_view::npos) return FirstLine(message.substr(at + 1));
  }
  return "the row is malformed";
}

std::string CsvLine(std::string_view message) {
  const std::string_view rest = message.substr(message.find(kCsvMark) + kCsvMark.size());
  return std::string(rest.substr(0, rest.find_first_not_of("0123456789")));
}

void ReplaceAll(std::string& text, const std::string& from, const std::string& to) {
  for (size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

Error DescribeFileError(const Error& error, const std::filesystem::path& file) {
  log::Debug("a file could not be read", {{"file", file.string()}, {"error", error}});
  // What inference says of a line is for people already; a column only the engine names, and it means its SQL.
  const bool of_the_file = error.where().starts_with("line ") && error.where().find("column") == std::string::npos;
  if (of_the_file) return error;
  if (error.code() == Code::kInternal) return Error(Code::kInternal, "the SQL engine failed on this file");

  const bool csv_row = error.message().find(kCsvMark) != std::string::npos;
  std::string detail = csv_row ? CsvReason(error.message()) : FirstLine(error.message());
  ReplaceAll(detail, file.string(), "the file");
  ReplaceAll(detail, file.parent_path().string() + "/", "");
  if (detail.size() > kMaxDetail) detail.resize(kMaxDetail);
  if (!csv_row) return Error(error.code(), std::move(detail));
  return Error(error.code(), std::move(detail)).At("line " + CsvLine(error.message()));
}

}  // namespace tarn::catalog
