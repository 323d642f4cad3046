#include "services/query/statements/result_file.h"

#include <optional>
#include <vector>

namespace tarn::query {
namespace {

constexpr size_t kPageBytes = 4 << 20;
constexpr size_t kReadBytes = 64 << 10;

}  // namespace

Status ResultFile::Publish(std::unique_ptr<object_store::StagedObject> rows) {
  std::vector<object_store::Change> changes(1);
  changes[0].bucket = kBucket;
  changes[0].key = Key();
  changes[0].content = std::move(rows);
  changes[0].options.content_type = "application/x-ndjson";
  object_store::CommitOptions options;
  options.token = id_;
  TARN_ASSIGN(const auto committed, store_.Commit(std::move(changes), options));
  (void)committed;
  return Ok();
}

Result<ResultFile::Page> ResultFile::Read(uint64_t offset, int64_t limit) {
  TARN_ASSIGN(const auto info, store_.Head(kBucket, Key()));
  const Error wrong = Error(Code::kInvalidArgument, "not a token of this result").At("query:page_token");
  if (offset > info.size_bytes) return wrong;
  Page page;
  if (offset == info.size_bytes) return page;
  // Begins one byte early: a page starts after the end of a line.
  const uint64_t begin = offset == 0 ? 0 : offset - 1;
  TARN_ASSIGN(const auto reader, store_.Get(kBucket, Key(), object_store::ByteRange{begin, std::nullopt}));
  std::string line, chunk(kReadBytes, '\0');
  bool at_start = offset == 0;
  page.rows = "[";
  page.next_offset = offset;
  for (int64_t rows = 0;;) {
    TARN_ASSIGN(const size_t size, reader->Read(chunk.data(), chunk.size()));
    if (size == 0) break;
    for (size_t i = 0; i < size; ++i) {
      if (!at_start) {
        if (chunk[i] != '\n') return wrong;
        at_start = true;
        continue;
      }
      if (chunk[i] != '\n') {
        line += chunk[i];
        continue;
      }
      page.rows += (rows == 0 ? "\n" : ",\n") + line;
      page.next_offset += line.size() + 1;
      line.clear();
      if (++rows < limit && page.rows.size() < kPageBytes) continue;
      page.rows += "\n]";
      page.last = page.next_offset == info.size_bytes;
      return page;
    }
  }
  page.rows += "\n]";
  return page;
}

Status ResultFile::Remove() {
  auto removed = store_.Delete(kBucket, Key());
  if (!removed.ok() && removed.error().code() == Code::kNotFound) return Ok();
  return removed;
}

}  // namespace tarn::query
