#include "common/http_client/address_ranges.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <charconv>
#include <cstring>
#include <string>

namespace tarn::http_client {
namespace {

using Bytes = std::array<uint8_t, 16>;

constexpr int kMappedBits = 96;

Bytes Mapped(const in_addr& v4) {
  Bytes bytes = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  std::memcpy(bytes.data() + 12, &v4, 4);
  return bytes;
}

bool SameNetwork(const Bytes& a, const Bytes& b, int prefix_length) {
  const int whole = prefix_length / 8, rest = prefix_length % 8;
  if (std::memcmp(a.data(), b.data(), static_cast<size_t>(whole)) != 0) return false;
  if (rest == 0) return true;
  const auto at = static_cast<size_t>(whole);
  return (a[at] ^ b[at]) >> (8 - rest) == 0;
}

}  // namespace

Result<AddressRanges::Range> AddressRanges::ParseRange(std::string_view text) {
  const auto wrong = [&] {
    return Error(Code::kInvalidArgument, "not a network like 10.0.0.0/8 or fd00::/8: " + std::string(text.substr(0, 100)));
  };
  const size_t slash = text.find('/');
  const std::string address(text.substr(0, slash));
  in_addr v4;
  in6_addr v6;
  Range range;
  int most = 128;
  if (inet_pton(AF_INET, address.c_str(), &v4) == 1) {
    range.network = Mapped(v4);
    most = 32;
  } else if (inet_pton(AF_INET6, address.c_str(), &v6) == 1) {
    std::memcpy(range.network.data(), &v6, range.network.size());
  } else {
    return wrong();
  }
  range.prefix_length = most;
  if (slash != std::string_view::npos) {
    const std::string_view digits = text.substr(slash + 1);
    const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), range.prefix_length);
    if (failure != std::errc() || end != digits.data() + digits.size() || range.prefix_length < 0 || range.prefix_length > most) {
      return wrong();
    }
  }
  if (most == 32) range.prefix_length += kMappedBits;
  return range;
}

Result<std::shared_ptr<const AddressRanges>> AddressRanges::Parse(std::string_view list) {
  auto ranges = std::make_shared<AddressRanges>();
  for (size_t begin = 0; (begin = list.find_first_not_of(", ", begin)) != std::string_view::npos;) {
    const size_t end = std::min(list.find_first_of(", ", begin), list.size());
    TARN_ASSIGN(const Range range, ParseRange(list.substr(begin, end - begin)));
    ranges->ranges_.push_back(range);
    begin = end;
  }
  if (ranges->ranges_.empty()) return std::shared_ptr<const AddressRanges>();
  return std::shared_ptr<const AddressRanges>(std::move(ranges));
}

bool AddressRanges::Contains(const sockaddr& address) const {
  Bytes bytes;
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    bytes = Mapped(v4.sin_addr);
  } else if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  } else {
    return false;
  }
  for (const Range& range : ranges_) {
    if (SameNetwork(bytes, range.network, range.prefix_length)) return true;
  }
  return false;
}

}  // namespace tarn::http_client
