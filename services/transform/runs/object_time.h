#pragma once

#include <string_view>

#include "common/time/time.h"

namespace tarn::transform {

/// When the content of an object was extracted: the time in a segment `run=<YYYYMMDDTHHMMSSZ>_<id>` of its
/// key, else when it was last modified.
Timestamp ObjectTime(std::string_view key, Timestamp last_modified);

}  // namespace tarn::transform
