#include <vector>

#include "services/query/functions/function_entry.h"

namespace tarn::query {
namespace {

constexpr auto kScalar = FunctionEntry::Kind::kScalar;

const std::vector<FunctionEntry>& Table() {
  static const std::vector<FunctionEntry> table = {
      {"url_decode",
       kScalar,
       How::kExtension,
       "Text without percent escapes.",
       "url_decode('a%20b+c') = \"a b c\"",
       {{"(varchar) -> varchar", "tarn_url_decode($1)"}}},
      {"url_encode",
       kScalar,
       How::kExtension,
       "Text for a URL's parameter.",
       "url_encode('a b&c') = \"a+b%26c\"",
       {{"(varchar) -> varchar", "tarn_url_encode($1)"}}},
      {"url_extract_fragment",
       kScalar,
       How::kExtension,
       "The fragment of a URL.",
       "url_extract_fragment('http://a.b/c?d=e#f') = \"f\"",
       {{"(varchar) -> varchar", "tarn_url_part($1, 'fragment')"}}},
      {"url_extract_host",
       kScalar,
       How::kExtension,
       "The host of a URL.",
       "url_extract_host('http://a.b:80/c') = \"a.b\"",
       {{"(varchar) -> varchar", "tarn_url_part($1, 'host')"}}},
      {"url_extract_path",
       kScalar,
       How::kExtension,
       "The path of a URL.",
       "url_extract_path('http://a.b/c') = \"/c\"",
       {{"(varchar) -> varchar", "tarn_url_part($1, 'path')"}}},
      {"url_extract_protocol",
       kScalar,
       How::kExtension,
       "The protocol of a URL.",
       "url_extract_protocol('http://a.b/c') = \"http\"",
       {{"(varchar) -> varchar", "tarn_url_part($1, 'protocol')"}}},
      {"url_extract_query",
       kScalar,
       How::kExtension,
       "The query of a URL.",
       "url_extract_query('http://a.b/c?d=e') = \"d=e\"",
       {{"(varchar) -> varchar", "tarn_url_part($1, 'query')"}}},
      {"url_extract_parameter",
       kScalar,
       How::kExtension,
       "A parameter of a URL's query.",
       "url_extract_parameter('http://a.b/c?d=e', 'd') = \"e\"",
       {{"(varchar,varchar) -> varchar", "tarn_url_parameter($1, $2)"}}},
      {"url_extract_port",
       kScalar,
       How::kExtension,
       "The port of a URL.",
       "url_extract_port('http://a.b:8080/c') = 8080",
       {{"(varchar) -> bigint", "tarn_url_port($1)"}}},
  };
  return table;
}

}  // namespace

std::span<const FunctionEntry> UrlFunctions() { return Table(); }

}  // namespace tarn::query
