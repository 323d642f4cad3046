#include "services/catalog/tables/commit_report.h"

namespace tarn::catalog {

const char* OutcomeName(TableOutcome outcome) {
  switch (outcome) {
    case TableOutcome::kCreated:
      return "created";
    case TableOutcome::kChanged:
      return "changed";
    case TableOutcome::kDeprecated:
      return "deprecated";
    case TableOutcome::kDeleted:
      return "deleted";
    case TableOutcome::kUnchanged:
      return "unchanged";
    case TableOutcome::kRefused:
      return "refused";
  }
  return "unchanged";
}

}  // namespace tarn::catalog
