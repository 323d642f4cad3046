#include "common/http_client/address_check.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <array>
#include <cstring>

namespace tarn::http_client {
namespace {

enum class Reach { kPublic, kLoopback, kOther };

struct Ipv4Block {
  uint32_t network;
  int prefix_length;
};

constexpr uint32_t Ip(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
  return a << 24 | b << 16 | c << 8 | d;
}

constexpr Ipv4Block kNotPublic[] = {
    {Ip(0, 0, 0, 0), 8},        // "this network", with the unspecified address
    {Ip(10, 0, 0, 0), 8},       // private
    {Ip(100, 64, 0, 0), 10},    // shared address space of carriers
    {Ip(169, 254, 0, 0), 16},   // link-local, with the metadata services of clouds
    {Ip(172, 16, 0, 0), 12},    // private
    {Ip(192, 0, 0, 0), 24},     // IETF protocol assignments
    {Ip(192, 0, 2, 0), 24},     // documentation
    {Ip(192, 88, 99, 0), 24},   // was 6to4 relays
    {Ip(192, 168, 0, 0), 16},   // private
    {Ip(198, 18, 0, 0), 15},    // benchmarks
    {Ip(198, 51, 100, 0), 24},  // documentation
    {Ip(203, 0, 113, 0), 24},   // documentation
    {Ip(224, 0, 0, 0), 3},      // multicast, reserved, broadcast
};

Reach ReachOfIpv4(uint32_t address) {
  if (address >> 24 == 127) return Reach::kLoopback;
  for (const Ipv4Block& block : kNotPublic) {
    const int shift = 32 - block.prefix_length;
    if (address >> shift == block.network >> shift) return Reach::kOther;
  }
  return Reach::kPublic;
}

using Ipv6 = std::array<uint8_t, 16>;

uint32_t Ipv4At(const Ipv6& address, size_t offset) {
  return Ip(address[offset], address[offset + 1], address[offset + 2], address[offset + 3]);
}

bool StartsWith(const Ipv6& address, std::initializer_list<uint8_t> bytes) {
  return std::equal(bytes.begin(), bytes.end(), address.begin());
}

Reach ReachOfIpv6(const Ipv6& address) {
  static constexpr Ipv6 kLoopback = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  if (address == kLoopback) return Reach::kLoopback;
  const bool mapped = StartsWith(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff});
  const bool nat64 = StartsWith(address, {0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0});
  if (mapped || nat64) return ReachOfIpv4(Ipv4At(address, 12));
  if (StartsWith(address, {0x20, 0x02})) return ReachOfIpv4(Ipv4At(address, 2));  // 6to4
  // Only 2000::/3 is given out as global unicast: what is left is unspecified, unique-local, link-local,
  // site-local, multicast or reserved.
  if (address[0] >> 5 != 1) return Reach::kOther;
  if (StartsWith(address, {0x20, 0x01, 0x0d, 0xb8})) return Reach::kOther;            // documentation
  if (StartsWith(address, {0x3f, 0xff}) && address[2] >> 4 == 0) return Reach::kOther;  // documentation
  if (StartsWith(address, {0x20, 0x01}) && address[2] <= 0x01) return Reach::kOther;  // Teredo, ORCHID, ...
  return Reach::kPublic;
}

}  // namespace

bool IsAllowed(const sockaddr& address, AddressPolicy policy) {
  Reach reach = Reach::kOther;
  if (address.sa_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    reach = ReachOfIpv4(ntohl(v4.sin_addr.s_addr));
  } else if (address.sa_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    Ipv6 bytes;
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    reach = ReachOfIpv6(bytes);
  } else {
    return false;
  }
  switch (policy) {
    case AddressPolicy::kAny:
      return true;
    case AddressPolicy::kNoPrivate:
      return reach == Reach::kPublic;
    case AddressPolicy::kLoopbackOrPublic:
      return reach != Reach::kOther;
  }
  return false;
}

}  // namespace tarn::http_client
