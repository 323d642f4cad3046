#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "services/extract/sources/rest/options.h"
#include "services/extract/sources/rest/request_draft.h"

namespace tarn::extract::rest {

struct Answer;

/// What a server can be asked with whether its answer still holds (RFC 9110 section 8.8).
struct Validators {
  std::string etag;      ///< for If-None-Match; may be empty
  std::string modified;  ///< for If-Modified-Since; may be empty
  std::string request;   ///< the fingerprint of the request that was answered

  bool empty() const { return etag.empty() && modified.empty(); }
};

nlohmann::json ToJson(const Validators& validators);
/// Nothing if it is not what ToJson made.
std::optional<Validators> ReadValidators(const nlohmann::json& value);

/// Whether "not modified" for the first page can say that nothing of the stream has changed: how it goes on
/// must stand in that page's body, nobody may need the records, and its folder must be of one request.
/// Whether it has children is not looked at.
bool FirstPageMayProve(const StreamOptions& stream);

/// Those of an answer that prove something; of others, the members are empty. A weak ETag, or a date, is
/// good enough only where the page is all that there is. A date must be strong: a second has passed since
/// (section 8.8.2.2).
Validators ValidatorsOf(const Answer& answer, const StreamOptions& stream, std::string request);

/// A hash of what is asked for and how the stream is described. Of the source's own headers, which may hold
/// secrets, only the names go into it.
std::string RequestFingerprint(const StreamOptions& stream, const RequestDraft& draft);

}  // namespace tarn::extract::rest
