#include "services/extract/s3/operations/staging.h"

#include "services/extract/s3/operations/answers.h"

namespace tarn::extract::s3 {
namespace {

constexpr size_t kBlock = 256 * 1024;

}  // namespace

S3Result<Staged> StagePayload(VersionedStore& store, Payload& payload) {
  TARN_ASSIGN(auto writer, store.Stage());
  std::vector<char> block(std::min<uint64_t>(kBlock, payload.length() + 1));
  for (;;) {
    TARN_ASSIGN(const size_t count, payload.ReadSome(block.data(), block.size()));
    if (count == 0) break;
    TARN_TRY(writer->Write({block.data(), count}));
  }
  Staged staged;
  TARN_ASSIGN(staged.content, writer->Finish());
  staged.checksums = payload.checksums();
  return staged;
}

Result<Staged> StageCopy(VersionedStore& store, object_store::ObjectReader& reader,
                         const std::vector<checksums::Algorithm>& algorithms) {
  std::map<std::string, std::unique_ptr<checksums::Checksum>> sums;
  for (const auto algorithm : algorithms) {
    sums[checksums::AlgorithmName(algorithm)] = checksums::Checksum::Make(algorithm);
  }
  TARN_ASSIGN(auto writer, store.Stage());
  std::vector<char> block(kBlock);
  for (;;) {
    TARN_ASSIGN(const size_t count, reader.Read(block.data(), block.size()));
    if (count == 0) break;
    for (const auto& [name, sum] : sums) sum->Update({block.data(), count});
    TARN_TRY(writer->Write({block.data(), count}));
  }
  Staged staged;
  TARN_ASSIGN(staged.content, writer->Finish());
  for (const auto& [name, sum] : sums) staged.checksums[name] = sum->FinishBase64();
  return staged;
}

S3Result<object_store::ObjectInfo> CommitStaged(VersionedStore& store, const std::string& bucket,
                                                const std::string& key,
                                                std::unique_ptr<object_store::StagedObject> content,
                                                object_store::PutOptions options) {
  const bool if_match = !options.if_match_etag.empty();
  std::vector<object_store::Change> changes(1);
  changes[0].bucket = bucket;
  changes[0].key = key;
  changes[0].content = std::move(content);
  changes[0].options = std::move(options);
  auto committed = store.Commit(std::move(changes), {});
  if (!committed.ok()) return CommitFailure(store, bucket, key, if_match, committed.error());
  return std::move(committed->objects.front());
}

S3Error CommitFailure(VersionedStore& store, const std::string& bucket, const std::string& key, bool if_match,
                      const Error& error) {
  if (error.code() == Code::kPreconditionFailed && if_match) {
    const auto current = store.Head(bucket, key);
    if (!current.ok() && current.error().code() == Code::kNotFound)
      return S3Error(S3Code::kNoSuchKey).With("Key", key);
  }
  if (error.code() == Code::kPreconditionFailed) {
    return S3Error(S3Code::kPreconditionFailed).With("Condition", if_match ? "If-Match" : "If-None-Match");
  }
  // `a` beside `a/b`: asking again would not help, which is what the client must know.
  if (error.code() == Code::kConflict)
    return S3Error(S3Code::kInvalidRequest, error.message()).With("Key", key);
  return ToS3Error(error, S3Code::kNoSuchBucket);
}

}  // namespace tarn::extract::s3
