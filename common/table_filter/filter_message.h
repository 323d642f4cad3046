#pragma once

#include "common/result/result.h"
#include "common/table_filter/filter.h"

namespace tarn::v1 {
class Filter;
}

namespace tarn::table_filter {

void WriteFilter(const Filter& filter, v1::Filter* message);

/// Errors: kInvalidArgument for an unknown operator or kind, or another number of values than the operator takes.
Result<Filter> ReadFilter(const v1::Filter& message);

}  // namespace tarn::table_filter
