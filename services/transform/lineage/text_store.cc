#include "services/transform/lineage/text_store.h"

#include <nlohmann/json.hpp>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/json/json.h"

namespace tarn::transform {
namespace {

constexpr const char* kDefinitionFile = "transform.yaml";
// A definition is kept before its run begins and referred to when the run has ended.
constexpr std::chrono::hours kLongestRun(24);

std::string Sha256(std::string_view text) {
  return ToHex(checksums::Compute(checksums::Algorithm::kSha256, text));
}

}  // namespace

Status TextStore::Keep(const Definition& definition) {
  std::lock_guard lock(mutex_);
  if (kept_.contains(definition.hash)) return Ok();
  TARN_TRY(database_.Transact([&] { return Insert(definition); }));
  kept_.insert(definition.hash);
  return Ok();
}

Status TextStore::Insert(const Definition& definition) {
  const Timestamp now = Now();
  TARN_ASSIGN(auto insert,
              database_.Prepare("INSERT OR IGNORE INTO definitions (hash, transform, created_ms) "
                                "VALUES (?, ?, ?)"));
  TARN_TRY(insert.Bind(1, definition.hash).Bind(2, definition.name).Bind(3, ToUnixMillis(now)).Run());
  if (database_.Changes() == 0) return Ok();
  const auto keep = [&](const std::string& file, const std::string& hash, const std::string& text) -> Status {
    TARN_ASSIGN(auto add,
                database_.Prepare("INSERT OR IGNORE INTO texts (hash, file, transform, text, created_ms) "
                                  "VALUES (?, ?, ?, ?, ?)"));
    add.Bind(1, hash).Bind(2, file).Bind(3, definition.name).Bind(4, text);
    TARN_TRY(add.Bind(5, ToUnixMillis(now)).Run());
    TARN_ASSIGN(auto part,
                database_.Prepare("INSERT INTO definition_texts (definition, file, hash) VALUES (?, ?, ?)"));
    return part.Bind(1, definition.hash).Bind(2, file).Bind(3, hash).Run();
  };
  TARN_TRY(keep(kDefinitionFile, Sha256(definition.yaml), definition.yaml));
  for (const Model& model : definition.models) TARN_TRY(keep(model.file, model.hash, model.sql.text()));
  return ForgetUnused(now);
}

// A new definition is the rare occasion to look for those that no run refers to any more.
Status TextStore::ForgetUnused(Timestamp now) {
  nlohmann::json kept = kept_;
  TARN_ASSIGN(
      auto unused,
      database_.Prepare("DELETE FROM definitions WHERE created_ms < ?1 AND hash NOT IN (SELECT value FROM "
                        "json_each(?2)) AND hash NOT IN (SELECT definition FROM lineage_runs)"));
  TARN_TRY(unused.Bind(1, ToUnixMillis(now - kLongestRun)).Bind(2, json::Dump(kept)).Run());
  if (database_.Changes() == 0) return Ok();
  return database_.Execute("DELETE FROM texts WHERE hash NOT IN (SELECT hash FROM definition_texts)");
}

Result<StoredText> TextStore::Get(const std::string& hash) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select,
              database_.Prepare("SELECT hash, file, transform, text, created_ms FROM texts WHERE hash = ?"));
  TARN_ASSIGN(const bool found, select.Bind(1, hash).Step());
  if (!found) return Error(Code::kNotFound, "no run had a text with the hash " + hash);
  return StoredText{select.Text(0), select.Text(1), select.Text(2), select.Text(3),
                    FromUnixMillis(select.Integer(4))};
}

Result<std::vector<std::pair<std::string, std::string>>> TextStore::Files(const std::string& definition) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(
                               "SELECT file, hash FROM definition_texts WHERE definition = ? ORDER BY file"));
  select.Bind(1, definition);
  std::vector<std::pair<std::string, std::string>> files;
  while (true) {
    TARN_ASSIGN(const bool more, select.Step());
    if (!more) return files;
    files.emplace_back(select.Text(0), select.Text(1));
  }
}

}  // namespace tarn::transform
