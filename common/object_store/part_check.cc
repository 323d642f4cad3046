#include "common/object_store/part_check.h"

#include <algorithm>
#include <string>

namespace tarn::object_store {
namespace {

constexpr uint64_t kMinPartBytes = 5 << 20;

Error Refused(const std::string& why, const char* what, int number) {
  const std::string text = std::to_string(number);
  return Error(Code::kInvalidArgument, why + ": " + text).At(std::string(what) + ":" + text);
}

Status CheckPart(const CompletedPart& wanted, const UploadPart& part) {
  bool same = wanted.etag.empty() || wanted.etag == part.etag;
  for (const auto& [algorithm, value] : wanted.checksums) {
    const auto found = part.checksums.find(algorithm);
    same = same && found != part.checksums.end() && found->second == value;
  }
  if (same) return Ok();
  return Refused("the part is not the one that was uploaded last", "part", part.number);
}

}  // namespace

Status CheckParts(const std::vector<UploadPart>& stored, const std::vector<CompletedPart>& wanted,
                  const CompleteOptions& options) {
  if (wanted.empty()) return Error(Code::kInvalidArgument, "an object has at least one part").At("parts");
  const UploadPart* last = nullptr;
  uint64_t size_bytes = 0;
  for (const CompletedPart& part : wanted) {
    if (last && part.number <= last->number) {
      return Error(Code::kInvalidArgument, "the parts must be in the order of their numbers").At("order");
    }
    const auto found = std::lower_bound(stored.begin(), stored.end(), part.number,
                                        [](const UploadPart& one, int number) { return one.number < number; });
    if (found == stored.end() || found->number != part.number) {
      return Refused("the part was not uploaded", "part", part.number);
    }
    TARN_TRY(CheckPart(part, *found));
    if (last && last->size_bytes < kMinPartBytes) {
      return Refused("every part but the last has 5 MiB or more, but not part", "size", last->number);
    }
    last = &*found;
    size_bytes += found->size_bytes;
  }
  if (!options.size_bytes || *options.size_bytes == size_bytes) return Ok();
  return Error(Code::kInvalidArgument, "the parts have " + std::to_string(size_bytes) + " bytes together").At("size");
}

}  // namespace tarn::object_store
