#include "services/catalog/tables/version_query.h"

#include <charconv>

namespace tarn::catalog {

Result<int64_t> ParseVersion(const std::string& text, const std::string& where) {
  int64_t version = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), version);
  if (failed == std::errc() && end == text.data() + text.size() && version > 0) return version;
  return Error(Code::kInvalidArgument, "a version is a number from 1 on; got " + text).At(where);
}

Result<TableRef> ReadVersionQuery(const http::Request& request) {
  TableRef wanted{{request.PathParameter("database"), request.PathParameter("table")}};
  const auto version = request.Query("version"), as_of = request.Query("as_of");
  if (version && as_of)
    return Error(Code::kInvalidArgument, "give a version or a time, not both").At("query:as_of");
  if (version) {
    TARN_ASSIGN(wanted.version, ParseVersion(*version, "query:version"));
  }
  if (as_of) {
    const auto time = ParseRfc3339(*as_of);
    if (!time.ok()) return Error(time.error().code(), time.error().message()).At("query:as_of");
    wanted.as_of = *time;
  }
  return wanted;
}

}  // namespace tarn::catalog
