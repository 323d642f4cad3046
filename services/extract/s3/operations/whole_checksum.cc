#include "services/extract/s3/operations/whole_checksum.h"

namespace tarn::extract::s3 {
namespace {

using checksums::Algorithm;

Error Differs(const std::string& algorithm) {
  return Error(Code::kInvalidArgument, "the object's " + algorithm + " is not the one given").At("checksum");
}

// The checksum of the parts' checksums, and how many there are.
std::string Composite(Algorithm algorithm, const std::vector<std::string>& of_parts) {
  std::string all;
  for (const std::string& part : of_parts) all += part;
  return checksums::ToBase64(checksums::Compute(algorithm, all)) + '-' + std::to_string(of_parts.size());
}

}  // namespace

WholeChecksum::WholeChecksum(const object_store::Upload& upload, std::map<std::string, std::string> expected)
    : algorithm_(upload.checksum_algorithm),
      full_object_(upload.full_object_checksum),
      expected_(std::move(expected)) {
  for (const auto& [name, value] : expected_) {
    const auto algorithm = checksums::ParseAlgorithm(name);
    if (algorithm && name != algorithm_) running_[name] = checksums::Checksum::Make(*algorithm);
  }
}

void WholeChecksum::Observe(std::string_view content) {
  for (const auto& [name, checksum] : running_) checksum->Update(content);
}

Result<std::string> WholeChecksum::OfParts(const std::vector<object_store::ObjectPart>& parts) const {
  const Algorithm algorithm = checksums::ParseAlgorithm(algorithm_).value_or(Algorithm::kCrc32);
  std::vector<std::string> of_parts;
  for (const object_store::ObjectPart& part : parts) {
    const auto found = part.checksums.find(algorithm_);
    const auto bytes = found == part.checksums.end() ? std::nullopt : checksums::FromBase64(found->second);
    if (!bytes) return Error(Code::kInternal, "a part of an upload has no " + algorithm_);
    of_parts.push_back(*bytes);
  }
  if (of_parts.empty()) return Error(Code::kInternal, "an upload became an object without parts");
  if (!full_object_) return Composite(algorithm, of_parts);
  std::string whole = of_parts.front();
  for (size_t i = 1; i < of_parts.size(); ++i) {
    whole = checksums::CombineCrc(algorithm, whole, of_parts[i], parts[i].size_bytes);
  }
  return checksums::ToBase64(whole);
}

Status WholeChecksum::Finish(object_store::ObjectAttributes& attributes) {
  if (!algorithm_.empty()) {
    TARN_ASSIGN(std::string whole, OfParts(attributes.parts));
    const auto expected = expected_.find(algorithm_);
    if (expected != expected_.end() && expected->second != whole &&
        expected->second != whole.substr(0, whole.find('-'))) {
      return Differs(algorithm_);
    }
    attributes.checksums[algorithm_] = std::move(whole);
  }
  for (const auto& [name, checksum] : running_) {
    const std::string whole = checksum->FinishBase64();
    if (expected_.at(name) != whole) return Differs(name);
    // One kind for all: clients are told of one type only.
    if (algorithm_.empty() || full_object_) attributes.checksums[name] = whole;
  }
  return Ok();
}

}  // namespace tarn::extract::s3
