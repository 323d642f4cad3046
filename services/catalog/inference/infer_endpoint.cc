#include "services/catalog/inference/infer_endpoint.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/catalog/inference/infer_json.h"

namespace tarn::catalog {
namespace {

// Each may take the memory of a sample and of its engine.
constexpr int kMaxAtWork = 2;
constexpr size_t kMaxRequestBytes = 64 << 10;
constexpr size_t kMaxNameBytes = 1024;
constexpr size_t kReadBytes = 64 << 10;
constexpr int64_t kObjectsListed = 10'000;
constexpr size_t kObjectsRead = 8;

// Counts itself among those at work while it lives.
class Turn {
 public:
  explicit Turn(std::atomic<int>& at_work) : at_work_(at_work), mine_(at_work.fetch_add(1) < kMaxAtWork) {}
  ~Turn() { at_work_.fetch_sub(1); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  bool mine() const { return mine_; }

 private:
  std::atomic<int>& at_work_;
  const bool mine_;
};

Result<std::string> ReadSmallBody(http::BodyReader& reader) {
  std::string body;
  while (true) {
    const size_t from = body.size();
    body.resize(from + 4096);
    TARN_ASSIGN(const size_t got, reader.Read(body.data() + from, 4096));
    body.resize(from + got);
    if (got == 0) return body;
    if (body.size() > kMaxRequestBytes) return Error(Code::kTooLarge, "the body is longer than 64 KiB");
  }
}

Status SaveBody(http::BodyReader& reader, const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary);
  std::string buffer(kReadBytes, '\0');
  while (true) {
    TARN_ASSIGN(const size_t got, reader.Read(buffer.data(), buffer.size()));
    if (got == 0) break;
    out.write(buffer.data(), static_cast<std::streamsize>(got));
  }
  out.close();
  return out ? Ok()
             : Status(Error(Code::kResourceExhausted, "the sample cannot be stored: is the disk full?"));
}

// What no table is made of: folders, empty markers, hidden and temporary files.
bool IsData(const object_store::ObjectInfo& object) {
  const std::string file = object.key.substr(object.key.rfind('/') + 1);  // npos + 1 is 0
  return object.size_bytes > 0 && !file.empty() && file[0] != '_' && file[0] != '.';
}

// Some of the objects, the first and the last among them.
std::vector<object_store::ObjectInfo> Spread(const std::vector<object_store::ObjectInfo>& objects) {
  if (objects.size() <= kObjectsRead) return objects;
  std::vector<object_store::ObjectInfo> chosen;
  for (size_t i = 0; i < kObjectsRead; ++i)
    chosen.push_back(objects[i * (objects.size() - 1) / (kObjectsRead - 1)]);
  return chosen;
}

struct Location {
  std::string bucket;
  std::string key;  // or a prefix
};

Result<Location> ParseLocation(const std::string& body) {
  TARN_ASSIGN(const nlohmann::json value, json::Parse(body));
  json::ObjectReader reader(value);
  std::string location = reader.RequiredString("location");
  if (location.starts_with("s3://")) location.erase(0, 5);
  const size_t slash = location.find('/');
  if (location.empty() || slash == 0)
    reader.Fail("location", "a bucket and a key or prefix are needed, as in raw/sales/; got " + location);
  TARN_TRY(reader.Finish());
  if (slash == std::string::npos) return Location{location, ""};
  return Location{location.substr(0, slash), location.substr(slash + 1)};
}

Result<std::vector<object_store::ObjectInfo>> ListData(object_store::ObjectStore& store,
                                                       const Location& location) {
  std::vector<object_store::ObjectInfo> found;
  object_store::ListRequest request{location.bucket, location.key, "", "", 1000};
  for (int64_t listed = 0; listed < kObjectsListed; listed += request.limit) {
    TARN_ASSIGN(auto page, store.List(request));
    std::copy_if(page.objects.begin(), page.objects.end(), std::back_inserter(found), IsData);
    if (!page.truncated) break;
    request.after = page.next_after;
  }
  return found;
}

bool IsJson(const http::Request& request) {
  return http::EqualsIgnoringCase(request.Header("content-type").value_or("").substr(0, 16),
                                  "application/json");
}

}  // namespace

Result<http::Response> InferEndpoint::operator()(http::Request& request) {
  const Turn turn(at_work_);
  if (!turn.mine())
    return Error(Code::kResourceExhausted, "two files are being inferred; try again in a moment");
  return IsJson(request) ? InferLocation(request) : InferBody(request);
}

Result<http::Response> InferEndpoint::InferBody(http::Request& request) {
  const std::string name = request.Query("name").value_or("sample");
  if (name.empty() || name.size() > kMaxNameBytes)
    return Error(Code::kInvalidArgument, "a name has 1 to 1024 bytes; got " + std::to_string(name.size()))
        .At("query:name");
  TARN_ASSIGN(const auto directory, store_.ScratchDirectory());
  const auto file = *directory / "sample";
  TARN_TRY(SaveBody(*request.body_reader, file));
  FileInspector inspector(*directory, options_);
  TARN_ASSIGN(const InferredFile inferred, InferFile(inspector, file, name, request.cancelled));
  return http::Response::Json(200, InferredFileToJson(inferred));
}

Result<http::Response> InferEndpoint::InferLocation(http::Request& request) {
  if (request.Query("name"))
    return Error(Code::kInvalidArgument, "a name goes with a sample in the body only").At("query:name");
  TARN_ASSIGN(const std::string body, ReadSmallBody(*request.body_reader));
  TARN_ASSIGN(const Location location, ParseLocation(body));
  if (!location.key.empty() && !location.key.ends_with('/')) {
    const auto object = store_.Head(location.bucket, location.key);
    if (object.ok()) return InferObjects({*object}, 1, true, request.cancelled);
    if (object.error().code() != Code::kNotFound) return object.error();
  }
  TARN_ASSIGN(const auto objects, ListData(store_, location));
  if (objects.empty())
    return Error(Code::kNotFound,
                 "no object with data is at or below " + location.bucket + "/" + location.key)
        .At("/location");
  return InferObjects(Spread(objects), static_cast<int64_t>(objects.size()), false, request.cancelled);
}

Result<http::Response> InferEndpoint::InferObjects(const std::vector<object_store::ObjectInfo>& objects,
                                                   int64_t below, bool one, std::stop_token cancelled) {
  std::vector<object_store::ObjectVersion> versions;
  for (const auto& object : objects) versions.push_back({object.bucket, object.key, object.version});
  TARN_ASSIGN(const auto pin, store_.PinFiles(versions));
  FileInspector inspector(pin->directory(), options_);
  std::vector<InferredObject> inferred;
  for (size_t i = 0; i < objects.size(); ++i) {
    auto file = InferFile(inspector, pin->files()[i], objects[i].bucket + "/" + objects[i].key, cancelled);
    if (!file.ok() && file.error().code() == Code::kCancelled) return file.error();
    inferred.emplace_back(objects[i].key, std::move(file));
  }
  const auto read = std::find_if(inferred.begin(), inferred.end(),
                                 [](const InferredObject& object) { return object.second.ok(); });
  if (read == inferred.end()) return inferred[0].second.error();
  return http::Response::Json(
      200, one ? InferredFileToJson(*read->second) : InferredObjectsToJson(inferred, below));
}

}  // namespace tarn::catalog
