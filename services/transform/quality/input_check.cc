#include "services/transform/quality/input_check.h"

#include <fstream>
#include <istream>
#include <nlohmann/json.hpp>

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

std::optional<Fault> CheckJson(std::istream& content, const InputLimits& limits) {
  Validator validator(limits.max_depth);
  if (json::sax_parse(content, &validator)) return std::nullopt;
  return validator.fault(0);
}

// Reads up to the next line feed; false when the line is longer than the limit.
bool ReadLine(std::istream& content, uint64_t max_bytes, std::string& line) {
  line.clear();
  std::streambuf& bytes = *content.rdbuf();
  for (int c = bytes.sbumpc(); c != std::char_traits<char>::eof(); c = bytes.sbumpc()) {
    if (c == '\n') return true;
    if (line.size() == max_bytes) return false;
    line += static_cast<char>(c);
  }
  content.setstate(std::ios::eofbit);
  return true;
}

std::optional<Fault> CheckNdjson(std::istream& content, const InputLimits& limits) {
  std::string line;
  for (uint64_t offset = 0; !content.eof(); offset += line.size() + 1) {
    if (!ReadLine(content, limits.max_line_bytes, line)) {
      return Fault{"the line is longer than " + std::to_string(limits.max_line_bytes) + " bytes", offset};
    }
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    Validator validator(limits.max_depth);
    if (!json::sax_parse(line.begin(), line.end(), &validator)) return validator.fault(offset);
  }
  return std::nullopt;
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
      return CheckJson(content, limits);
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
