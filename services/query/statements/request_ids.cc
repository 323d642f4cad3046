#include "services/query/statements/request_ids.h"

#include <openssl/sha.h>

#include "common/ids/ulid.h"
#include "common/time/time.h"

namespace tarn::query {
namespace {

constexpr size_t kMaxKeyBytes = 255;
constexpr int64_t kKeepMs = 24 * 3'600'000;  // as long as the answers to such requests

Error BadKey(Code code, const char* message) { return Error(code, message).At("header:Idempotency-Key"); }

std::string Digest(const http::Request& request) {
  const std::string text = request.target + '\n' + request.body;
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return ToHex(digest);
}

}  // namespace

const std::string RequestIds::kMigration = R"sql(
  CREATE TABLE request_ids (
    key TEXT PRIMARY KEY,
    digest TEXT NOT NULL,  -- of target and body
    id TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) WITHOUT ROWID;
  CREATE INDEX request_ids_created_at ON request_ids (created_at);
)sql";

Result<std::string> RequestIds::IdOf(const http::Request& request) {
  const auto header = request.Header("Idempotency-Key");
  if (!header) return std::string();
  const std::string key(*header), digest = Digest(request);
  if (key.empty() || key.size() > kMaxKeyBytes)
    return BadKey(Code::kInvalidArgument, "an Idempotency-Key has 1 to 255 bytes");
  std::string id;
  const int64_t now = ToUnixMillis(Now());
  TARN_TRY(database_.Transact([&]() -> Status {
    TARN_ASSIGN(auto expire, database_.Prepare("DELETE FROM request_ids WHERE created_at <= ?"));
    TARN_TRY(expire.Bind(1, now - kKeepMs).Run());
    TARN_ASSIGN(auto find, database_.Prepare("SELECT id, digest FROM request_ids WHERE key = ?"));
    TARN_ASSIGN(const bool found, find.Bind(1, key).Step());
    if (found && find.Text(1) != digest)
      return BadKey(Code::kUnprocessable,
                    "this Idempotency-Key was used for another request; choose a new key");
    id = found ? find.Text(0) : NewUlid();
    if (found) return Ok();
    TARN_ASSIGN(
        auto insert,
        database_.Prepare("INSERT INTO request_ids (key, digest, id, created_at) VALUES (?, ?, ?, ?)"));
    return insert.Bind(1, key).Bind(2, digest).Bind(3, id).Bind(4, now).Run();
  }));
  return id;
}

}  // namespace tarn::query
