#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/result/result.h"
#include "services/extract/sources/client/oauth_tokens.h"
#include "services/extract/sources/rest/cursor_value.h"
#include "services/extract/sources/rest/json_path.h"
#include "services/extract/sources/rest/template.h"

namespace tarn::extract::rest {

/// Where a value goes in a request.
enum class Place { kQuery, kHeader, kBody };

struct AuthOptions {
  enum class Type { kNone, kBearer, kBasic, kApiKey, kOAuth };
  Type type = Type::kNone;
  std::string token;               ///< bearer
  std::string username, password;  ///< basic
  std::string name, key;           ///< api_key
  Place in = Place::kHeader;       ///< api_key: header or query
  OAuthOptions oauth;
};

enum class Decoder { kJson, kNdjson, kCsv, kXml, kText };

struct PaginatorOptions {
  enum class Type { kSingle, kNextLink, kLinkHeader, kHeaderCursor, kBodyCursor, kOffset, kPage };
  Type type = Type::kSingle;
  JsonPath next;  ///< next_link: of the link; body_cursor: of the cursor
  std::optional<JsonPath>
      last_record;     ///< body_cursor: of the cursor within a page's last record, instead of `next`
  std::string header;  ///< header_cursor
  std::string relation = "next";  ///< link_header
  std::string param;              ///< takes the cursor, offset or page number
  Place in = Place::kQuery;       ///< where `param` goes
  std::string limit_param;        ///< takes `limit`, if there is one
  int64_t limit = 0;
  int64_t start = 0;  ///< the first offset or page number
  std::optional<JsonPath> total, total_pages, has_more;
  std::string total_header;
  bool stop_on_empty_page = false;
  int64_t max_pages = 0;  ///< 0: as many as there are
};

struct IncrementalOptions {
  JsonPath cursor;  ///< in a record
  CursorFormat format = CursorFormat::kRfc3339;
  std::string param, end_param;  ///< take the start and the end; may be empty
  Place in = Place::kQuery;
  std::optional<CursorValue> start;
  long double lag = 0;  ///< milliseconds, or a number
  std::vector<JsonPath> key;
};

struct ParentOptions {
  size_t stream = 0;               ///< its index
  std::vector<std::string> names;  ///< of the fields, as templates name them after "parent."
  std::vector<JsonPath> fields;    ///< the first one identifies a record
};

struct ResponseRule {
  enum class Action { kRetry, kIgnore, kFail, kReauthenticate };
  int first_status = 100, last_status = 599;
  std::optional<JsonPath> path;       ///< in the body
  std::optional<std::string> equals;  ///< what stands at `path`, as text
  std::string contains;               ///< in what stands at `path`, or in the body
  Action action = Action::kFail;
  std::string message;
};

struct StreamOptions {
  std::string name;
  std::string definition;  ///< how it is described, as JSON
  std::string method = "GET";
  Template path;
  std::vector<std::pair<std::string, Template>> params, headers;
  std::string body;  ///< a JSON template; empty: none
  Decoder decoder = Decoder::kJson;
  std::optional<JsonPath> records;
  PaginatorOptions paginator;
  std::optional<IncrementalOptions> incremental;
  std::optional<ParentOptions> parent;
  bool partition_by_parent = false;
  std::vector<std::string> partitions;
  std::vector<ResponseRule> responses;
  bool fail_if_fewer_than_total = true;
  bool takes_window = false;  ///< what it asks for depends on a run's window
  bool enabled = true;        ///< false: `only` leaves it out
  bool has_children = false;  ///< whether these are enabled or not
};

/// The options of the connector; README.md describes each.
struct Options {
  std::string base_url;  ///< without '/' at its end
  std::vector<std::string> allow_hosts;
  std::vector<std::pair<std::string, std::string>> headers;
  AuthOptions auth;
  uint64_t max_response_bytes = 64 << 20;
  int64_t connections = 1;
  bool conditional = true;  ///< asks whether an answer still is what it was
  std::vector<StreamOptions> streams;  ///< parents before their children
};

/// Errors: kInvalidArgument with the JSON pointer of the option below "/options".
Result<Options> ParseOptions(const nlohmann::json& options);

/// The names of the options, in the order of the documentation.
std::vector<std::string_view> OptionNames();

}  // namespace tarn::extract::rest
