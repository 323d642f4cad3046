#include <nlohmann/json.hpp>

#include "services/extract/sources/rest/option_values.h"
#include "services/extract/sources/rest/stream_options.h"

namespace tarn::extract::rest {
namespace {

using json::ObjectReader;
using Type = PaginatorOptions::Type;

constexpr int64_t kMaxNumber = 1'000'000'000;

std::optional<Type> TypeOf(const std::string& name) {
  const std::pair<const char*, Type> types[] = {{"single", Type::kSingle},
                                                {"next_link", Type::kNextLink},
                                                {"link_header", Type::kLinkHeader},
                                                {"header_cursor", Type::kHeaderCursor},
                                                {"body_cursor", Type::kBodyCursor},
                                                {"offset", Type::kOffset},
                                                {"page", Type::kPage}};
  for (const auto& [known, type] : types) {
    if (name == known) return type;
  }
  return std::nullopt;
}

void ReadParam(ObjectReader& reader, std::string_view name, const char* fallback,
               PaginatorOptions& paginator) {
  paginator.param = reader.OptionalString(name).value_or(fallback);
  paginator.in = ReadPlace(reader, "in");
  if (paginator.param.empty()) reader.Fail(name, "the member is required: the parameter of a request");
  if (paginator.in == Place::kHeader && !IsFieldName(paginator.param)) {
    reader.Fail(name, "not the name of a header: " + paginator.param);
  }
}

void ReadBodyCursor(ObjectReader& reader, PaginatorOptions& paginator) {
  const auto cursor = ReadPath(reader, "cursor");
  paginator.last_record = ReadPath(reader, "last_record");
  if (cursor.has_value() == paginator.last_record.has_value()) {
    reader.Fail("cursor",
                "give either cursor, a path in the page, or last_record, a path in its last record");
  }
  paginator.next = cursor.value_or(JsonPath());
  ReadParam(reader, "param", "", paginator);
}

void ReadOffset(ObjectReader& reader, PaginatorOptions& paginator) {
  ReadParam(reader, "offset_param", "offset", paginator);
  paginator.limit_param = reader.OptionalString("limit_param").value_or("limit");
  paginator.limit = ReadInteger(reader, "limit", 100, 1, kMaxNumber);
  paginator.start = ReadInteger(reader, "start", 0, 0, kMaxNumber);
  paginator.stop_on_empty_page = true;
}

void ReadPageNumber(ObjectReader& reader, PaginatorOptions& paginator) {
  ReadParam(reader, "page_param", "page", paginator);
  paginator.limit_param = reader.OptionalString("limit_param").value_or("");
  paginator.limit = ReadInteger(reader, "limit", 0, 0, kMaxNumber);
  if (paginator.limit_param.empty() != (paginator.limit == 0)) {
    reader.Fail("limit", "limit and limit_param are given together or not at all");
  }
  paginator.start = ReadInteger(reader, "start", 1, 0, kMaxNumber);
  paginator.total_pages = ReadPath(reader, "total_pages");
  paginator.stop_on_empty_page = true;
}

void ReadStopRules(ObjectReader& reader, PaginatorOptions& paginator) {
  paginator.total = ReadPath(reader, "total");
  paginator.total_header = reader.OptionalString("total_header").value_or("");
  if (paginator.total && !paginator.total_header.empty()) {
    reader.Fail("total_header", "give either total or total_header");
  }
  paginator.max_pages = ReadInteger(reader, "max_pages", 0, 0, kMaxNumber);
  if (paginator.type == Type::kSingle) return;
  paginator.has_more = ReadPath(reader, "has_more");
  const bool cursor_from_record = paginator.last_record && !paginator.has_more;
  const bool counts = paginator.type == Type::kOffset || paginator.type == Type::kPage;
  // These would not end otherwise.
  if (counts || cursor_from_record)
    paginator.stop_on_empty_page = true;
  else
    paginator.stop_on_empty_page = reader.OptionalBool("stop_on_empty_page").value_or(false);
}

}  // namespace

Result<PaginatorOptions> ParsePaginator(const nlohmann::json& value, const std::string& pointer) {
  PaginatorOptions paginator;
  ObjectReader reader(value, pointer);
  const std::string name = reader.RequiredString("type");
  const auto type = TypeOf(name);
  if (!type) {
    return Error(
               Code::kInvalidArgument,
               "expected single, next_link, link_header, header_cursor, body_cursor, offset or page, got: " +
                   name)
        .At(pointer + "/type");
  }
  paginator.type = *type;
  switch (*type) {
    case Type::kSingle:
      break;
    case Type::kNextLink:
      paginator.next = ReadPath(reader, "next").value_or(JsonPath());
      if (paginator.next.steps().empty()) reader.Fail("next", "the member is required: the path of the link");
      break;
    case Type::kLinkHeader:
      paginator.relation = reader.OptionalString("relation").value_or("next");
      break;
    case Type::kHeaderCursor:
      paginator.header = reader.RequiredString("header");
      ReadParam(reader, "param", "", paginator);
      break;
    case Type::kBodyCursor:
      ReadBodyCursor(reader, paginator);
      break;
    case Type::kOffset:
      ReadOffset(reader, paginator);
      break;
    case Type::kPage:
      ReadPageNumber(reader, paginator);
      break;
  }
  ReadStopRules(reader, paginator);
  TARN_TRY(reader.Finish());
  return paginator;
}

}  // namespace tarn::extract::rest
