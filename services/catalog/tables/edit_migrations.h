#pragma once

namespace tarn::catalog {

/// What people say of databases and tables, what they dropped, views and tags.
extern const char* const kEditsMigration;

/// The index of search, and triggers that note what it does not know yet, in the transaction that changes it.
extern const char* const kSearchMigration;

}  // namespace tarn::catalog
