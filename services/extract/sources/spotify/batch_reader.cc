#include "services/extract/sources/spotify/batch_reader.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "common/json/json.h"

namespace tarn::extract::spotify {
namespace {

Error Malformed(const Error& error, const std::string& what) {
  return Error(Code::kUnprocessable, what + " is not what the API documents: " + error.message())
      .At(error.where());
}

/// How many elements the page has, null ones included.
Result<int64_t> CountElements(const BatchKind& kind, const std::string& body, int64_t number) {
  const std::string what = "page " + std::to_string(number) + " of " + kind.name;
  const auto page = json::Parse(body);
  if (!page.ok()) return Malformed(page.error(), what);
  const bool has_array = page->is_object() && page->contains(kind.name) && page->at(kind.name).is_array();
  if (!has_array) {
    return Malformed(Error(Code::kUnprocessable, "expected an array").At("/" + kind.name), what);
  }
  return static_cast<int64_t>(page->at(kind.name).size());
}

bool IsGone(int status) { return status == 403 || status == 404 || status == 405 || status == 410; }

}  // namespace

Status BatchReader::Read(const BatchKind& kind, const Ids& ids, const OnPage& on_page) {
  if (ids.empty()) return Ok();
  bool batches = true;
  for (size_t start = 0; start < ids.size(); start += kind.max_ids) {
    const size_t end = std::min(start + kind.max_ids, ids.size());
    const PageId id{kind.name, static_cast<int64_t>(start / kind.max_ids)};
    TARN_ASSIGN(std::optional<std::string> body, context_.pages.Find(id));
    if (!body) {
      TARN_ASSIGN(body, Fetch(kind, Ids(ids.begin() + start, ids.begin() + end), &batches));
    }
    TARN_ASSIGN(const int64_t records, CountElements(kind, *body, id.number));
    TARN_TRY(context_.pages.Put(id, *body, {.records = records}));
    on_page(static_cast<double>(end) / static_cast<double>(ids.size()));
  }
  return context_.pages.Finish(kind.name);
}

Result<std::string> BatchReader::Fetch(const BatchKind& kind, const Ids& ids, bool* batches) {
  if (*batches) {
    std::string list;
    for (const std::string& id : ids) list += (list.empty() ? "" : ",") + id;
    TARN_ASSIGN(Api::Answer answer, api_.Get("/" + kind.name + "?ids=" + list + Market(kind, '&')));
    if (answer.status == 200) return std::move(answer.body);
    if (!IsGone(answer.status)) {
      return Error(Code::kUnprocessable, "the API refused a batch of " + kind.name).At("ids=" + list);
    }
    *batches = false;
  }
  return FetchOneByOne(kind, ids);
}

Result<std::string> BatchReader::FetchOneByOne(const BatchKind& kind, const Ids& ids) {
  std::string body = "{\"" + kind.name + "\":[";
  for (const std::string& id : ids) {
    TARN_ASSIGN(const Api::Answer answer, api_.Get("/" + kind.name + "/" + id + Market(kind, '?')));
    if (answer.status == 403) {
      return Error(Code::kPermissionDenied, "the API does not give this application " + kind.name + "/" + id);
    }
    if (body.back() != '[') body += ',';
    if (answer.status == 200) {
      const auto single = json::Parse(answer.body);
      if (!single.ok()) return Malformed(single.error(), kind.name + "/" + id);
      body += answer.body;
    } else {
      body += "null";  // as the batch endpoint answers for an id it does not know
    }
  }
  return body + "]}";
}

std::string BatchReader::Market(const BatchKind& kind, char separator) const {
  if (!kind.takes_market || options_.market.empty()) return "";
  return separator + ("market=" + options_.market);
}

}  // namespace tarn::extract::spotify
