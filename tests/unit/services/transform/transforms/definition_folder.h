#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>

#include "services/transform/transforms/definition_parser.h"
#include "tests/support/temp_directory.h"

namespace tarn::transform {

/// A folder "shop" with a transform in it.
class DefinitionFolder {
 public:
  /// `models` by name. Earlier files stay.
  Result<Definition> Load(const std::string& yaml, const std::map<std::string, std::string>& models) {
    std::filesystem::create_directories(folder_ / "models");
    Write("transform.yaml", yaml);
    for (const auto& [name, sql] : models) Write("models/" + name + ".sql", sql);
    return LoadDefinition(folder_, *sql_check_);
  }

  void Write(const std::string& file, const std::string& text) {
    std::ofstream(folder_ / file, std::ios::binary) << text;
  }

  const std::filesystem::path& folder() const { return folder_; }

 private:
  TempDirectory directory_;
  const std::filesystem::path folder_ = directory_ / "shop";
  std::unique_ptr<SqlCheck> sql_check_ = std::move(SqlCheck::Open()).value();
};

inline std::string Replaced(std::string text, const std::string& from, const std::string& to) {
  const size_t found = text.find(from);
  return found == std::string::npos ? "not found: " + from : text.replace(found, from.size(), to);
}

}  // namespace tarn::transform
