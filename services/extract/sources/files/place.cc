#include "services/extract/sources/files/place.h"

#include "services/extract/sources/files/bucket_place.h"
#include "services/extract/sources/files/directory_place.h"
#include "services/extract/sources/files/url_place.h"

namespace tarn::extract::files {

Result<std::unique_ptr<Place>> MakePlace(const Options& options, RunContext& context) {
  if (options.s3) return BucketPlace::Make(options, context);
  if (options.directory.empty()) return std::unique_ptr<Place>(std::make_unique<UrlPlace>(options, context));
  return std::unique_ptr<Place>(std::make_unique<DirectoryPlace>(options, context));
}

Error TooLarge(uint64_t limit) {
  return Error(Code::kTooLarge, "the file is larger than max_file_bytes allows: " + std::to_string(limit));
}

Status VerifyDigest(PartialFile& file, const std::stop_token& cancelled) {
  const auto digest = file.origin()->digest;
  if (!digest) return Ok();
  TARN_ASSIGN(const std::string actual, HashFile(file.path(), digest->algorithm, cancelled));
  if (actual == digest->bytes) return Ok();
  file.Discard();
  return Error(Code::kUnprocessable,
               std::string("the content does not have the checksum that its source gives: ") +
                   checksums::AlgorithmName(digest->algorithm));
}

}  // namespace tarn::extract::files
