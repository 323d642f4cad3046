#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/http/message.h"

namespace tarn::http {

/// True for localhost, 127.0.0.1 and [::1].
bool IsLoopbackName(std::string_view host);

/// False if the Host header names neither this machine (IsLoopbackName) nor one of `own_names`. Browsers send the name
/// that the page used, so a name that an attacker made resolve to a loopback address (DNS rebinding) shows here,
/// whatever the peer's address is. Requests without a Host come from HTTP/1.0 clients, which are no browsers. A name
/// that begins with '.' stands for all names that end with it.
bool HasOwnHost(const Headers& headers, const std::vector<std::string>& own_names = {});

/// False if the Origin header names a page that this machine has not served. Browsers let any page send simple POSTs
/// anywhere, and say in Origin where the page came from.
bool HasOwnOrigin(const Headers& headers);

}  // namespace tarn::http
