#include <map>
#include <vector>

#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/deletion.h"
#include "services/extract/s3/operations/handlers.h"
#include "services/extract/s3/wire/xml_reader.h"

namespace tarn::extract::s3 {
namespace {

constexpr size_t kMaxKeys = 1000;
constexpr XmlLimits kLimits{.max_bytes = 8 << 20, .max_depth = 8, .max_elements = 10'000};

struct Deletion {
  std::string key;
  object_store::VersionId version;
  object_store::DeleteResult result;
  std::optional<S3Error> error;
};

struct Batch {
  std::vector<Deletion> deletions;
  bool quiet = false;
};

S3Result<Batch> ReadBatch(const std::string& document) {
  TARN_ASSIGN(const XmlElement root, ReadXml(document, kLimits));
  if (root.name != "Delete") return S3Error(S3Code::kMalformedXml);
  Batch batch;
  batch.quiet = root.ChildText("Quiet") == "true";
  for (const XmlElement& child : root.children) {
    if (child.name == "Quiet") continue;
    auto key = child.ChildText("Key");
    if (child.name != "Object" || !key || key->empty()) return S3Error(S3Code::kMalformedXml);
    if (child.Child("ETag") || child.Child("LastModifiedTime") || child.Child("Size")) {
      return S3Error(S3Code::kNotImplemented, "Conditional deletes are not implemented.");
    }
    batch.deletions.push_back({std::move(*key), child.ChildText("VersionId").value_or(""), {}, {}});
  }
  if (batch.deletions.empty() || batch.deletions.size() > kMaxKeys) return S3Error(S3Code::kMalformedXml);
  return batch;
}

// All keys in one commit, which is one wait for the disk. False if that is not possible: then one by one.
bool DeleteTogether(VersionedStore& store, const std::string& bucket, std::vector<Deletion>& deletions) {
  std::map<std::string_view, Deletion*> by_key;
  std::vector<object_store::Change> changes;
  for (Deletion& deletion : deletions) {
    if (!deletion.version.empty() || !CheckStorableKey(deletion.key).ok()) return false;
    if (!by_key.emplace(deletion.key, &deletion).second) continue;  // named twice
    object_store::Change& change = changes.emplace_back();
    change.bucket = bucket;
    change.key = deletion.key;
    change.options.operation = "delete";
  }
  auto committed = store.Commit(std::move(changes), {});
  if (!committed.ok()) return false;
  for (object_store::ObjectInfo& marker : committed->markers) {
    if (const auto found = by_key.find(marker.key); found != by_key.end())
      found->second->result.marker = std::move(marker);
  }
  return true;
}

void DeleteOneByOne(VersionedStore& store, const std::string& bucket, std::vector<Deletion>& deletions) {
  for (Deletion& deletion : deletions) {
    auto result = DeleteOne(store, bucket, deletion.key, deletion.version);
    if (result.ok()) {
      deletion.result = std::move(*result);
    } else {
      deletion.error = std::move(result).error();
    }
  }
}

void WriteDeletion(XmlWriter& xml, const Deletion& deletion, bool quiet) {
  if (deletion.error) {
    xml.Open("Error").Text("Key", deletion.key);
    if (!deletion.version.empty()) xml.Text("VersionId", deletion.version);
    xml.Text("Code", S3CodeName(deletion.error->code)).Text("Message", deletion.error->message).Close();
  } else if (!quiet) {
    xml.Open("Deleted").Text("Key", deletion.key);
    if (!deletion.version.empty()) xml.Text("VersionId", deletion.version);
    if (deletion.result.marker) {
      xml.Flag("DeleteMarker", true).Text("DeleteMarkerVersionId", ShownVersion(*deletion.result.marker));
    }
    xml.Close();
  }
}

}  // namespace

S3Result<http::Response> DeleteObjects(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const std::string document, ReadDocument(request, kLimits.max_bytes));
  TARN_ASSIGN(Batch batch, ReadBatch(document));
  TARN_TRY(RequireBucket(store, request.bucket));
  if (!DeleteTogether(store, request.bucket, batch.deletions))
    DeleteOneByOne(store, request.bucket, batch.deletions);
  XmlWriter xml("DeleteResult");
  for (const Deletion& deletion : batch.deletions) WriteDeletion(xml, deletion, batch.quiet);
  return XmlResponse(std::move(xml).Finish());
}

}  // namespace tarn::extract::s3
