#include "services/extract/s3/wire/host_id.h"

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"

namespace tarn::extract::s3 {

std::string NewRequestId() {
  std::string id = ToHex(RandomBytes(8));
  for (char& c : id) {
    if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
  }
  return id;
}

const std::string& HostId() {
  static const std::string id = checksums::ToBase64(RandomBytes(24));
  return id;
}

}  // namespace tarn::extract::s3
