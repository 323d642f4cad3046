#include "common/http_client/address_check.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>
#include <string>

namespace tarn::http_client {
namespace {

bool Allowed(const std::string& address, AddressPolicy policy) {
  sockaddr_storage storage{};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (inet_pton(AF_INET, address.c_str(), &v4->sin_addr) == 1) {
    storage.ss_family = AF_INET;
  } else {
    EXPECT_EQ(inet_pton(AF_INET6, address.c_str(), &v6->sin6_addr), 1) << address;
    storage.ss_family = AF_INET6;
  }
  return IsAllowed(reinterpret_cast<sockaddr&>(storage), policy);
}

TEST(AddressCheck, LetsEveryPolicyReachPublicAddresses) {
  for (const char* address :
       {"1.1.1.1", "8.8.8.8", "100.63.255.255", "172.15.0.1", "172.32.0.1", "192.167.1.1",
        "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1"}) {
    EXPECT_TRUE(Allowed(address, AddressPolicy::kNoPrivate)) << address;
    EXPECT_TRUE(Allowed(address, AddressPolicy::kLoopbackOrPublic)) << address;
    EXPECT_TRUE(Allowed(address, AddressPolicy::kAny)) << address;
  }
}

TEST(AddressCheck, KeepsLoopbackForThosePoliciesThatNameIt) {
  for (const char* address : {"127.0.0.1", "127.255.0.3", "::1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1"}) {
    EXPECT_FALSE(Allowed(address, AddressPolicy::kNoPrivate)) << address;
    EXPECT_TRUE(Allowed(address, AddressPolicy::kLoopbackOrPublic)) << address;
  }
}

TEST(AddressCheck, RefusesAddressesThatLeadInside) {
  for (const char* address : {"0.0.0.0",
                              "10.1.2.3",
                              "100.64.0.1",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.168.1.1",
                              "198.18.0.1",
                              "224.0.0.1",
                              "240.0.0.1",
                              "255.255.255.255",
                              "::",
                              "fe80::1",
                              "fc00::1",
                              "fd12::1",
                              "ff02::1",
                              "::ffff:10.0.0.1",
                              "::ffff:169.254.169.254",
                              "64:ff9b::192.168.0.1",
                              "2002:a00:1::1",
                              "2001::1",
                              "2001:db8::1",
                              "::10.0.0.1",
                              "fec0::1"}) {
    EXPECT_FALSE(Allowed(address, AddressPolicy::kNoPrivate)) << address;
    EXPECT_FALSE(Allowed(address, AddressPolicy::kLoopbackOrPublic)) << address;
    EXPECT_TRUE(Allowed(address, AddressPolicy::kAny)) << address;
  }
}

TEST(AddressCheck, RefusesOtherFamilies) {
  sockaddr address{};
  address.sa_family = AF_UNIX;
  EXPECT_FALSE(IsAllowed(address, AddressPolicy::kAny));
}

}  // namespace
}  // namespace tarn::http_client
