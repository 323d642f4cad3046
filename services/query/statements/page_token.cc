#include "services/query/statements/page_token.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <charconv>

namespace tarn::query {
namespace {

constexpr size_t kSignatureBytes = 16;

std::string Hex(const unsigned char* bytes, size_t size) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < size; ++i) {
    text += kDigits[bytes[i] >> 4];
    text += kDigits[bytes[i] & 15];
  }
  return text;
}

Result<std::string> NewKey() {
  unsigned char bytes[32];
  if (RAND_bytes(bytes, sizeof(bytes)) != 1)
    return Error(Code::kInternal, "the system gives no random bytes");
  return Hex(bytes, sizeof(bytes));
}

}  // namespace

const std::string PageTokens::kMigration = "CREATE TABLE page_token_key (key TEXT NOT NULL)";

Result<PageTokens> PageTokens::Open(sqlite::Database& database) {
  std::string key;
  TARN_TRY(database.Transact([&]() -> Status {
    TARN_ASSIGN(auto query, database.Prepare("SELECT key FROM page_token_key"));
    TARN_ASSIGN(const bool found, query.Step());
    if (found) {
      key = query.Text(0);
      return Ok();
    }
    TARN_ASSIGN(key, NewKey());
    TARN_ASSIGN(auto insert, database.Prepare("INSERT INTO page_token_key (key) VALUES (?)"));
    return insert.Bind(1, key).Run();
  }));
  return PageTokens(std::move(key));
}

std::string PageTokens::Sign(const std::string& statement, const std::string& row) const {
  const std::string text = statement + '/' + row;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &size);
  return Hex(digest, kSignatureBytes);
}

std::string PageTokens::Make(const std::string& statement, int64_t first_row) const {
  const std::string row = std::to_string(first_row);
  return row + '-' + Sign(statement, row);
}

Result<int64_t> PageTokens::Read(const std::string& statement, const std::string& token) const {
  const Error wrong = Error(Code::kInvalidArgument, "not a token of this result").At("query:page_token");
  const size_t dash = token.find('-');
  if (dash == std::string::npos || dash > 19) return wrong;
  const std::string row = token.substr(0, dash), signature = token.substr(dash + 1);
  const std::string expected = Sign(statement, row);
  if (signature.size() != expected.size() ||
      CRYPTO_memcmp(signature.data(), expected.data(), expected.size()) != 0)
    return wrong;
  int64_t first = 0;
  const auto [end, failure] = std::from_chars(row.data(), row.data() + row.size(), first);
  if (failure != std::errc() || end != row.data() + row.size() || first < 0) return wrong;
  return first;
}

}  // namespace tarn::query
