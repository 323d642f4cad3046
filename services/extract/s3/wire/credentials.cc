#include "services/extract/s3/wire/credentials.h"

#include <algorithm>
#include <charconv>

namespace tarn::extract::s3 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::chrono::seconds kMaxExpires{604'800};  // a week

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view Trim(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  return text;
}

bool IsSignature(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// "20130524T000000Z" (ISO 8601, basic).
std::optional<Timestamp> ParseTimestamp(std::string_view text) {
  if (text.size() != 16 || text[8] != 'T' || text[15] != 'Z') return std::nullopt;
  std::string extended(text.substr(0, 4));
  extended.append("-").append(text.substr(4, 2)).append("-").append(text.substr(6, 2)).append("T");
  extended.append(text.substr(9, 2)).append(":").append(text.substr(11, 2)).append(":").append(text.substr(13, 2));
  const auto time = ParseRfc3339(extended + "Z");
  if (!time.ok()) return std::nullopt;
  return *time;
}

std::optional<std::chrono::seconds> ParseSeconds(std::string_view text) {
  int64_t seconds = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (failure != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return std::chrono::seconds(seconds);
}

// The two places word and name their errors differently.
S3Error Malformed(bool presigned, const std::string& why) {
  if (presigned) return S3Error(S3Code::kAuthorizationQueryParametersError, why);
  return S3Error(S3Code::kAuthorizationHeaderMalformed, "The authorization header is malformed; " + why);
}

S3Status ReadScope(std::string_view credential, Credentials& credentials) {
  const bool presigned = credentials.presigned;
  // The key comes first and may hold slashes itself; the scope is what stands last.
  const std::vector<std::string_view> parts = Split(credential, '/');
  if (parts.size() < 5) {
    return Malformed(presigned, "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/"
                                "aws4_request\".");
  }
  const size_t scope = parts.size() - 4;
  credentials.key_id = credential.substr(0, static_cast<size_t>(parts[scope].data() - credential.data()) - 1);
  credentials.date = parts[scope];
  credentials.region = parts[scope + 1];
  if (parts[scope + 2] != "s3") {
    return Malformed(presigned, "incorrect service \"" + std::string(parts[scope + 2]) +
                                    "\". This endpoint belongs to \"s3\".");
  }
  if (parts[scope + 3] != "aws4_request") {
    return Malformed(presigned, "incorrect terminal \"" + std::string(parts[scope + 3]) +
                                    "\". This endpoint uses \"aws4_request\".");
  }
  return {};
}

S3Status ReadSignedHeaders(std::string_view list, Credentials& credentials) {
  for (const std::string_view name : Split(list, ';')) credentials.signed_headers.emplace_back(name);
  const auto& names = credentials.signed_headers;
  if (std::find(names.begin(), names.end(), "") != names.end()) {
    return Malformed(credentials.presigned, "SignedHeaders must be names, separated by ';'.");
  }
  if (std::find(names.begin(), names.end(), "host") == names.end()) {
    return Malformed(credentials.presigned, "SignedHeaders must contain \"host\".");
  }
  return {};
}

S3Status ReadTime(std::string_view timestamp, Credentials& credentials) {
  const auto time = ParseTimestamp(timestamp);
  if (!time) {
    if (credentials.presigned) {
      return Malformed(true, "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
    }
    return S3Error(S3Code::kAccessDenied, "AWS authentication requires a valid Date or x-amz-date header");
  }
  credentials.timestamp = timestamp;
  credentials.time = *time;
  if (!timestamp.starts_with(credentials.date) || credentials.date.size() != 8) {
    return Malformed(credentials.presigned, "Invalid credential date \"" + credentials.date +
                                                "\". This date is not the same as X-Amz-Date: \"" +
                                                std::string(timestamp.substr(0, 8)) + "\".");
  }
  return {};
}

// x-amz-date, or else the Date header, which is converted.
std::string TimestampOf(const http::Request& request) {
  if (const auto timestamp = request.Header("x-amz-date")) return std::string(*timestamp);
  const auto date = ParseHttpDate(request.Header("Date").value_or(""));
  return date.ok() ? FormatCompact(*date) : "";
}

S3Error Unsupported() {
  return S3Error(S3Code::kInvalidRequest,
                 "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.");
}

S3Result<Credentials> ReadHeader(const http::Request& request, std::string_view authorization) {
  const size_t space = std::min(authorization.find(' '), authorization.size());
  if (authorization.substr(0, space) != kAlgorithm) return Unsupported();
  std::string_view credential, headers, signature;
  for (std::string_view part : Split(authorization.substr(space), ',')) {
    part = Trim(part);
    const size_t equals = std::min(part.find('='), part.size());
    const std::string_view name = part.substr(0, equals), value = part.substr(std::min(equals + 1, part.size()));
    std::string_view* const known = name == "Credential"      ? &credential
                                    : name == "SignedHeaders" ? &headers
                                    : name == "Signature"     ? &signature
                                                              : nullptr;
    if (!known || !known->empty()) {
      return Malformed(false, "it must hold Credential, SignedHeaders and Signature, once each.");
    }
    *known = value;
  }
  Credentials credentials;
  TARN_TRY(ReadScope(credential, credentials));
  TARN_TRY(ReadSignedHeaders(headers, credentials));
  if (!IsSignature(signature)) return Malformed(false, "the Signature must be 64 hexadecimal digits.");
  credentials.signature = signature;
  TARN_TRY(ReadTime(TimestampOf(request), credentials));
  return credentials;
}

S3Result<Credentials> ReadQuery(const http::Request& request) {
  Credentials credentials;
  credentials.presigned = true;
  const auto value = [&](const char* name) { return request.Query(name).value_or(""); };
  if (value("X-Amz-Algorithm") != kAlgorithm) {
    return Malformed(true, "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256\"");
  }
  for (const char* name :
       {"X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date", "X-Amz-SignedHeaders", "X-Amz-Expires"}) {
    if (!value(name).empty()) continue;
    return Malformed(true, "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
                           "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
  }
  TARN_TRY(ReadScope(value("X-Amz-Credential"), credentials));
  TARN_TRY(ReadSignedHeaders(value("X-Amz-SignedHeaders"), credentials));
  credentials.signature = value("X-Amz-Signature");
  if (!IsSignature(credentials.signature)) return Malformed(true, "X-Amz-Signature must be 64 hexadecimal digits");
  TARN_TRY(ReadTime(value("X-Amz-Date"), credentials));
  const auto expires = ParseSeconds(value("X-Amz-Expires"));
  if (!expires) return Malformed(true, "X-Amz-Expires should be a number");
  if (*expires < std::chrono::seconds(1)) return Malformed(true, "X-Amz-Expires must be at least one second");
  if (*expires > kMaxExpires) {
    return Malformed(true, "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must "
                           "be less than 604800 seconds");
  }
  credentials.expires = *expires;
  return credentials;
}

}  // namespace

S3Result<std::optional<Credentials>> ReadCredentials(const http::Request& request) {
  const auto authorization = request.Header("Authorization");
  const bool query = request.Query("X-Amz-Algorithm") || request.Query("X-Amz-Signature") ||
                     request.Query("X-Amz-Credential");
  const bool old_query = request.Query("AWSAccessKeyId") && request.Query("Signature");
  if (authorization && (query || old_query)) {
    return S3Error(S3Code::kInvalidArgument,
                   "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string "
                   "parameter or the Authorization header should be specified")
        .With("ArgumentName", "Authorization");
  }
  if (old_query) return Unsupported();
  if (authorization) {
    TARN_ASSIGN(Credentials credentials, ReadHeader(request, *authorization));
    return std::optional(std::move(credentials));
  }
  if (query) {
    TARN_ASSIGN(Credentials credentials, ReadQuery(request));
    return std::optional(std::move(credentials));
  }
  return std::optional<Credentials>();
}

}  // namespace tarn::extract::s3
