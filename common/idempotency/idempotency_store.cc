#include "common/idempotency/idempotency_store.h"

#include <openssl/sha.h>

#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "common/ids/ulid.h"
#include "common/json/json.h"
#include "common/time/time.h"

namespace tarn {
namespace {

constexpr size_t kMaxKeyBytes = 255;
constexpr int64_t kKeepMs = 24 * 3'600'000;

// What must be the same for a repeated request to be the same request.
std::string Fingerprint(const http::Request& request) {
  const std::string text =
      std::string(http::MethodName(request.method)) + ' ' + request.target + '\n' + request.body;
  std::string digest(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(),
         reinterpret_cast<unsigned char*>(digest.data()));
  return ToHex(digest);
}

std::string Pack(const http::Response& response) {
  nlohmann::json headers = nlohmann::json::array();
  for (const auto& [name, value] : response.headers) headers.push_back({name, value});
  return json::Dump({{"status", response.status}, {"headers", headers}, {"body", response.body}});
}

Result<http::Response> Unpack(const std::string& packed) {
  TARN_ASSIGN(const nlohmann::json stored, json::Parse(packed));
  http::Response response;
  response.status = stored.at("status").get<int>();
  response.body = stored.at("body").get<std::string>();
  for (const auto& header : stored.at("headers")) response.headers.Add(header.at(0), header.at(1));
  return response;
}

// The keys whose first request is at work in this process.
class Running {
 public:
  bool Enter(const std::string& key) {
    const std::lock_guard lock(mutex_);
    return keys_.insert(key).second;
  }
  void Leave(const std::string& key) {
    const std::lock_guard lock(mutex_);
    keys_.erase(key);
  }

 private:
  std::mutex mutex_;
  std::set<std::string> keys_;
};

struct Entry {
  Running& running;
  const std::string& key;
  ~Entry() { running.Leave(key); }
};

// The answer kept for the key, or nothing. Errors: kUnprocessable if the key was used for another request.
Result<std::optional<http::Response>> Find(sqlite::Database& database, const std::string& key,
                                           const std::string& fingerprint) {
  const auto lock = database.Lock();
  TARN_ASSIGN(
      auto find,
      database.Prepare("SELECT fingerprint, response FROM idempotency WHERE key = ? AND created_at > ?"));
  TARN_ASSIGN(const bool found, find.Bind(1, key).Bind(2, ToUnixMillis(Now()) - kKeepMs).Step());
  if (!found) return std::optional<http::Response>();
  if (find.Text(0) != fingerprint) {
    return Error(Code::kUnprocessable, "this Idempotency-Key was used for another request; choose a new key")
        .At("header:Idempotency-Key");
  }
  TARN_ASSIGN(http::Response response, Unpack(find.Text(1)));
  return std::optional(std::move(response));
}

Status Keep(sqlite::Database& database, const std::string& key, const std::string& fingerprint,
            const http::Response& response) {
  return database.Transact([&]() -> Status {
    TARN_ASSIGN(auto expire, database.Prepare("DELETE FROM idempotency WHERE created_at <= ?"));
    TARN_TRY(expire.Bind(1, ToUnixMillis(Now()) - kKeepMs).Run());
    TARN_ASSIGN(auto keep, database.Prepare("INSERT OR REPLACE INTO idempotency (key, fingerprint, response, "
                                            "created_at) VALUES (?, ?, ?, ?)"));
    return keep.Bind(1, key).Bind(2, fingerprint).Bind(3, Pack(response)).Bind(4, ToUnixMillis(Now())).Run();
  });
}

}  // namespace

const std::string IdempotencyStore::kMigration =
    "CREATE TABLE idempotency (key TEXT PRIMARY KEY, fingerprint TEXT NOT NULL, response TEXT NOT NULL,"
    " created_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX idempotency_created_at ON idempotency (created_at);";

http::Handler IdempotencyStore::Wrap(http::Handler handler) {
  auto running = std::make_shared<Running>();
  return [this, running, handler = std::move(handler)](http::Request& request) -> Result<http::Response> {
    const auto header = request.Header("Idempotency-Key");
    if (!header) return handler(request);
    const std::string key(*header);
    if (key.empty() || key.size() > kMaxKeyBytes) {
      return Error(Code::kInvalidArgument, "an Idempotency-Key has 1 to 255 bytes")
          .At("header:Idempotency-Key");
    }
    if (!running->Enter(key)) {
      return Error(Code::kConflict, "the first request with this Idempotency-Key is still at work; try again")
          .At("header:Idempotency-Key");
    }
    const Entry entry{*running, key};
    const std::string fingerprint = Fingerprint(request);
    TARN_ASSIGN(auto kept, Find(database_, key, fingerprint));
    if (kept) return *std::move(kept);
    Result<http::Response> answer = handler(request);
    http::Response response =
        answer.ok() ? std::move(answer).value() : http::Response::Problem(answer.error());
    // "Too many" is said of the moment, not of the request.
    if (response.status < 500 && response.status != 429)
      TARN_TRY(Keep(database_, key, fingerprint, response));
    return response;
  };
}

}  // namespace tarn
