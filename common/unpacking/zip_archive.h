#pragma once

#include <memory>
#include <stop_token>

#include "common/unpacking/byte_source.h"
#include "common/unpacking/file.h"

namespace tarn::unpacking {

/// Opens the one file that a ZIP archive holds, found in its central directory (APPNOTE 6.3, ZIP64 included;
/// stored or deflated). Errors: kUnprocessable for an archive that holds none, several, an encrypted one,
/// over 10,000 entries, or is damaged.
Result<std::unique_ptr<ByteSource>> OpenZip(File& file, std::stop_token cancelled = {});

}  // namespace tarn::unpacking
