#pragma once

#include <memory>

#include "common/checksums/checksum.h"

namespace tarn::checksums {

/// SHA-1, SHA-256 or MD5.
std::unique_ptr<Checksum> MakeDigest(Algorithm algorithm);

}  // namespace tarn::checksums
