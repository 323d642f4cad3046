#include "services/catalog/inference/classified_inspection.h"

#include "services/catalog/inference/csv_inspection.h"
#include "services/catalog/inference/engine_errors.h"
#include "services/catalog/inference/json_inspection.h"
#include "services/catalog/inference/line_inspection.h"

namespace tarn::catalog {
namespace {

Result<Inspection> InspectWith(duckdb::Connection& connection, const std::filesystem::path& file,
                               const Classifier& classifier, std::stop_token cancelled) {
  switch (classifier.kind) {
    case ClassifierKind::kCsv:
      return InspectCsv(connection, file, cancelled, &classifier);
    case ClassifierKind::kJson:
      return InspectJsonRecords(connection, file, classifier, cancelled);
    case ClassifierKind::kRegex:
      return InspectLines(connection, file, classifier, cancelled);
  }
  return Error(Code::kInternal, "unknown kind of classifier");
}

}  // namespace

Result<std::optional<Inspection>> InspectClassified(duckdb::Connection& connection,
                                                    const std::filesystem::path& file,
                                                    std::span<const Classifier> classifiers,
                                                    std::stop_token cancelled, std::string* reasons) {
  for (const Classifier& classifier : classifiers) {
    auto inspection = InspectWith(connection, file, classifier, cancelled);
    if (inspection.ok()) {
      inspection->classifier = classifier.name;
      return std::optional(std::move(*inspection));
    }
    if (inspection.error().code() != Code::kUnprocessable) return inspection.error();
    const Error why = DescribeFileError(inspection.error(), file);
    *reasons += (reasons->empty() ? "" : "; ") + classifier.name + ": " + why.message() +
                (why.where().empty() ? "" : " (" + why.where() + ")");
  }
  return std::optional<Inspection>();
}

}  // namespace tarn::catalog
