#include <algorithm>
#include <fstream>
#include <sstream>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "tests/crash/object_store/scenario.h"

namespace tarn::object_store {
namespace {

std::string HashOf(std::string_view content) {
  return ToHex(checksums::Compute(checksums::Algorithm::kMd5, content));
}

Result<std::string> ReadAll(ObjectReader& reader) {
  std::string content(reader.length(), '\0');
  for (size_t filled = 0; filled < content.size();) {
    TARN_ASSIGN(const size_t count, reader.Read(content.data() + filled, content.size() - filled));
    if (count == 0) return Error(Code::kInternal, "it ends early");
    filled += count;
  }
  return content;
}

class Observer {
 public:
  explicit Observer(VersionedStore& store) : store_(store) {}

  std::string Run(const std::filesystem::path& lake) {
    const auto buckets = store_.ListBuckets();
    if (!buckets.ok()) return Failure("ListBuckets", buckets.error());
    for (const std::string& bucket : *buckets) {
      out_ << "bucket " << bucket << '\n';
      Objects(bucket);
      Versions(bucket);
      Uploads(bucket);
      Files(lake, bucket);
    }
    Events();
    return out_.str();
  }

 private:
  std::string Failure(const std::string& what, const Error& error) {
    out_ << "WRONG: " << what << " fails: " << error.message() << '\n';
    return out_.str();
  }

  void Content(const ObjectInfo& object, Result<std::unique_ptr<ObjectReader>> reader) {
    if (!reader.ok()) return void(Failure("Get", reader.error()));
    const auto content = ReadAll(**reader);
    if (!content.ok()) return void(Failure("Read", content.error()));
    const std::string hash = HashOf(*content);
    out_ << " " << content->size() << " bytes " << hash;
    const bool in_parts = object.etag.find('-') != std::string::npos;
    if (content->size() != object.size_bytes || (!in_parts && hash != object.etag)) out_ << " WRONG: not as its entity tag";
    for (const auto& [name, value] : object.attributes.tags) out_ << " tag " << name << "=" << value;
    out_ << '\n';
  }

  void Objects(const std::string& bucket) {
    const auto page = store_.List({bucket, "", "", "", 1'000'000});
    if (!page.ok()) return void(Failure("List", page.error()));
    for (const ObjectInfo& object : page->objects) {
      current_[bucket + "/" + object.key] = object.version;
      out_ << "object " << object.key;
      Content(object, store_.Get(bucket, object.key));
    }
  }

  void Versions(const std::string& bucket) {
    const auto described = store_.DescribeBucket(bucket);
    if (!described.ok()) return void(Failure("DescribeBucket", described.error()));
    out_ << "versioning " << static_cast<int>(described->versioning) << '\n';
    VersionListRequest request;
    request.bucket = bucket;
    request.limit = 100'000;
    const auto page = store_.ListVersions(request);
    if (!page.ok()) return void(Failure("ListVersions", page.error()));
    for (const ListedVersion& version : page->versions) {
      const ObjectInfo& object = version.object;
      out_ << "version of " << object.key << (version.is_latest ? " latest" : "") << (object.null_version ? " null" : "")
           << " made by event " << object.sequence;
      if (object.delete_marker) out_ << " delete marker\n";
      else Content(object, store_.GetVersion(bucket, object.key, object.null_version ? "null" : object.version, {}));
    }
  }

  void Uploads(const std::string& bucket) {
    UploadListRequest request;
    request.bucket = bucket;
    request.limit = 100'000;
    const auto uploads = store_.ListUploads(request);
    if (!uploads.ok()) return void(Failure("ListUploads", uploads.error()));
    for (const Upload& upload : *uploads) {
      out_ << "upload of " << upload.key << '\n';
      const auto parts = store_.ListParts(upload, 0, 10'000);
      if (!parts.ok()) return void(Failure("ListParts", parts.error()));
      for (const UploadPart& part : *parts) out_ << "part " << part.number << " " << part.size_bytes << " " << part.etag << '\n';
    }
  }

  // Each file of the bucket's directory, and no other, is an object.
  void Files(const std::filesystem::path& lake, const std::string& bucket) {
    std::vector<std::string> lines;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(lake / bucket)) {
      const std::string name = entry.path().lexically_relative(lake / bucket);
      if (!entry.is_regular_file()) continue;
      std::string content(entry.file_size(), '\0');
      std::ifstream(entry.path(), std::ios::binary).read(content.data(), static_cast<std::streamsize>(content.size()));
      lines.push_back("file " + name + " " + HashOf(content) + "\n");
    }
    std::sort(lines.begin(), lines.end());
    for (const std::string& line : lines) out_ << line;
  }

  void Events() {
    EventFilter all;
    all.types.assign(std::begin(kEventTypes), std::end(kEventTypes));
    const auto log = store_.ReadEvents(0, all, 1'000'000);
    if (!log.ok()) return void(Failure("ReadEvents", log.error()));
    std::string commit;
    for (const Event& event : log->events) {
      const auto current = current_.find(event.object.bucket + "/" + event.object.key);
      const bool is_current = current != current_.end() && current->second == event.object.version;
      out_ << (event.commit_id == commit ? "  and " : "event ") << event.sequence << " " << EventTypeName(event.type) << " "
           << event.operation << " " << event.object.key << (is_current ? " (current)" : "") << '\n';
      commit = event.commit_id;
      if (is_current && event.type == Event::Type::kObjectCreated) current_.erase(current);
    }
    for (const auto& [name, version] : current_) out_ << "WRONG: no event made the version of " << name << '\n';
  }

  VersionedStore& store_;
  std::map<std::string, std::string> current_;  // the version by bucket and key
  std::ostringstream out_;
};

}  // namespace

std::string Observe(VersionedStore& store, const std::filesystem::path& lake) { return Observer(store).Run(lake); }

}  // namespace tarn::object_store
