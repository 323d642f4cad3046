#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tarn::extract::rest {

using QueryParameters = std::vector<std::pair<std::string, std::string>>;

/// `url` with the parameters in its query, percent-encoded; those of the same names that were there are gone.
std::string WithQuery(const std::string& url, const QueryParameters& parameters);

bool HasParameter(const std::string& url, const std::string& name);

/// For messages: a URL must not show what stands in its query.
std::string WithoutQuery(const std::string& url);

}  // namespace tarn::extract::rest
