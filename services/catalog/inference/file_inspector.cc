#include "services/catalog/inference/file_inspector.h"

#include "services/catalog/inference/classified_inspection.h"
#include "services/catalog/inference/csv/csv_inference.h"
#include "services/catalog/inference/csv_inspection.h"
#include "services/catalog/inference/deadline.h"
#include "services/catalog/inference/engine_errors.h"
#include "services/catalog/inference/json_inspection.h"
#include "services/catalog/inference/parquet_inspection.h"

namespace tarn::catalog {
namespace {

Result<Inspection> InspectAs(FileFormat format, duckdb::Connection& connection,
                             const std::filesystem::path& file, std::stop_token cancelled) {
  switch (format) {
    case FileFormat::kParquet:
      return InspectParquet(connection, file, cancelled);
    case FileFormat::kCsv:
      return InspectCsv(connection, file, cancelled);
    case FileFormat::kJson:
      return InspectJson(connection, file, cancelled);
  }
  return Error(Code::kInternal, "unknown file format");
}

// An engine that does not start says nothing about the file.
Error NotStarted(const Error& error) {
  return Error(Code::kUnavailable, "the SQL engine could not be started: " + error.message());
}

}  // namespace

Status CheckColumnCount(const Inspection& inspection) {
  const size_t columns = inspection.layout.columns.size();
  if (columns == 0) return Error(Code::kUnprocessable, "the file has no columns");
  if (columns <= inference::kMaxColumns) return Ok();
  return Error(Code::kUnprocessable, "the file has more than " + std::to_string(inference::kMaxColumns) +
                                         " columns: " + std::to_string(columns));
}

Result<std::unique_ptr<duckdb::Connection>> FileInspector::Connect() {
  if (!instance_ || instance_->broken()) {
    duckdb::InstanceOptions options;
    options.memory_limit_bytes = options_.memory_limit_bytes;
    options.threads = options_.threads;
    options.allowed_directories = {directory_};
    instance_.reset();
    auto opened = duckdb::Instance::Open(options);
    if (!opened.ok()) return NotStarted(opened.error());
    instance_ = std::move(opened).value();
  }
  auto connection = instance_->Connect();
  if (!connection.ok()) return NotStarted(connection.error());
  return connection;
}

Result<Inspection> FileInspector::Inspect(const std::filesystem::path& path, FileFormat format,
                                          std::stop_token cancelled) {
  return Inspect(path, format, {}, std::move(cancelled));
}

Result<Inspection> FileInspector::Inspect(const std::filesystem::path& path, std::optional<FileFormat> format,
                                          std::span<const Classifier> classifiers,
                                          std::stop_token cancelled) {
  return Run(path, std::move(cancelled),
             [&](duckdb::Connection& connection, const std::filesystem::path& file,
                 std::stop_token stop) -> Result<Inspection> {
               if (classifiers.empty() && format) return InspectAs(*format, connection, file, stop);
               if (format == FileFormat::kParquet) return InspectParquet(connection, file, stop);
               std::string reasons;
               TARN_ASSIGN(auto classified, InspectClassified(connection, file, classifiers, stop, &reasons));
               if (classified) return std::move(*classified);
               if (format) return InspectAs(*format, connection, file, stop);
               return Error(Code::kUnprocessable, "no classifier fits the file: " + reasons);
             });
}

Result<Inspection> FileInspector::Run(const std::filesystem::path& path, std::stop_token cancelled,
                                      const Read& read) {
  const std::filesystem::path file = std::filesystem::absolute(path).lexically_normal();
  TARN_ASSIGN(const auto connection, Connect());
  Deadline deadline(options_.timeout, cancelled);
  auto inspection = read(*connection, file, deadline.token());
  if (deadline.passed() && !inspection.ok()) {
    return Error(Code::kDeadlineExceeded,
                 "the file took longer to read than " + std::to_string(options_.timeout.count()) + " ms");
  }
  if (!inspection.ok()) return DescribeFileError(inspection.error(), file);
  TARN_TRY(CheckColumnCount(*inspection));
  return inspection;
}

}  // namespace tarn::catalog
