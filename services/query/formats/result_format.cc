#include "services/query/formats/result_format.h"

#include <array>

#include "services/query/formats/formats.h"

namespace tarn::query {
namespace {

// In the order of preference for a client that takes anything.
constexpr std::array kNames = {FormatName::kJson,    FormatName::kCsv,   FormatName::kNdjson,
                               FormatName::kParquet, FormatName::kArrow, FormatName::kText};

std::string MediaType(FormatName name) {
  const std::string_view full = ContentType(name);
  return std::string(full.substr(0, full.find(';')));
}

}  // namespace

const char* FormatText(FormatName name) {
  switch (name) {
    case FormatName::kJson:
      return "json";
    case FormatName::kNdjson:
      return "ndjson";
    case FormatName::kCsv:
      return "csv";
    case FormatName::kParquet:
      return "parquet";
    case FormatName::kArrow:
      return "arrow";
    case FormatName::kText:
      return "text";
  }
  return "json";
}

const char* ContentType(FormatName name) {
  switch (name) {
    case FormatName::kJson:
      return "application/json";
    case FormatName::kNdjson:
      return "application/x-ndjson";
    case FormatName::kCsv:
      return "text/csv; charset=utf-8; header=present";
    case FormatName::kParquet:
      return "application/vnd.apache.parquet";
    case FormatName::kArrow:
      return "application/vnd.apache.arrow.stream";
    case FormatName::kText:
      return "text/plain; charset=utf-8";
  }
  return "application/json";
}

Result<FormatName> ChooseFormat(const http::Request& request) {
  if (const auto asked = request.Query("format")) {
    for (const FormatName name : kNames) {
      if (*asked == FormatText(name)) return name;
    }
    return Error(Code::kInvalidArgument, "expected json, ndjson, csv, parquet, arrow or text; got " + *asked)
        .At("query:format");
  }
  std::vector<std::string> offers;
  for (const FormatName name : kNames) offers.push_back(MediaType(name));
  const auto chosen = http::Negotiate(request.Header("Accept"), offers);
  if (chosen) return kNames[*chosen];
  std::string list;
  for (const auto& offer : offers) list += (list.empty() ? "" : ", ") + offer;
  return Error(Code::kInvalidArgument, "rows come as one of " + list).At("header:Accept");
}

std::unique_ptr<ResultFormat> MakeFormat(FormatName name) {
  switch (name) {
    case FormatName::kNdjson:
      return MakeNdjsonFormat();
    case FormatName::kCsv:
      return MakeCsvFormat();
    case FormatName::kArrow:
      return MakeArrowFormat();
    case FormatName::kText:
      return MakeTextFormat();
    case FormatName::kJson:
    case FormatName::kParquet:
      break;
  }
  return MakeJsonFormat();
}

}  // namespace tarn::query
