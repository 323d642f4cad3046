#pragma once

#include <string>

namespace tarn::extract::s3 {

/// 16 hexadecimal digits, new for every request: x-amz-request-id.
std::string NewRequestId();

/// What answers say of the process that made them: x-amz-id-2. The same until it ends.
const std::string& HostId();

}  // namespace tarn::extract::s3
