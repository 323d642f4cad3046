#include "common/object_store/event_table.h"

#include <algorithm>

#include "common/object_store/object_columns.h"

namespace tarn::object_store {
namespace {

int TypeNumber(Event::Type type) { return static_cast<int>(type); }  // 0 created, 1 deleted, 2 a version deleted

std::string Columns() {
  return std::string(kObjectColumns) +
         ", id, type, commit_id, writer, time_ms, traceparent, sequence, operation, null_version";
}

Event ReadEvent(const sqlite::Statement& row) {
  constexpr int kFirst = kObjectColumnCount;
  Event event;
  event.object = ReadObject(row, 0);
  event.id = row.Text(kFirst);
  event.type = static_cast<Event::Type>(row.Integer(kFirst + 1));
  event.commit_id = row.Text(kFirst + 2);
  event.writer = row.Text(kFirst + 3);
  event.time = FromUnixMillis(row.Integer(kFirst + 4));
  event.traceparent = row.Text(kFirst + 5);
  event.sequence = row.Integer(kFirst + 6);
  event.operation = row.Text(kFirst + 7);
  event.object.null_version = row.Integer(kFirst + 8) != 0;
  event.object.sequence = event.sequence;
  return event;
}

// Sequences have no gaps but for those that were trimmed from the front.
Result<std::optional<int64_t>> FirstSequenceAfterGap(sqlite::Database& index, int64_t after_sequence) {
  TARN_ASSIGN(auto select, index.Prepare("SELECT MIN(sequence) FROM events"));
  TARN_TRY(select.Step());
  const auto first = select.OptionalInteger(0);
  return first && after_sequence + 1 < *first ? first : std::nullopt;
}

}  // namespace

Result<int64_t> AppendEvent(sqlite::Database& index, const Event& event) {
  static const std::string kInsert = "INSERT INTO events (" + Columns() +
                                     ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, NULL, ?15, ?16)";
  TARN_ASSIGN(auto insert, index.Prepare(kInsert));
  BindObject(insert, 1, event.object);
  insert.Bind(9, event.id).Bind(10, TypeNumber(event.type)).Bind(11, event.commit_id).Bind(12, event.writer);
  insert.Bind(13, ToUnixMillis(event.time)).Bind(14, event.traceparent).Bind(15, event.operation);
  TARN_TRY(insert.Bind(16, event.object.null_version ? 1 : 0).Run());
  return index.LastInsertId();
}

Result<EventPage> ReadEventLog(sqlite::Database& index, int64_t after_sequence, const EventFilter& filter,
                               int64_t limit) {
  static const std::string kSelect = "SELECT " + Columns() + " FROM events WHERE sequence > ?1 ORDER BY sequence";
  EventPage page;
  page.last_sequence = after_sequence;
  TARN_ASSIGN(page.trimmed_before, FirstSequenceAfterGap(index, after_sequence));
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  select.Bind(1, after_sequence);
  std::string commit_id;
  for (int64_t looked_at = 0;; ++looked_at) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return page;
    Event event = ReadEvent(select);
    // Trimmed between the two looks.
    if (looked_at == 0 && event.sequence > after_sequence + 1 && !page.trimmed_before) {
      TARN_ASSIGN(page.trimmed_before, FirstSequenceAfterGap(index, after_sequence));
    }
    // A commit is never split, so the page may grow over the limit by the rest of its last commit.
    if (looked_at >= std::max<int64_t>(limit, 1) && event.commit_id != commit_id) return page;
    page.last_sequence = event.sequence;
    commit_id = event.commit_id;
    if (filter.Matches(event)) page.events.push_back(std::move(event));
  }
}

Result<int64_t> TrimEventLog(sqlite::Database& index, int64_t up_to_sequence, int64_t limit) {
  // The newest one stays, as the next must not get its sequence's place in the order.
  TARN_ASSIGN(auto select, index.Prepare("SELECT MIN((SELECT MAX(sequence) FROM events), "
                                         "IFNULL((SELECT MIN(first_sequence) FROM tokens), ?1 + 1), ?1 + 1)"));
  TARN_TRY(select.Bind(1, up_to_sequence).Step());
  TARN_ASSIGN(auto remove, index.Prepare("DELETE FROM events WHERE sequence < ?1 AND sequence < "
                                         "(SELECT MIN(sequence) FROM events) + ?2"));
  TARN_TRY(remove.Bind(1, select.OptionalInteger(0).value_or(0)).Bind(2, std::max<int64_t>(limit, 0)).Run());
  return index.Changes();
}

Result<std::vector<ObjectInfo>> CreatedObjects(sqlite::Database& index, int64_t first, int64_t last) {
  static const std::string kSelect = std::string("SELECT ") + kObjectColumns +
                                     " FROM events WHERE sequence BETWEEN ?1 AND ?2 AND type = 0 ORDER BY sequence";
  TARN_ASSIGN(auto select, index.Prepare(kSelect));
  select.Bind(1, first).Bind(2, last);
  std::vector<ObjectInfo> objects;
  for (;;) {
    TARN_ASSIGN(const bool found, select.Step());
    if (!found) return objects;
    objects.push_back(ReadObject(select, 0));
  }
}

Result<int64_t> LastEventSequence(sqlite::Database& index) {
  TARN_ASSIGN(auto select, index.Prepare("SELECT COALESCE(MAX(sequence), 0) FROM events"));
  TARN_TRY(select.Step());
  return select.Integer(0);
}

}  // namespace tarn::object_store
