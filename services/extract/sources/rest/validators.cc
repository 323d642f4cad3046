#include "services/extract/sources/rest/validators.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/checksums/checksum.h"
#include "common/http/message.h"
#include "common/ids/ulid.h"
#include "common/text/utf8.h"
#include "common/time/time.h"
#include "services/extract/sources/rest/api.h"

namespace tarn::extract::rest {
namespace {

using Type = PaginatorOptions::Type;

// There may be very many units, each with one.
constexpr size_t kMaxBytes = 300;

bool IsStrong(std::string_view etag) { return etag.starts_with('"'); }

/// `"..."` or `W/"..."`. Anything else could mean more than one tag, or `*`, which fits everything.
bool IsEntityTag(std::string_view text) {
  if (text.starts_with("W/")) text.remove_prefix(2);
  return text.size() >= 2 && text.front() == '"' && text.find('"', 1) == text.size() - 1;
}

bool IsStrongDate(const std::string& modified, const std::string& date) {
  const auto changed = ParseHttpDate(modified), now = ParseHttpDate(date);
  return changed.ok() && now.ok() && *now - *changed >= std::chrono::seconds(1);
}

std::string Member(const nlohmann::json& value, const char* name) {
  const auto member = value.find(name);
  return member != value.end() && member->is_string() ? member->get<std::string>() : "";
}

}  // namespace

nlohmann::json ToJson(const Validators& validators) {
  nlohmann::json value = {{"request", validators.request}};
  if (!validators.etag.empty()) value["etag"] = validators.etag;
  if (!validators.modified.empty()) value["modified"] = validators.modified;
  return value;
}

std::optional<Validators> ReadValidators(const nlohmann::json& value) {
  if (!value.is_object()) return std::nullopt;
  Validators validators{Member(value, "etag"), Member(value, "modified"), Member(value, "request")};
  if (validators.empty() || validators.request.empty()) return std::nullopt;
  return validators;
}

bool FirstPageMayProve(const StreamOptions& stream) {
  const PaginatorOptions& paginator = stream.paginator;
  const bool by_header = paginator.type == Type::kLinkHeader || paginator.type == Type::kHeaderCursor ||
                         !paginator.total_header.empty();
  const bool shares_folder = stream.parent && !stream.partition_by_parent;
  const bool asks_itself =
      std::any_of(stream.headers.begin(), stream.headers.end(), [](const auto& header) {
        return http::EqualsIgnoringCase(header.first, "If-None-Match") ||
               http::EqualsIgnoringCase(header.first, "If-Modified-Since");
      });
  return stream.method == "GET" && !by_header && !shares_folder && !asks_itself;
}

Validators ValidatorsOf(const Answer& answer, const StreamOptions& stream, std::string request) {
  Validators validators{answer.Header("ETag"), answer.Header("Last-Modified"), std::move(request)};
  const bool is_all = stream.paginator.type == Type::kSingle;
  const std::string& etag = validators.etag;
  const bool takes_etag = etag.size() <= kMaxBytes && IsEntityTag(etag) && text::IsUtf8(etag);
  if (!takes_etag || !(is_all || IsStrong(etag))) validators.etag.clear();
  if (!is_all || !IsStrongDate(validators.modified, answer.Header("Date"))) validators.modified.clear();
  return validators;
}

std::string RequestFingerprint(const StreamOptions& stream, const RequestDraft& draft) {
  std::string text = draft.method + " " + draft.FullUrl() + "\n" + stream.definition + "\n";
  for (const auto& [name, value] : draft.headers) {
    const bool of_stream = std::any_of(stream.headers.begin(), stream.headers.end(), [&](const auto& own) {
      return http::EqualsIgnoringCase(own.first, name);
    });
    text += name + (of_stream ? ": " + value : "") + "\n";
  }
  return ToHex(checksums::Compute(checksums::Algorithm::kSha256, text));
}

}  // namespace tarn::extract::rest
