#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "services/extract/sources/rest/options.h"
#include "services/extract/sources/rest/query.h"

namespace tarn::extract::rest {

/// A request while it is put together.
struct RequestDraft {
  std::string method;
  std::string url;  ///< with what stands in its query already
  QueryParameters params;
  std::vector<std::pair<std::string, std::string>> headers;
  nlohmann::json body;  ///< null: none

  /// Puts `value` in its place, where it replaces another of that name. In a body, `name` may be a JSON
  /// pointer, and a number stays one.
  void Set(Place place, const std::string& name, const std::string& value, bool is_number);

  /// The URL with all parameters.
  std::string FullUrl() const { return WithQuery(url, params); }
};

/// The request for the first page of a stream, by its templates. Errors: kUnprocessable for a value that
/// cannot stand where it belongs.
Result<RequestDraft> DraftRequest(const Options& options, const StreamOptions& stream,
                                  const TemplateValues& values);

}  // namespace tarn::extract::rest
