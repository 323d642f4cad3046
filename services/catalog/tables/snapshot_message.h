#pragma once

#include <string>

#include "services/catalog/tables/types.h"
#include "tarn/v1/catalog.pb.h"

namespace tarn::catalog {

/// The bytes of the v1::TableSnapshot that stands for the snapshot. Files become bytes one after the other
/// and are freed, so that there is never a message of all of them. Errors: kTooLarge over 2 GiB.
Result<std::string> SnapshotMessage(TableSnapshot snapshot);

/// Appends a message that is the field `number` of another one to the bytes of that one.
void AppendField(int number, const std::string& message, std::string& to);

}  // namespace tarn::catalog
