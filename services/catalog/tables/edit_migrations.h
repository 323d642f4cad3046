#pragma once

namespace tarn::catalog {

/// What people say of databases and tables, what they dropped, views and tags.
extern const char* const kEditsMigration;

/// The index of search, which triggers keep in step with all that it is about: it is never newer or older
/// than the tables, views and tags of the same transaction.
extern const char* const kSearchMigration;

}  // namespace tarn::catalog
