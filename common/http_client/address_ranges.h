#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "common/result/result.h"

namespace tarn::http_client {

/// Networks in CIDR notation. Immutable, so any thread may use it.
class AddressRanges {
 public:
  /// Parses a list separated by commas or blanks: "10.1.0.0/16, fd00::/8, 192.168.1.7" (an address alone stands for
  /// itself). Null if it is empty. Errors: kInvalidArgument with the entry at fault.
  static Result<std::shared_ptr<const AddressRanges>> Parse(std::string_view list);

  /// An IPv4 address inside an IPv6 one ("::ffff:10.1.2.3") is looked up as the IPv4 address.
  bool Contains(const sockaddr& address) const;

 private:
  using Bytes = std::array<uint8_t, 16>;  // IPv4 as the IPv4-mapped IPv6 address
  struct Range {
    Bytes network;
    int prefix_length;
  };
  static Result<Range> ParseRange(std::string_view text);

  std::vector<Range> ranges_;
};

}  // namespace tarn::http_client
