#include "services/extract/sources/files/first_record.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "common/json/json.h"
#include "services/extract/sources/files/content_check.h"
#include "services/extract/sources/files/gzip_file.h"
#include "services/extract/sources/files/text.h"

namespace tarn::extract::files {
namespace {

constexpr size_t kHeadBytes = 64 * 1024;
constexpr size_t kMaxColumns = 500;

/// The beginning of the content, unpacked if it is gzip.
std::string Head(const std::filesystem::path& file) {
  auto begin = ReadHead(file, kHeadBytes);
  std::string head = begin.ok() ? *std::move(begin) : "";
  if (head.starts_with("\x1f\x8b")) {
    std::string unpacked;
    // Broken off when there is enough of it.
    const Status status = GunzipFile(file, UINT64_MAX, {}, [&](std::string_view piece) -> Status {
      unpacked += piece;
      return unpacked.size() < kHeadBytes ? Ok() : Status(Error(Code::kCancelled, "enough"));
    });
    (void)status;
    head = unpacked.substr(0, kHeadBytes);
  }
  if (head.starts_with("\xef\xbb\xbf")) head.erase(0, 3);
  return head;
}

/// One row of CSV (RFC 4180) from `at` on, which is moved behind it; nothing if it does not end within
/// `text`.
std::optional<std::vector<std::string>> ReadRow(std::string_view text, size_t& at, char separator) {
  std::vector<std::string> row(1);
  bool quoted = false;
  for (; at < text.size() && row.size() <= kMaxColumns; ++at) {
    const char c = text[at];
    if (c == '"') {
      const bool doubled = quoted && at + 1 < text.size() && text[at + 1] == '"';
      if (doubled) row.back() += text[at++];
      if (!doubled) quoted = !quoted;
    } else if (!quoted && c == separator) {
      row.emplace_back();
    } else if (!quoted && c == '\n') {
      ++at;
      if (!row.back().empty() && row.back().back() == '\r') row.back().pop_back();
      return row;
    } else {
      row.back() += c;
    }
  }
  const bool whole = !quoted && text.size() < kHeadBytes && row.size() <= kMaxColumns;
  return whole && !(row.size() == 1 && row[0].empty()) ? std::optional(row) : std::nullopt;
}

std::string FirstOfCsv(std::string_view text) {
  const std::string_view first_line = text.substr(0, text.find('\n'));
  char separator = ',';
  for (const char candidate : {';', '\t'}) {
    if (std::count(first_line.begin(), first_line.end(), candidate) >
        std::count(first_line.begin(), first_line.end(), separator)) {
      separator = candidate;
    }
  }
  size_t at = 0;
  const auto header = ReadRow(text, at, separator);
  const auto row = header ? ReadRow(text, at, separator) : std::nullopt;
  if (!row || row->size() != header->size()) return "";
  auto record = nlohmann::json::object();
  for (size_t i = 0; i < row->size(); ++i) record[(*header)[i]] = (*row)[i];
  return json::Dump(record);
}

std::string FirstLine(std::string_view text) {
  for (size_t start = 0; start < text.size();) {
    const size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = text.substr(start, end - start);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
      const auto parsed = json::Parse(line);
      return parsed.ok() ? json::Dump(*parsed) : "";
    }
    start = end + 1;
  }
  return "";
}

/// The length of the JSON value that `text` starts with; 0 if it does not end within it or is no object or
/// array.
size_t ValueLength(std::string_view text) {
  int depth = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (--depth <= 0) return depth == 0 ? i + 1 : 0;
    } else if (depth == 0) {
      return 0;
    }
  }
  return 0;
}

std::string FirstOfJson(std::string_view text) {
  const auto skip_blanks = [&] {
    text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  };
  skip_blanks();
  if (text.starts_with('[')) {
    text.remove_prefix(1);
    skip_blanks();
  }
  const auto parsed = json::Parse(text.substr(0, ValueLength(text)));
  return parsed.ok() ? json::Dump(*parsed) : "";
}

Format FormatOf(std::string_view name) {
  std::string lower = LowerCase(name);
  if (lower.ends_with(".gz")) lower.resize(lower.size() - 3);
  if (lower.ends_with(".csv") || lower.ends_with(".tsv")) return Format::kCsv;
  if (lower.ends_with(".json")) return Format::kJson;
  if (lower.ends_with(".ndjson") || lower.ends_with(".jsonl")) return Format::kNdjson;
  return Format::kAny;
}

}  // namespace

std::string FirstRecord(const std::filesystem::path& file, std::string_view name, Format format,
                        std::optional<int64_t> size_bytes) {
  if (format == Format::kAny) format = FormatOf(name);
  std::string record;
  if (format == Format::kCsv) record = FirstOfCsv(Head(file));
  if (format == Format::kJson) record = FirstOfJson(Head(file));
  if (format == Format::kNdjson) record = FirstLine(Head(file));
  if (!record.empty()) return record;
  std::error_code error;
  const auto size = size_bytes ? static_cast<uint64_t>(*size_bytes) : std::filesystem::file_size(file, error);
  return json::Dump({{"file", name}, {"bytes", error ? 0 : size}});
}

}  // namespace tarn::extract::files
