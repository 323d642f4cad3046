#pragma once

#include <yaml-cpp/yaml.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result/result.h"

namespace tarn::transform {

/// Reads the keys of one YAML mapping and keeps the first thing that is wrong with it, as json::ObjectReader
/// does for JSON. Finish() reports it, or a key that nobody asked for. Errors: kInvalidArgument; where() is
/// "line <n>, <path>" with a path like "outputs[0].mode".
class MappingReader {
 public:
  explicit MappingReader(const YAML::Node& node, std::string path = "");

  std::string RequiredText(std::string_view key);
  std::string Text(std::string_view key, std::string otherwise);
  std::vector<std::string> TextList(std::string_view key);
  int64_t Integer(std::string_view key, int64_t otherwise, int64_t min, int64_t max);
  bool Boolean(std::string_view key, bool otherwise);
  /// Bytes: 512, 64KB, 5MB, 1GB, or with KiB, MiB and GiB by powers of two.
  int64_t Size(std::string_view key, int64_t otherwise, int64_t min, int64_t max);

  /// True if the key stands there, even without a value.
  bool Has(std::string_view key) const;
  bool IsNull(std::string_view key) const;
  /// Takes the key if its value is that text.
  bool IsText(std::string_view key, std::string_view text);
  /// All keys in the order they stand, for mappings whose keys are names.
  std::vector<std::string> Keys() const;

  /// The value if the key is there and is a mapping or a sequence.
  std::optional<YAML::Node> Mapping(std::string_view key);
  std::optional<YAML::Node> Sequence(std::string_view key);
  /// The value of any kind if the key is there.
  std::optional<YAML::Node> Value(std::string_view key) { return Take(key); }

  /// The value that `text`, read from `key`, is the name of.
  template <class Value>
  Value OneOf(std::string_view key, const std::string& text,
              const std::vector<std::pair<std::string, Value>>& values) {
    std::string known;
    for (const auto& [name, value] : values) {
      if (text == name) return value;
      known += (known.empty() ? "" : ", ") + name;
    }
    Fail(key, "expected one of " + known + ", got " + text);
    return values.front().second;
  }

  /// Notes that the value of `key` is wrong; `within` says where in it.
  void Fail(std::string_view key, std::string message, const std::string& within = "");

  std::string PathTo(std::string_view key) const;
  Status Finish();

 private:
  std::optional<YAML::Node> Take(std::string_view key);
  std::optional<std::string> Scalar(std::string_view key);
  void FailAt(const YAML::Node& node, const std::string& path, std::string message);

  YAML::Node node_;
  std::string path_;
  std::map<std::string, YAML::Node, std::less<>> values_;
  std::vector<std::string> taken_;
  std::optional<Error> error_;
};

}  // namespace tarn::transform
