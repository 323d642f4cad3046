#pragma once

#include "common/object_store/object_store.h"

namespace tarn::catalog {

/// Leaves of a page of events what one crawl takes: whole commits. Footers are read in no time, and many files in one
/// transaction cost least: about 2,000 of them stay. Texts take some milliseconds each, and the files before them should
/// not wait for all of them: about 100 of them stay.
void CutPage(object_store::EventPage& page);

}  // namespace tarn::catalog
