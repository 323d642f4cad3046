#include "services/extract/sources/spotify/batch_reader.h"

#include <algorithm>

#include "common/json/pull.h"
#include "services/extract/sources/ordered_parallel.h"

namespace tarn::extract::spotify {
namespace {

struct Batch {
  bool has_array = false;
  int64_t elements = 0;
  int64_t nulls = 0;
  std::string_view first;
};

Error Malformed(const Error& error, const std::string& what) {
  return Error(Code::kUnprocessable, what + " is not what the API documents: " + error.message())
      .At(error.where());
}

Result<Batch> ReadBatch(const BatchKind& kind, const std::string& body, const std::string& what) {
  Batch batch;
  json::PullReader in(body);
  const auto read_element = [&] {
    const size_t start = in.Position();
    in.Skip();
    const std::string_view element = in.Since(start);
    batch.nulls += element == "null";
    if (batch.elements == 0 || batch.first == "null") batch.first = element;
    ++batch.elements;
  };
  if (in.AtObject()) {
    in.Object([&](std::string_view name) {
      if (name == kind.name && in.AtArray()) {
        batch = Batch();
        batch.has_array = true;
        in.Array(read_element);
      } else {
        in.Skip();
      }
    });
  } else {
    in.Skip();
  }
  if (const Status whole = in.Finish(); !whole.ok()) return Malformed(whole.error(), what);
  if (!batch.has_array) {
    return Malformed(Error(Code::kUnprocessable, "expected an array").At("/" + kind.name), what);
  }
  return batch;
}

}  // namespace

Status BatchReader::Read(const BatchKind& kind, const Ids& ids, const OnPage& on_page) {
  const auto pages = decisions_.PlanPages(kind.name, ids, kind.max_ids);
  if (pages.empty()) return Ok();
  size_t total = 0, done = 0;
  for (const Ids& page : pages) total += page.size();
  context_.progress.Expect(static_cast<int64_t>(total));
  TARN_TRY(OrderedParallel<size_t>(
      static_cast<int64_t>(pages.size()), options_.connections,
      [&](int64_t number) { return ReadPage(kind, pages[static_cast<size_t>(number)], number); },
      [&](int64_t, size_t count) -> Status {
        done += count;
        on_page(static_cast<double>(done) / static_cast<double>(total));
        return Ok();
      }));
  return context_.pages.Finish(kind.name);
}

Result<size_t> BatchReader::ReadPage(const BatchKind& kind, const Ids& ids, int64_t number) {
  const PageId id{kind.name, number};
  const std::string what = "page " + std::to_string(number) + " of " + kind.name;
  TARN_ASSIGN(std::optional<std::string> body, context_.pages.Find(id));
  if (!body) {
    TARN_ASSIGN(body, Fetch(kind, ids));
  }
  TARN_ASSIGN(const Batch batch, ReadBatch(kind, *body, what));
  if (batch.elements != static_cast<int64_t>(ids.size())) {
    return Error(Code::kUnprocessable, what + ": " + std::to_string(ids.size()) + " were asked for, but " +
                                           std::to_string(batch.elements) + " came");
  }
  const PageFacts facts{.records = batch.elements,
                        .request = "GET " + api_.Url(BatchPath(kind, ids)),
                        .first_record = std::string(batch.first)};
  TARN_TRY(context_.pages.Put(id, *body, facts));
  context_.progress.Count("missing_" + kind.name, batch.nulls);
  return ids.size();
}

Result<std::string> BatchReader::Fetch(const BatchKind& kind, const Ids& ids) {
  if (notes_.BatchesAreGone(kind.name)) return FetchOneByOne(kind, ids);
  TARN_ASSIGN(Api::Answer answer, api_.Get(BatchPath(kind, ids)));
  if (answer.status == 200) return std::move(answer.body);
  // One id that is none makes a bad request of all.
  if (IsGone(answer.status)) TARN_TRY(notes_.SetBatchesGone(kind.name));
  return FetchOneByOne(kind, ids);
}

Result<std::string> BatchReader::FetchOneByOne(const BatchKind& kind, const Ids& ids) {
  std::string body = "{\"" + kind.name + "\":[";
  for (const std::string& id : ids) {
    const std::string what = kind.name + "/" + id;
    TARN_ASSIGN(const Api::Answer answer, api_.Get("/" + what + Market(kind, '?')));
    if (answer.status == 403) {
      return Error(Code::kPermissionDenied,
                   "Spotify does not give this application " + kind.name +
                       "; the owner of an application in development mode needs Spotify Premium" +
                       SaidBySpotify(answer.body) + ": " + what);
    }
    if (body.back() != '[') body += ',';
    if (answer.status == 200) {
      json::PullReader in(answer.body);
      in.Skip();
      if (const Status whole = in.Finish(); !whole.ok()) return Malformed(whole.error(), what);
      body += answer.body;
    } else {
      body += "null";  // as the batch endpoint answers for an id it does not know
    }
  }
  return body + "]}";
}

std::string BatchReader::BatchPath(const BatchKind& kind, const Ids& ids) const {
  std::string list;
  for (const std::string& id : ids) list += (list.empty() ? "" : ",") + id;
  return "/" + kind.name + "?ids=" + list + Market(kind, '&');
}

std::string BatchReader::Market(const BatchKind& kind, char separator) const {
  if (!kind.takes_market || options_.market.empty()) return "";
  return separator + ("market=" + options_.market);
}

}  // namespace tarn::extract::spotify
