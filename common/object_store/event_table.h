#pragma once

#include "common/object_store/object_store.h"
#include "common/sqlite/database.h"

namespace tarn::object_store {

/// Appends an event to the log and returns its sequence; `event.sequence` is ignored.
Result<int64_t> AppendEvent(sqlite::Database& index, const Event& event);

/// See ObjectStore::ReadEvents.
Result<EventPage> ReadEventLog(sqlite::Database& index, int64_t after_sequence, const EventFilter& filter,
                               int64_t limit);

/// See ObjectStore::TrimEvents; in the caller's transaction.
Result<int64_t> TrimEventLog(sqlite::Database& index, int64_t up_to_sequence, int64_t limit);

/// The objects that the events from `first` to `last` created.
Result<std::vector<ObjectInfo>> CreatedObjects(sqlite::Database& index, int64_t first, int64_t last);

/// The sequence of the newest event, 0 if there is none.
Result<int64_t> LastEventSequence(sqlite::Database& index);

}  // namespace tarn::object_store
