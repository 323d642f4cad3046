#include "services/query/formats/write_rows.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

namespace tarn::query {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPatience(200);

}  // namespace

Status RowsToWrite::Begin() {
  TARN_ASSIGN(chunk, rows->Next());
  return format->Begin(*rows, buffer);
}

Status RowsToWrite::Write(const std::function<nlohmann::json()>& stats, http::BodyWriter& writer) {
  auto flushed = steady_clock::now();
  while (chunk && !truncated) {
    TARN_TRY(WriteChunk(writer));
    if (truncated) break;
    if (!buffer.empty() && steady_clock::now() - flushed > kPatience) {
      TARN_TRY(writer.Write(buffer));
      buffer.clear();
      flushed = steady_clock::now();
    }
    TARN_ASSIGN(chunk, rows->Next());
  }
  TARN_TRY(format->End(stats(), buffer));
  return writer.Write(buffer);
}

Status RowsToWrite::WriteChunk(http::BodyWriter& writer) {
  const auto room = static_cast<uint64_t>(max_rows - written);
  truncated = chunk->rows() > room;
  const size_t end = std::min<uint64_t>(chunk->rows(), room);
  for (size_t begin = 0; begin < end;) {
    TARN_ASSIGN(const size_t next, format->Rows(*chunk, begin, end, buffer));
    written += static_cast<int64_t>(next - begin);
    begin = next;
    if (buffer.size() < ResultFormat::kFlushBytes) continue;
    TARN_TRY(writer.Write(buffer));
    buffer.clear();
  }
  return Ok();
}

}  // namespace tarn::query
