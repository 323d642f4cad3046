#pragma once

#include <cstdint>

#include "services/extract/sources/rest/unit.h"

namespace tarn::extract::rest {

/// The page of that number, counted from 0 within the unit, as it stands in the store.
PageId PageIdOf(const Unit& unit, int64_t number);

}  // namespace tarn::extract::rest
