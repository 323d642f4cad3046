#pragma once

#include <string>
#include <string_view>

namespace tarn::extract::files {

/// As http_client::OriginOf; empty if the URL is none, names a user, or holds blanks or control characters.
std::string Origin(const std::string& url);

/// For manifests: the values of the query are left out ("date=2026-02-01&sig=..."), except numbers and dates,
/// as any of them may be a secret.
std::string WithoutSecrets(std::string_view url);

/// The last segment of the path with its percent encoding undone where that gives UTF-8; empty if the path
/// ends in '/'.
std::string LastSegment(std::string_view url);

}  // namespace tarn::extract::files
