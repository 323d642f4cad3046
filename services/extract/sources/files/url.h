#pragma once

#include <string>
#include <string_view>

#include "common/result/result.h"

namespace tarn::extract::files {

/// The scheme, host and port of an http(s) URL in lower case: "https://data.example.org"; empty if it is none, names a
/// user, or holds blanks or control characters.
std::string Origin(std::string_view url);

/// For messages: without user, query and fragment.
std::string WithoutQuery(std::string_view url);

/// For manifests: the values of the query are left out ("date=2026-02-01&sig=..."), except numbers and dates, as any of
/// them may be a secret.
std::string WithoutSecrets(std::string_view url);

/// The last segment of the path with its percent encoding undone where that gives UTF-8; empty if the path ends in '/'.
std::string LastSegment(std::string_view url);

}  // namespace tarn::extract::files
