#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/sqlite/database.h"
#include "common/time/time.h"

namespace tarn::auth {

class SecretBox;

/// An access key without its secret.
struct AccessKey {
  std::string id;    ///< "TARN" and 16 characters of base32
  std::string name;  ///< for people
  bool enabled = true;
  Timestamp created_at;
  std::optional<Timestamp> expires_at;
  std::optional<Timestamp> last_used_at;

  bool UsableAt(Timestamp now) const { return enabled && (!expires_at || now < *expires_at); }
};

struct NewAccessKey {
  AccessKey key;
  std::string secret;  ///< 40 characters, 240 random bits; shown once
};

/// The access keys of this installation, in `<directory>/auth.db`. Secrets are encrypted there (AES-256-GCM) with the
/// key in `<directory>/auth.key`, which only its owner may read. Thread-safe; one process at a time writes.
class AccessKeyStore {
 public:
  /// Opens or creates both files. Errors: kPermissionDenied if others may read auth.key, kUnprocessable if auth.key is
  /// missing, broken or not the one the secrets were encrypted with.
  static Result<std::unique_ptr<AccessKeyStore>> Open(const std::filesystem::path& directory);
  /// Writes what last-used times are still in memory.
  ~AccessKeyStore();

  /// True while no access key exists at all: enabled, disabled or expired.
  bool empty() const;

  /// Errors: kInvalidArgument for a name over 128 bytes, kResourceExhausted over 1,000 keys.
  Result<NewAccessKey> Create(const std::string& name, std::optional<Timestamp> expires_at = {});
  /// In the order of ids, those greater than `after`.
  std::vector<AccessKey> List(const std::string& after, int64_t limit) const;
  /// Errors: kNotFound.
  Result<AccessKey> Get(const std::string& id) const;
  /// Errors: kNotFound.
  Status SetEnabled(const std::string& id, bool enabled);
  /// Errors: kNotFound.
  Status Delete(const std::string& id);

  /// A key with its secret, to check a signature with; nothing if there is none. Costs no disk access.
  std::optional<NewAccessKey> Find(std::string_view id) const;
  /// Notes in memory that the key was used.
  void Touch(std::string_view id, Timestamp now);
  /// Writes the noted times, if there are any.
  Status FlushLastUsed();

 private:
  struct Entry {
    NewAccessKey access;
    bool touched = false;  // last_used_at is not written yet
  };

  explicit AccessKeyStore(std::unique_ptr<sqlite::Database> database);
  Status Load(const std::filesystem::path& key_file);

  std::unique_ptr<sqlite::Database> database_;
  std::unique_ptr<SecretBox> box_;
  mutable std::shared_mutex mutex_;  // of entries_; a database write happens with it held
  std::map<std::string, Entry, std::less<>> entries_;
};

}  // namespace tarn::auth
