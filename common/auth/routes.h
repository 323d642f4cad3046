#pragma once

#include "common/auth/access_key_store.h"
#include "common/http/router.h"

namespace tarn::auth {

/// Adds GET and POST /v1/keys, GET and DELETE /v1/keys/{id}, for peers on this machine only, which name it by a loopback
/// name (no DNS rebinding) and are not pages from elsewhere: whoever makes a key can read everything. The store must
/// outlive the router.
void AddKeyRoutes(http::Router& router, AccessKeyStore& keys);

}  // namespace tarn::auth
