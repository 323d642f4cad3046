#include "common/auth/access_key_store.h"

#include <mutex>
#include <utility>

#include "common/auth/secret_box.h"
#include "common/ids/ulid.h"
#include "common/logging/log.h"

namespace tarn::auth {
namespace {

constexpr size_t kMaxKeys = 1'000, kMaxNameBytes = 128;

constexpr const char* kMigration = R"sql(
CREATE TABLE access_keys (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  sealed_secret TEXT NOT NULL,  -- hexadecimal: nonce, ciphertext, tag
  enabled INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  last_used_at INTEGER
) STRICT, WITHOUT ROWID;
)sql";

// Both alphabets have a power of two characters, so that each is as likely: 5 bits per character of an id, 6 of a secret.
std::string RandomText(std::string_view alphabet, size_t count) {
  std::string text = RandomBytes(count);
  for (char& c : text) c = alphabet[static_cast<uint8_t>(c) % alphabet.size()];
  return text;
}

// RFC 4648's base32; and 64 characters that need no quoting in a shell, a URL or a configuration file.
constexpr std::string_view kBase32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::string_view kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string FromHex(std::string_view digits) {
  const auto value = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes += static_cast<char>(value(digits[i]) * 16 + value(digits[i + 1]));
  }
  return bytes;
}

Error NoSuchKey(const std::string& id) { return Error(Code::kNotFound, "there is no access key " + id); }

std::optional<int64_t> ToUnixMillis(const std::optional<Timestamp>& time) {
  if (!time) return std::nullopt;
  return tarn::ToUnixMillis(*time);
}

std::optional<Timestamp> FromUnixMillis(const std::optional<int64_t>& ms) {
  if (!ms) return std::nullopt;
  return tarn::FromUnixMillis(*ms);
}

}  // namespace

AccessKeyStore::AccessKeyStore(std::unique_ptr<sqlite::Database> database) : database_(std::move(database)) {}

AccessKeyStore::~AccessKeyStore() {
  const Status flushed = FlushLastUsed();
  if (!flushed.ok()) log::Warn("cannot write when access keys were last used", {{"error", flushed.error()}});
}

Result<std::unique_ptr<AccessKeyStore>> AccessKeyStore::Open(const std::filesystem::path& directory) {
  TARN_ASSIGN(auto database, sqlite::Database::Open(directory / "auth.db"));
  TARN_TRY(database->Migrate({kMigration}));
  std::unique_ptr<AccessKeyStore> store(new AccessKeyStore(std::move(database)));
  TARN_TRY(store->Load(directory / "auth.key"));
  return store;
}

Status AccessKeyStore::Load(const std::filesystem::path& key_file) {
  const auto lock = database_->Lock();
  bool first = true;
  TARN_ASSIGN(auto rows, database_->Prepare("SELECT id, name, sealed_secret, enabled, created_at, expires_at, "
                                            "last_used_at FROM access_keys ORDER BY id"));
  for (;;) {
    TARN_ASSIGN(const bool found, rows.Step());
    // Secrets that a lost key protected stay lost: a new one would only hide that.
    if (std::exchange(first, false)) {
      TARN_ASSIGN(box_, SecretBox::Open(key_file, !found));
    }
    if (!found) return Ok();
    Entry entry;
    AccessKey& key = entry.access.key;
    key.id = rows.Text(0);
    key.name = rows.Text(1);
    TARN_ASSIGN(entry.access.secret, box_->Decrypt(FromHex(rows.Text(2)), key.id));
    key.enabled = rows.Integer(3) != 0;
    key.created_at = tarn::FromUnixMillis(rows.Integer(4));
    key.expires_at = FromUnixMillis(rows.OptionalInteger(5));
    key.last_used_at = FromUnixMillis(rows.OptionalInteger(6));
    entries_.emplace(key.id, std::move(entry));
  }
}

bool AccessKeyStore::empty() const {
  const std::shared_lock lock(mutex_);
  return entries_.empty();
}

Result<NewAccessKey> AccessKeyStore::Create(const std::string& name, std::optional<Timestamp> expires_at) {
  if (name.size() > kMaxNameBytes) {
    return Error(Code::kInvalidArgument, "the name is over " + std::to_string(kMaxNameBytes) + " bytes").At("/name");
  }
  NewAccessKey access;
  access.key.id = "TARN" + RandomText(kBase32, 16);
  access.key.name = name;
  access.key.created_at = Now();
  access.key.expires_at = expires_at;
  access.secret = RandomText(kBase64Url, 40);
  TARN_ASSIGN(const std::string sealed, box_->Encrypt(access.secret, access.key.id));

  const std::unique_lock lock(mutex_);
  if (entries_.size() >= kMaxKeys) {
    return Error(Code::kResourceExhausted, "there are " + std::to_string(kMaxKeys) + " access keys already");
  }
  {
    const auto database_lock = database_->Lock();
    TARN_ASSIGN(auto insert, database_->Prepare("INSERT INTO access_keys (id, name, sealed_secret, enabled, created_at, "
                                                "expires_at) VALUES (?, ?, ?, 1, ?, ?)"));
    insert.Bind(1, access.key.id).Bind(2, name).Bind(3, ToHex(sealed));
    insert.Bind(4, tarn::ToUnixMillis(access.key.created_at)).Bind(5, ToUnixMillis(expires_at));
    TARN_TRY(insert.Run());
  }
  entries_.emplace(access.key.id, Entry{access, false});
  return access;
}

std::vector<AccessKey> AccessKeyStore::List(const std::string& after, int64_t limit) const {
  const std::shared_lock lock(mutex_);
  std::vector<AccessKey> keys;
  for (auto entry = entries_.upper_bound(after); entry != entries_.end(); ++entry) {
    if (static_cast<int64_t>(keys.size()) >= limit) break;
    keys.push_back(entry->second.access.key);
  }
  return keys;
}

Result<AccessKey> AccessKeyStore::Get(const std::string& id) const {
  const auto access = Find(id);
  if (!access) return NoSuchKey(id);
  return access->key;
}

Status AccessKeyStore::SetEnabled(const std::string& id, bool enabled) {
  const std::unique_lock lock(mutex_);
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return NoSuchKey(id);
  {
    const auto database_lock = database_->Lock();
    TARN_ASSIGN(auto update, database_->Prepare("UPDATE access_keys SET enabled = ? WHERE id = ?"));
    TARN_TRY(update.Bind(1, enabled ? 1 : 0).Bind(2, id).Run());
  }
  entry->second.access.key.enabled = enabled;
  return Ok();
}

Status AccessKeyStore::Delete(const std::string& id) {
  const std::unique_lock lock(mutex_);
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return NoSuchKey(id);
  {
    const auto database_lock = database_->Lock();
    TARN_ASSIGN(auto remove, database_->Prepare("DELETE FROM access_keys WHERE id = ?"));
    TARN_TRY(remove.Bind(1, id).Run());
  }
  entries_.erase(entry);
  return Ok();
}

std::optional<NewAccessKey> AccessKeyStore::Find(std::string_view id) const {
  const std::shared_lock lock(mutex_);
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return std::nullopt;
  return entry->second.access;
}

void AccessKeyStore::Touch(std::string_view id, Timestamp now) {
  const std::unique_lock lock(mutex_);
  const auto entry = entries_.find(id);
  if (entry == entries_.end()) return;
  entry->second.access.key.last_used_at = now;
  entry->second.touched = true;
}

Status AccessKeyStore::FlushLastUsed() {
  const std::unique_lock lock(mutex_);
  std::vector<Entry*> touched;
  for (auto& [id, entry] : entries_) {
    if (entry.touched) touched.push_back(&entry);
  }
  if (touched.empty()) return Ok();
  TARN_TRY(database_->Transact([&]() -> Status {
    for (const Entry* entry : touched) {
      const AccessKey& key = entry->access.key;
      TARN_ASSIGN(auto update, database_->Prepare("UPDATE access_keys SET last_used_at = ? WHERE id = ?"));
      TARN_TRY(update.Bind(1, ToUnixMillis(key.last_used_at)).Bind(2, key.id).Run());
    }
    return Ok();
  }));
  for (Entry* entry : touched) entry->touched = false;
  return Ok();
}

}  // namespace tarn::auth
