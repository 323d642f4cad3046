#include "services/extract/sources/rest/page_id.h"

#include <cstdio>

namespace tarn::extract::rest {
namespace {

const char* EndingFor(Decoder decoder) {
  switch (decoder) {
    case Decoder::kJson:
      return "json";
    case Decoder::kNdjson:
      return "ndjson";
    case Decoder::kCsv:
      return "csv";
    case Decoder::kXml:
      return "xml";
    case Decoder::kText:
      break;
  }
  return "txt";
}

}  // namespace

PageId PageIdOf(const Unit& unit, int64_t number) {
  PageId id{unit.path, number, ""};
  if (unit.prefix.empty() && unit.stream->decoder == Decoder::kJson) return id;
  char digits[24];
  std::snprintf(digits, sizeof digits, "%05lld", static_cast<long long>(number));
  id.name = "page-" + unit.prefix + digits + "." + EndingFor(unit.stream->decoder);
  return id;
}

}  // namespace tarn::extract::rest
