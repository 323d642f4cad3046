#include "services/catalog/search/search_endpoint.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "services/catalog/tables/listing.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxQueryBytes = 1'024;

Error Invalid(const char* message, const char* where) {
  return Error(Code::kInvalidArgument, message).At(where);
}

Result<SearchQuery> ReadQuery(const http::Request& request) {
  SearchQuery query;
  const std::string text = request.Query("q").value_or(""), tag = request.Query("tag").value_or("");
  if (text.size() > kMaxQueryBytes) return Invalid("at most 1024 bytes", "query:q");
  query.words = SearchWords(text);
  const size_t equals = tag.find('=');
  query.tag_key = tag.substr(0, equals);
  if (equals != std::string::npos) query.tag_value = tag.substr(equals + 1);
  query.kind = request.Query("type").value_or("");
  if (!query.kind.empty() && query.kind != "database" && query.kind != "table" && query.kind != "view")
    return Invalid("must be database, table or view", "query:type");
  if (query.words.empty() && query.tag_key.empty())
    return Invalid("give a word to look for, or a tag (tag=key or tag=key=value)", "query:q");
  return query;
}

Result<int64_t> Offset(const std::string& after) {
  if (after.empty()) return int64_t{0};
  int64_t offset = 0;
  const auto [end, error] = std::from_chars(after.data(), after.data() + after.size(), offset);
  const bool whole = error == std::errc() && end == after.data() + after.size();
  if (!whole || offset < 1 || offset > SearchEndpoint::kMaxHits)
    return Invalid("not a page token of this search", "query:page_token");
  return offset;
}

nlohmann::json HitToJson(const SearchHit& hit) {
  nlohmann::json value = {{"type", hit.kind},
                          {"database", hit.database},
                          {"name", hit.name.empty() ? hit.database : hit.name},
                          {"description", hit.description},
                          {"columns", hit.columns},
                          {"score", hit.score}};
  return value;
}

}  // namespace

Result<http::Response> SearchEndpoint::operator()(http::Request& request) {
  TARN_ASSIGN(const auto page, http::ParsePage(request));
  TARN_ASSIGN(const SearchQuery query, ReadQuery(request));
  TARN_ASSIGN(const int64_t offset, Offset(page.after));
  const int64_t limit = std::min(page.limit, kMaxHits - offset);
  const int64_t more = offset + limit < kMaxHits ? 1 : 0;
  TARN_ASSIGN(auto hits, index_.Find(query, offset, limit + more));
  return RenderPage(std::move(hits), limit, HitToJson,
                    [&](const SearchHit&) { return std::to_string(offset + limit); });
}

}  // namespace tarn::catalog
