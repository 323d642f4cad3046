#include "services/transform/quality/input_check.h"

#include <algorithm>
#include <fstream>
#include <istream>
#include <memory>
#include <nlohmann/json.hpp>

#include "services/transform/quality/json_scan.h"

namespace tarn::transform {
namespace {

using nlohmann::json;

// Accepts everything but too deep nesting and notes where the parser stopped.
class Validator {
 public:
  explicit Validator(size_t max_depth) : max_depth_(max_depth) {}

  bool null() { return true; }
  bool boolean(bool) { return true; }
  bool number_integer(json::number_integer_t) { return true; }
  bool number_unsigned(json::number_unsigned_t) { return true; }
  bool number_float(json::number_float_t, const std::string&) { return true; }
  bool string(std::string&) { return true; }
  bool binary(json::binary_t&) { return true; }
  bool key(std::string&) { return true; }
  bool start_object(size_t) { return ++depth_ <= max_depth_; }
  bool start_array(size_t) { return ++depth_ <= max_depth_; }
  bool end_object() { return --depth_, true; }
  bool end_array() { return --depth_, true; }

  bool parse_error(size_t position, const std::string&, const json::exception&) {
    // The parser counts the bytes it has read: the last of them is the one at fault.
    offset_ = position == 0 ? 0 : position - 1;
    return false;
  }

  Fault fault(uint64_t base) const {
    if (depth_ > max_depth_)
      return {"the JSON is nested deeper than " + std::to_string(max_depth_) + " levels", std::nullopt};
    return {"malformed JSON at byte " + std::to_string(base + offset_), base + offset_};
  }

 private:
  size_t max_depth_, depth_ = 0;
  uint64_t offset_ = 0;
};

// A document up to this size is looked through in memory first, and only what is at fault, or larger, is
// parsed from the stream, which is slower but tells the place.
constexpr uint64_t kScannedBytes = 32ull << 20;

std::optional<Fault> CheckJson(std::istream& content, uint64_t size, const InputLimits& limits) {
  if (size <= kScannedBytes) {
    const auto text = std::make_unique_for_overwrite<char[]>(size);
    content.read(text.get(), static_cast<std::streamsize>(size));
    if (content.gcount() == static_cast<std::streamsize>(size) &&
        IsJson({text.get(), size}, limits.max_depth))
      return std::nullopt;
    content.clear();
    content.seekg(0);
  }
  Validator validator(limits.max_depth);
  if (json::sax_parse(content, &validator)) return std::nullopt;
  return validator.fault(0);
}

std::optional<Fault> CheckLine(std::string_view line, uint64_t offset, const InputLimits& limits) {
  if (line.size() > limits.max_line_bytes)
    return Fault{"the line is longer than " + std::to_string(limits.max_line_bytes) + " bytes", offset};
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return std::nullopt;
  if (IsJson(line, limits.max_depth)) return std::nullopt;
  Validator validator(limits.max_depth);
  if (json::sax_parse(line.begin(), line.end(), &validator)) return std::nullopt;
  return validator.fault(offset);
}

// Holds what is left of the last piece, which is the beginning of a line, and the next piece.
std::optional<Fault> CheckNdjson(std::istream& content, const InputLimits& limits) {
  constexpr size_t kPieceBytes = 1 << 20;
  std::string held;
  uint64_t offset = 0;  // of `held` in the file
  while (content) {
    const size_t kept = held.size();
    held.resize(kept + kPieceBytes);
    content.read(held.data() + kept, kPieceBytes);
    held.resize(kept + static_cast<size_t>(content.gcount()));
    size_t begin = 0;
    for (size_t end; (end = held.find('\n', std::max(begin, kept))) != std::string::npos; begin = end + 1) {
      const auto fault = CheckLine(std::string_view(held).substr(begin, end - begin), offset + begin, limits);
      if (fault) return fault;
    }
    held.erase(0, begin);
    offset += begin;
    if (held.size() > limits.max_line_bytes) break;
  }
  return CheckLine(held, offset, limits);
}

std::optional<Fault> CheckParquet(std::istream& content, uint64_t size) {
  const auto has_magic = [&](uint64_t offset) {
    char magic[4] = {};
    content.seekg(static_cast<std::streamoff>(offset));
    content.read(magic, sizeof magic);
    return std::string_view(magic, sizeof magic) == "PAR1";
  };
  constexpr uint64_t kSmallest = 12;  // both magics and the footer's length
  if (size < kSmallest || !has_magic(0)) return Fault{"not a Parquet file", 0};
  if (!has_magic(size - 4)) return Fault{"truncated Parquet file: its footer is missing", size};
  return std::nullopt;
}

}  // namespace

Result<std::optional<Fault>> CheckInput(const std::filesystem::path& file, Format format,
                                        const InputLimits& limits) {
  std::error_code failure;
  const uint64_t size = std::filesystem::file_size(file, failure);
  std::ifstream content(file, std::ios::binary);
  if (failure || !content) return Error(Code::kInternal, "an input file cannot be read");
  switch (format) {
    case Format::kJson:
      if (size > limits.max_bytes) {
        return std::optional(
            Fault{"larger than " + std::to_string(limits.max_bytes) + " bytes", limits.max_bytes});
      }
      return CheckJson(content, size, limits);
    case Format::kNdjson:
      return CheckNdjson(content, limits);
    case Format::kParquet:
      return CheckParquet(content, size);
    case Format::kCsv:
      return std::optional<Fault>();  // any text is CSV to some reader: the engine decides
  }
  return std::optional<Fault>();
}

}  // namespace tarn::transform
