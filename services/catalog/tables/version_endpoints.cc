#include "services/catalog/tables/version_endpoints.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/catalog/evolution/change_json.h"
#include "services/catalog/tables/listing.h"
#include "services/catalog/tables/report_json.h"
#include "services/catalog/tables/table_json.h"
#include "services/catalog/tables/version_query.h"

namespace tarn::catalog {
namespace {

TableName NameIn(const http::Request& request) {
  return {request.PathParameter("database"), request.PathParameter("table")};
}

// The sentences of a diff: the schema's changes, then what happened to the files.
nlohmann::json WordsOf(const VersionDiff& diff) {
  nlohmann::json words = nlohmann::json::array();
  for (const SchemaChange& change : diff.changes) words.push_back(change.words);
  const auto count = [&](int64_t files, const char* what) {
    if (files > 0)
      words.push_back(std::to_string(files) + (files == 1 ? " file was " : " files were ") + what);
  };
  count(diff.files_added, "added");
  count(diff.files_removed, "removed");
  return words;
}

nlohmann::json DiffToJson(const VersionDiff& diff) {
  return {{"from", VersionToJson(diff.from)},
          {"to", VersionToJson(diff.to)},
          {"words", WordsOf(diff)},
          {"schema_changes", ChangesToJson(diff.changes)},
          {"files_added", diff.files_added},
          {"files_removed", diff.files_removed},
          {"added", diff.added},
          {"removed", diff.removed},
          {"rows_difference", diff.to.rows - diff.from.rows}};
}

}  // namespace

Result<http::Response> VersionEndpoints::List(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  int64_t before = 0;
  if (!page.after.empty()) {
    const auto parsed = ParseVersion(page.after, "query:page_token");
    if (!parsed.ok())
      return Error(Code::kInvalidArgument, "not a page token of this listing").At("query:page_token");
    before = *parsed;
  }
  TARN_ASSIGN(auto versions, reader_.ListVersions(NameIn(request), before, page.limit + 1));
  return RenderPage(std::move(versions), page.limit, VersionToJson,
                    [](const TableVersion& last) { return std::to_string(last.version); });
}

Result<http::Response> VersionEndpoints::Diff(http::Request& request) {
  TARN_ASSIGN(const int64_t from, ParseVersion(request.PathParameter("from"), "path:from"));
  TARN_ASSIGN(const int64_t to, ParseVersion(request.PathParameter("to"), "path:to"));
  TARN_ASSIGN(const VersionDiff diff, reader_.DiffVersions(NameIn(request), from, to));
  return http::Response::Json(200, DiffToJson(diff));
}

Result<http::Response> VersionEndpoints::Rollback(http::Request& request) {
  TARN_ASSIGN(const nlohmann::json body, request.Json());
  json::ObjectReader reader(body);
  const int64_t version = reader.RequiredInteger("version");
  if (version < 1) reader.Fail("version", "must be a version of the table, from 1 on");
  TARN_TRY(reader.Finish());
  const auto find_missing = [&](const std::vector<DataFile>& files) { return presence_.FindMissing(files); };
  TARN_ASSIGN(const TableReport report,
              writer_.Rollback(NameIn(request), version, {"", Now()}, find_missing));
  return http::Response::Json(200, ReportToJson(report));
}

}  // namespace tarn::catalog
