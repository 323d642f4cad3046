#include "services/extract/s3/operations/conditions.h"

#include <optional>

#include "common/time/time.h"

namespace tarn::extract::s3 {
namespace {

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

// A list of entity tags, with or without quotes, or "*". Weak ones compare by what they are of (GET only).
bool ListsEtag(std::string_view list, std::string_view etag) {
  while (!list.empty()) {
    const std::string_view item = Trim(list.substr(0, list.find(',')));
    list.remove_prefix(std::min(list.find(','), list.size() - 1) + 1);
    if (item == "*" || Unquoted(item) == etag) return true;
  }
  return false;
}

std::optional<Timestamp> ReadDate(const http::Headers& headers, const std::string& name) {
  const auto text = headers.Find(name);
  if (!text) return std::nullopt;
  const auto date = ParseHttpDate(*text);
  if (date.ok()) return *date;
  const auto other = ParseRfc3339(*text);  // some clients write it so
  if (other.ok()) return *other;
  return std::nullopt;
}

}  // namespace

std::string Unquoted(std::string_view etag) {
  etag = Trim(etag);
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.starts_with('"') && etag.ends_with('"'))
    etag = etag.substr(1, etag.size() - 2);
  return std::string(etag);
}

ConditionOutcome WeighConditions(const http::Headers& headers, const object_store::ObjectInfo& object,
                                 std::string_view prefix) {
  const std::string before(prefix);
  const auto modified = std::chrono::floor<std::chrono::seconds>(object.last_modified);
  if (const auto list = headers.Find(before + "If-Match")) {
    if (!ListsEtag(*list, object.etag)) return ConditionOutcome::kFailed;
  } else if (const auto date = ReadDate(headers, before + "If-Unmodified-Since"); date && modified > *date) {
    return ConditionOutcome::kFailed;
  }
  if (const auto list = headers.Find(before + "If-None-Match")) {
    if (ListsEtag(*list, object.etag)) return ConditionOutcome::kNotModified;
  } else if (const auto date = ReadDate(headers, before + "If-Modified-Since"); date && modified <= *date) {
    return ConditionOutcome::kNotModified;
  }
  return ConditionOutcome::kGoOn;
}

bool IsRangeOfThis(const http::Headers& headers, const object_store::ObjectInfo& object) {
  const auto text = headers.Find("If-Range");
  if (!text) return true;
  const auto date = ParseHttpDate(*text);
  if (date.ok()) return std::chrono::floor<std::chrono::seconds>(object.last_modified) == *date;
  return !text->starts_with("W/") && Unquoted(*text) == object.etag;
}

S3Result<PutConditions> ReadPutConditions(const http::Headers& headers) {
  const auto unsupported = [](std::string header) {
    return S3Error(S3Code::kNotImplemented,
                   "A header you provided implies functionality that is not implemented")
        .With("Header", std::move(header));
  };
  PutConditions conditions;
  if (const auto value = headers.Find("If-None-Match")) {
    if (Trim(*value) != "*") return unsupported("If-None-Match");
    conditions.if_none_match = true;
  }
  if (const auto value = headers.Find("If-Match")) {
    conditions.if_match_etag = Unquoted(*value);
    const bool one =
        !conditions.if_match_etag.empty() && conditions.if_match_etag.find(',') == std::string::npos;
    if (!one || conditions.if_match_etag == "*") return unsupported("If-Match");
  }
  if (headers.Find("If-Modified-Since")) return unsupported("If-Modified-Since");
  if (headers.Find("If-Unmodified-Since")) return unsupported("If-Unmodified-Since");
  return conditions;
}

}  // namespace tarn::extract::s3
