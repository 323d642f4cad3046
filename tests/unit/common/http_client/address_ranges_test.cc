#include "common/http_client/address_ranges.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>

#include "tests/support/result_matchers.h"

namespace tarn::http_client {
namespace {

bool Contains(const AddressRanges& ranges, const std::string& address) {
  sockaddr_storage storage{};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    storage.ss_family = AF_INET;
  } else {
    EXPECT_EQ(inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr), 1) << address;
    storage.ss_family = AF_INET6;
  }
  return ranges.Contains(reinterpret_cast<sockaddr&>(storage));
}

TEST(AddressRanges, HoldTheAddressesOfTheirNetworks) {
  const auto parsed = AddressRanges::Parse("10.1.0.0/16, fd00::/8 192.168.1.7,172.16.0.0/13");
  ASSERT_THAT(parsed, IsOk());
  const AddressRanges& ranges = **parsed;
  for (const char* inside : {"10.1.0.0", "10.1.255.255", "::ffff:10.1.2.3", "fd12::1", "192.168.1.7", "172.23.255.1"}) {
    EXPECT_TRUE(Contains(ranges, inside)) << inside;
  }
  for (const char* outside : {"10.2.0.0", "::ffff:10.2.2.3", "fc12::1", "fe80::1", "192.168.1.8", "172.24.0.1", "169.254.169.254", "::"}) {
    EXPECT_FALSE(Contains(ranges, outside)) << outside;
  }
}

TEST(AddressRanges, OfAnEmptyListAreNone) {
  for (const char* empty : {"", " , ,"}) {
    const auto parsed = AddressRanges::Parse(empty);
    ASSERT_THAT(parsed, IsOk());
    EXPECT_FALSE(*parsed);
  }
}

TEST(AddressRanges, MayHoldEverything) {
  const auto parsed = AddressRanges::Parse("0.0.0.0/0,::/0");
  ASSERT_THAT(parsed, IsOk());
  EXPECT_TRUE(Contains(**parsed, "169.254.169.254"));
  EXPECT_TRUE(Contains(**parsed, "fe80::1"));
}

TEST(AddressRanges, AreRefusedWithTheEntryAtFault) {
  for (const char* wrong : {"10.0.0.0/33", "fd00::/129", "10.0.0/8", "10.0.0.0/-1", "10.0.0.0/", "10.0.0.0/8x", "host", "10.0.0.0/8/9"}) {
    EXPECT_THAT(AddressRanges::Parse("127.0.0.1," + std::string(wrong)), HasError(Code::kInvalidArgument, wrong));
  }
}

}  // namespace
}  // namespace tarn::http_client
