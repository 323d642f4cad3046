#pragma once

#include <sys/socket.h>

#include "common/http_client/http_client.h"

namespace tarn::http_client {

/// Returns whether `policy` lets a connection go to `address`. IPv4 addresses inside IPv6 ones (mapped,
/// NAT64, 6to4) are judged as the IPv4 address they lead to. Families other than IPv4 and IPv6 are refused.
/// Source: the IANA special-purpose address registries (RFC 6890).
bool IsAllowed(const sockaddr& address, AddressPolicy policy);

}  // namespace tarn::http_client
