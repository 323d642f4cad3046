#include "common/object_store/change_check.h"

#include <set>
#include <utility>

#include "common/object_store/names.h"
#include "common/object_store/object_columns.h"
#include "common/object_store/staging.h"
#include "common/text/utf8.h"

namespace tarn::object_store {
namespace {

constexpr size_t kMaxMetadataBytes = 8 * 1024;
constexpr size_t kMaxAttributesBytes = 4 << 20;  // 10,000 parts with checksums

Status CheckOptions(const PutOptions& options) {
  if (options.content_type.size() > kMaxTextBytes || !text::IsUtf8(options.content_type)) {
    return Error(Code::kInvalidArgument, "a content type is UTF-8 of at most 512 bytes").At("content_type");
  }
  size_t bytes = PackAttributes(options.attributes).size();
  if (bytes > kMaxAttributesBytes) {
    return Error(Code::kInvalidArgument, "an object's headers, tags and checksums are too large together").At("attributes");
  }
  bytes = 0;
  for (const auto& [name, value] : options.metadata) {
    bytes += name.size() + value.size();
    if (!text::IsUtf8(name) || !text::IsUtf8(value)) return Error(Code::kInvalidArgument, "metadata must be UTF-8").At("metadata");
  }
  if (bytes <= kMaxMetadataBytes) return Ok();
  return Error(Code::kInvalidArgument, "an object's metadata has at most 8192 bytes").At("metadata");
}

}  // namespace

Status CheckNames(const std::string& bucket, const std::string& key) {
  TARN_TRY(CheckBucketName(bucket));
  return CheckKey(key);
}

Status CheckChanges(const std::vector<Change>& changes, const CommitOptions& options, const Workspace& workspace) {
  std::set<std::pair<std::string_view, std::string_view>> seen;
  for (const Change& change : changes) {
    TARN_TRY(CheckNames(change.bucket, change.key));
    TARN_TRY(CheckOptions(change.options));
    if (!seen.emplace(change.bucket, change.key).second) {
      return Error(Code::kInvalidArgument, "a commit changes a key at most once: " + change.bucket + "/" + change.key);
    }
    if (change.content && change.add_tags) {
      return Error(Code::kInvalidArgument, "a change puts an object or adds tags to it: " + change.key);
    }
    if (!change.content) continue;
    const auto* staged = dynamic_cast<const LocalStagedObject*>(change.content.get());
    if (!staged || &staged->workspace() != &workspace) {
      return Error(Code::kInvalidArgument, "the content was staged in another store: " + change.key);
    }
  }
  if (options.token.size() <= kMaxTextBytes) return Ok();
  return Error(Code::kInvalidArgument, "a token has at most 512 bytes").At("token");
}

}  // namespace tarn::object_store
