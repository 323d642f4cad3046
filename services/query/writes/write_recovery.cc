#include <condition_variable>
#include <mutex>
#include <nlohmann/json.hpp>

#include "common/logging/log.h"
#include "services/query/writes/table_writer.h"

namespace tarn::query {
namespace {

using object_store::Change;
using std::chrono::steady_clock;

constexpr std::chrono::seconds kCatalogPatience(60);
constexpr std::chrono::seconds kRecoveryInterval(5);
constexpr std::chrono::milliseconds kPollInterval(20);

void Pause(std::chrono::milliseconds time, std::stop_token cancelled) {
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, cancelled, time, [] { return false; });
}

// What will be the same however often it is tried.
bool IsRefused(const Status& declared) {
  return !declared.ok() &&
         (declared.error().code() == Code::kConflict || declared.error().code() == Code::kUnprocessable);
}

}  // namespace

Status TableWriter::TakeBack(const PendingTable& table) {
  std::string after;
  while (true) {
    TARN_ASSIGN(const auto page, parts_.store.List({table.bucket, table.prefix, "", after, 1000}));
    std::vector<Change> changes;
    for (const auto& object : page.objects) {
      // Nobody else's: the names of a commit's objects begin with its id.
      const std::string name = object.key.substr(object.key.rfind('/') + 1);
      if (name.starts_with(table.id)) changes.push_back(Change{object.bucket, object.key, nullptr, {}});
    }
    if (!changes.empty()) {
      TARN_ASSIGN(const auto committed, parts_.store.Commit(std::move(changes), {}));
      (void)committed;
    }
    if (!page.truncated) return Ok();
    after = page.next_after;
  }
}

Status TableWriter::Undo(const PendingTable& table) {
  TARN_TRY(parts_.journal.PutUndo(table));
  TARN_TRY(TakeBack(table));
  return parts_.journal.RemoveTable(table.id);
}

Status TableWriter::AwaitFiles(const ObjectName& table, int64_t files, int64_t sequence,
                               std::stop_token cancelled) {
  const auto deadline = steady_clock::now() + kCatalogPatience;
  catalog_client::TableRequest request{{table.database, table.name}};
  request.without_files = true;
  std::string reason = "it has not crawled them yet";
  while (steady_clock::now() < deadline) {
    const auto resolved = parts_.catalog.Resolve({request}, sequence, cancelled);
    if (resolved.ok() && (*resolved)[0] && (*resolved)[0]->total_files >= files) return Ok();
    if (cancelled.stop_requested()) return Ok();
    if (!resolved.ok()) reason = resolved.error().message();
    Pause(kPollInterval, cancelled);
  }
  return Error(Code::kUnavailable, "the rows are written, but the catalog does not show them: " + reason);
}

// The files of earlier processes' tables are there: the catalog need only answer.
Status TableWriter::AwaitDeclared(const PendingTable& table, std::stop_token cancelled) {
  const auto deadline = steady_clock::now() + kCatalogPatience;
  Status declared = Declare(table, cancelled);
  while (!declared.ok() && !IsRefused(declared) && !cancelled.stop_requested() &&
         steady_clock::now() < deadline) {
    Pause(kPollInterval, cancelled);
    declared = Declare(table, cancelled);
  }
  if (IsRefused(declared)) TARN_TRY(Undo(table));
  if (declared.ok()) return parts_.journal.RemoveTable(table.id);
  if (IsRefused(declared)) return declared;
  return Error(Code::kUnavailable,
               "the rows are written, and the table is made as soon as the catalog answers: " +
                   declared.error().message());
}

// Committing nothing under the same name asks and decides in one: afterwards the name is used up.
Result<bool> TableWriter::Settle(const std::string& id) {
  TARN_ASSIGN(const auto record, parts_.journal.FindRecord(id));
  if (!record) return false;
  if (record->done || record->first_key.empty()) return true;
  object_store::CommitOptions options;
  options.token = id;
  TARN_ASSIGN(const auto nothing, parts_.store.Commit({}, options));
  if (nothing.repeated) {
    TARN_TRY(parts_.journal.SetDone(id));
    return true;
  }
  TARN_TRY(parts_.journal.RemoveRecord(id));
  return false;
}

Result<std::optional<int64_t>> TableWriter::FindDone(const std::string& id, std::stop_token cancelled) {
  TARN_ASSIGN(const auto record, parts_.journal.FindRecord(id));
  if (!record) return std::optional<int64_t>();
  int64_t sequence = 0, files = 0;
  if (!record->first_key.empty()) {
    const auto first = parts_.store.Head(record->bucket, record->first_key);
    if (!first.ok() && first.error().code() != Code::kNotFound) return first.error();
    if (!first.ok() && !record->done) return std::optional<int64_t>();
    if (first.ok()) sequence = first->sequence;
    if (first.ok()) files = 1;
  }
  TARN_ASSIGN(const auto pending, parts_.journal.FindTable(id));
  if (pending) TARN_TRY(AwaitDeclared(*pending, cancelled));
  if (files > 0 && !record->name.empty())
    TARN_TRY(AwaitFiles({record->database, record->name}, files, sequence, cancelled));
  return std::optional(record->rows);
}

// A table without files begins with its record.
Result<bool> TableWriter::IsCommitted(const PendingTable& table) {
  if (table.first_key.empty()) return true;
  const auto first = parts_.store.Head(table.bucket, table.first_key);
  if (first.ok()) return true;
  if (first.error().code() != Code::kNotFound) return first.error();
  return false;
}

Status TableWriter::Recover(const PendingTable& table, std::stop_token cancelled) {
  TARN_ASSIGN(const bool committed, IsCommitted(table));
  if (committed && table.undo) return Undo(table);
  if (committed) {
    const auto declared = Declare(table, cancelled);
    if (IsRefused(declared)) return Undo(table);
    TARN_TRY(declared);
  }
  return parts_.journal.RemoveTable(table.id);
}

Status TableWriter::Start() {
  TARN_TRY(parts_.journal.RemoveOldRecords());
  TARN_ASSIGN(auto left, parts_.journal.List());
  // Now, since a statement of the same id may soon begin anew.
  for (auto table = left.begin(); table != left.end();) {
    TARN_ASSIGN(const bool committed, IsCommitted(*table));
    if (!committed) TARN_TRY(parts_.journal.RemoveTable(table->id));
    table = committed ? table + 1 : left.erase(table);
  }
  if (left.empty()) return Ok();
  recovery_ = std::jthread([this, left = std::move(left)](std::stop_token stop) mutable {
    while (!left.empty() && !stop.stop_requested()) {
      std::erase_if(left, [&](const PendingTable& table) {
        const auto recovered = Recover(table, stop);
        if (!recovered.ok())
          log::Warn("cannot finish a table yet that a former process began", {{"error", recovered.error()}});
        return recovered.ok();
      });
      if (!left.empty()) Pause(kRecoveryInterval, stop);
    }
  });
  return Ok();
}

void TableWriter::Stop() {
  recovery_.request_stop();
  if (recovery_.joinable()) recovery_.join();
}

}  // namespace tarn::query
