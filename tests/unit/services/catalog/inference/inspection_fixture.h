#pragma once

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "common/duckdb/engine.h"
#include "services/catalog/inference/file_inspector.h"
#include "tests/support/temp_directory.h"

namespace tarn::catalog {

/// A directory of files to inspect.
class InspectionFixture {
 public:
  std::filesystem::path Write(const std::string& name, std::string_view content) {
    const auto file = directory / name;
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }

  /// Writes the rows of a query: COPY (query) TO file.
  std::filesystem::path WriteQuery(const std::string& name, const std::string& query,
                                   const std::string& options = "") {
    const auto file = directory / name;
    duckdb::InstanceOptions instance_options;
    instance_options.allowed_directories = {directory.path()};
    auto instance = duckdb::Instance::Open(instance_options);
    auto connection = instance.value()->Connect();
    const Status written =
        connection.value()->Run("COPY (" + query + ") TO " + duckdb::QuoteLiteral(file.string()) + options);
    if (!written.ok()) throw std::runtime_error(written.error().message());
    return file;
  }

  Result<Inspection> Inspect(const std::filesystem::path& file, FileFormat format) {
    return inspector.Inspect(file, format);
  }
  Result<Inspection> InspectCsv(std::string_view content) {
    return Inspect(Write("a.csv", content), FileFormat::kCsv);
  }

  TempDirectory directory;
  FileInspector inspector{directory.path(), InspectionOptions()};
};

/// "name TYPE" of each column.
inline std::vector<std::string> Describe(const Inspection& inspection) {
  std::vector<std::string> columns;
  for (const Column& column : inspection.layout.columns) columns.push_back(column.name + " " + column.type);
  return columns;
}

}  // namespace tarn::catalog
