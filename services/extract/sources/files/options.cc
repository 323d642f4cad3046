#include "services/extract/sources/files/options.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "common/config/option_set.h"
#include "common/http_client/url.h"
#include "common/json/json.h"
#include "common/s3_client/endpoint.h"
#include "services/extract/sources/files/glob.h"
#include "services/extract/sources/files/text.h"
#include "services/extract/sources/files/url.h"

namespace tarn::extract::files {
namespace {

constexpr size_t kMaxUrls = 10'000;
constexpr size_t kMaxUrlBytes = 8'192;
constexpr size_t kMaxHeaders = 50;
constexpr int64_t kMaxConnections = 32;
constexpr std::chrono::hours kMaxSettle(24 * 7);

constexpr const char* kNotAUrl = "expected an http or https URL without user: ";

/// These are the connector's own: they ask for what is new and for what is missing.
constexpr std::string_view kReservedHeaders[] = {
    "accept-encoding", "connection", "content-length",      "host",  "if-match",          "if-modified-since",
    "if-none-match",   "if-range",   "if-unmodified-since", "range", "transfer-encoding", "te"};

bool IsToken(std::string_view text) {
  return !text.empty() && text.size() <= 100 && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c < 128 && (std::isalnum(c) || c == '-' || c == '_' || c == '.');
  });
}

/// Each element may hold several URLs with blanks between them, as environment variables do.
void ReadUrls(json::ObjectReader& reader, Options& options) {
  const auto elements = reader.OptionalStringArray("urls");
  if (!elements) return;
  for (const std::string& element : *elements) {
    std::istringstream words(element);
    for (std::string url; words >> url;) {
      if (Origin(url).empty() || url.size() > kMaxUrlBytes)
        return reader.Fail("urls", kNotAUrl + http_client::DisplayUrl(url));
      const std::string plain = url.substr(0, url.find('#'));
      if (std::find(options.urls.begin(), options.urls.end(), plain) == options.urls.end())
        options.urls.push_back(plain);
      if (options.urls.size() > kMaxUrls)
        return reader.Fail("urls", "at most 10,000 URLs; use index_url for more");
    }
  }
  if (options.urls.empty()) reader.Fail("urls", "name at least one URL");
}

void ReadHeaders(json::ObjectReader& reader, Options& options) {
  const nlohmann::json* headers = reader.OptionalObject("headers");
  if (!headers) return;
  if (headers->size() > kMaxHeaders) reader.Fail("headers", "at most 50 headers");
  for (const auto& [name, value] : headers->items()) {
    const std::string lower = LowerCase(name);
    if (!IsToken(name)) return reader.Fail("headers", "not the name of a header: " + name);
    if (std::find(std::begin(kReservedHeaders), std::end(kReservedHeaders), lower) !=
        std::end(kReservedHeaders)) {
      return reader.Fail("headers", "Tarn sets this header itself: " + name);
    }
    const bool is_text = value.is_string() && value.get_ref<const std::string&>().find_first_of(
                                                  std::string("\r\n\0", 3)) == std::string::npos;
    if (!is_text) return reader.Fail("headers", "expected a text of one line for the header " + name);
    options.headers.emplace_back(name, value.get<std::string>());
  }
}

void ReadBucket(json::ObjectReader& reader, Options& options, std::optional<Error>& error) {
  const nlohmann::json* object = reader.OptionalObject("s3");
  if (!object) return;
  BucketOptions bucket;
  json::ObjectReader members(*object, "/options/s3");
  bucket.endpoint = members.RequiredString("endpoint");
  bucket.bucket = members.RequiredString("bucket");
  bucket.region = members.OptionalString("region").value_or(bucket.region);
  bucket.prefix = members.OptionalString("prefix").value_or("");
  bucket.path_style = members.OptionalBool("path_style").value_or(true);
  bucket.access_key_id = members.OptionalString("access_key_id").value_or("");
  bucket.secret_access_key = members.OptionalString("secret_access_key").value_or("");
  bucket.session_token = members.OptionalString("session_token").value_or("");
  if (Origin(bucket.endpoint).empty() || bucket.endpoint.find_first_of("?#") != std::string::npos) {
    members.Fail("endpoint", "expected an http or https URL without user and query");
  }
  if (const auto made = s3_client::Endpoint::Make(bucket.endpoint, bucket.bucket, bucket.path_style);
      !made.ok()) {
    members.Fail("bucket", made.error().message());
  }
  if (bucket.access_key_id.empty() != bucket.secret_access_key.empty()) {
    members.Fail(bucket.access_key_id.empty() ? "access_key_id" : "secret_access_key",
                 "give both or none of access_key_id and secret_access_key");
  }
  const Status read = members.Finish();
  if (!read.ok()) error = read.error();
  options.s3 = std::move(bucket);
}

template <class Choice>
void ReadChoice(json::ObjectReader& reader, std::string_view name,
                const std::vector<std::pair<std::string_view, Choice>>& choices, Choice& target) {
  const auto text = reader.OptionalString(name);
  if (!text) return;
  std::string known;
  for (const auto& [word, choice] : choices) {
    if (*text == word) {
      target = choice;
      return;
    }
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  reader.Fail(name, "expected one of " + known + "; got: " + *text);
}

/// A number of bytes, or a text like "10GiB".
void ReadSize(json::ObjectReader& reader, std::string_view name, uint64_t& target) {
  const nlohmann::json* value = reader.OptionalAny(name);
  if (!value) return;
  if (value->is_number_integer()) {
    target = static_cast<uint64_t>(std::max<int64_t>(value->get<int64_t>(), 0));
  } else if (value->is_string()) {
    const auto size = config::ParseSize(value->get_ref<const std::string&>());
    if (!size.ok()) return reader.Fail(name, size.error().message());
    target = *size;
  } else {
    return reader.Fail(name, "expected a number of bytes or a text like 10GiB");
  }
  if (target == 0 || target > INT64_MAX / 2) reader.Fail(name, "must be one byte or more");
}

void ReadDuration(json::ObjectReader& reader, std::string_view name, std::chrono::milliseconds& target) {
  const auto text = reader.OptionalString(name);
  if (!text) return;
  const auto duration = config::ParseDuration(*text);
  if (!duration.ok()) return reader.Fail(name, duration.error().message());
  if (*duration > kMaxSettle) return reader.Fail(name, "at most 7 days: " + *text);
  target = *duration;
}

bool IsStream(const std::string& text) {
  static constexpr std::string_view kAllowed =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_=./-";
  if (text.empty() || text.size() > 200 || text.find_first_not_of(kAllowed) != std::string::npos)
    return false;
  const std::string framed = "/" + text + "/";
  return framed.find("//") == std::string::npos && framed.find("/./") == std::string::npos &&
         framed.find("/../") == std::string::npos;
}

void CheckPlace(json::ObjectReader& reader, const Options& options, bool has_pattern, bool has_settle) {
  const bool from_urls = !options.urls.empty() || !options.index_url.empty();
  const int places = (from_urls ? 1 : 0) + (options.directory.empty() ? 0 : 1) + (options.s3 ? 1 : 0);
  if (places == 0) reader.Fail("urls", "say where the files are: urls, index_url, directory or s3");
  if (places > 1) {
    const char* extra = from_urls && !options.directory.empty() ? "directory" : "s3";
    reader.Fail(extra, "files come from one place: URLs, a directory or a bucket");
  }
  if (!from_urls && !options.headers.empty()) reader.Fail("headers", "headers are for URLs only");
  if (from_urls && has_pattern) reader.Fail("pattern", "a pattern is for a directory or a bucket");
  if (options.directory.empty() && has_settle) reader.Fail("settle", "settle is for a directory");
}

}  // namespace

Result<Options> ParseOptions(const nlohmann::json& json_options) {
  Options options;
  std::optional<Error> bucket_error;
  json::ObjectReader reader(json_options, "/options");
  ReadUrls(reader, options);
  options.index_url = reader.OptionalString("index_url").value_or("");
  ReadHeaders(reader, options);
  options.directory = reader.OptionalString("directory").value_or("");
  ReadBucket(reader, options, bucket_error);
  const auto pattern = reader.OptionalString("pattern");
  options.pattern = pattern.value_or(options.pattern);
  const bool has_settle = json_options.is_object() && json_options.contains("settle");
  ReadDuration(reader, "settle", options.settle);
  ReadChoice<Format>(reader, "format",
                     {{"any", Format::kAny},
                      {"csv", Format::kCsv},
                      {"json", Format::kJson},
                      {"ndjson", Format::kNdjson},
                      {"parquet", Format::kParquet}},
                     options.format);
  ReadChoice<Compare>(reader, "compare", {{"version", Compare::kVersion}, {"hash", Compare::kHash}},
                      options.compare);
  ReadChoice<WhenGone>(reader, "when_gone", {{"keep", WhenGone::kKeep}, {"fail", WhenGone::kFail}},
                       options.when_gone);
  options.decompress = reader.OptionalBool("decompress").value_or(false);
  ReadSize(reader, "max_file_bytes", options.max_file_bytes);
  options.stream = reader.OptionalString("stream").value_or(options.stream);
  options.connections = reader.OptionalInteger("connections").value_or(options.connections);

  if (!options.index_url.empty() && Origin(options.index_url).empty()) {
    reader.Fail("index_url", kNotAUrl + http_client::DisplayUrl(options.index_url));
  }
  if (!options.directory.empty() && !std::filesystem::path(options.directory).is_absolute()) {
    reader.Fail("directory", "expected an absolute path: " + options.directory);
  }
  if (const Status checked = CheckPattern(options.pattern); !checked.ok()) {
    reader.Fail("pattern", checked.error().message());
  }
  if (!IsStream(options.stream)) {
    reader.Fail("stream", "expected a relative path of A-Z a-z 0-9 _ = . / - : " + options.stream);
  }
  if (options.connections < 1 || options.connections > kMaxConnections) {
    reader.Fail("connections", "must be 1 to 32: " + std::to_string(options.connections));
  }
  CheckPlace(reader, options, pattern.has_value(), has_settle);
  const Status read = reader.Finish();
  // What is wrong inside `s3` stands first, as the place of the files matters more than the rest.
  if (bucket_error) return *bucket_error;
  TARN_TRY(read);
  return options;
}

}  // namespace tarn::extract::files
