#pragma once

#include <memory>
#include <stop_token>
#include <string_view>

#include "common/unpacking/byte_source.h"
#include "common/unpacking/file.h"

namespace tarn::unpacking {

/// What a text file is wrapped in.
enum class Codec { kNone, kGzip, kZstd, kBzip2, kZip };
const char* CodecName(Codec codec);  ///< "none", "gzip", "zstd", "bzip2", "zip"

/// Tells the codec by a file's first bytes (RFC 1952, RFC 8878, bzip2's "BZh", APPNOTE 4.3.7).
Codec DetectCodec(std::string_view first_bytes);

/// Returns what the file holds, unwrapped as it is read: several gzip members, zstd frames or bzip2 streams
/// one after the other are one content. A ZIP archive must hold exactly one file; folders, hidden files and
/// __MACOSX do not count. What a bomb would unpack costs only what is read of it. `file` must outlive the
/// source. Errors: kUnprocessable. Its reads end with kCancelled once `cancelled` is stopped.
Result<std::unique_ptr<ByteSource>> OpenDecoded(File& file, Codec codec, std::stop_token cancelled = {});

}  // namespace tarn::unpacking
