#pragma once

#include "common/auth/access_key_store.h"
#include "common/http/router.h"

namespace tarn::auth {

/// Adds GET and POST /v1/keys, GET and DELETE /v1/keys/{id}. The store must outlive the router.
void AddKeyRoutes(http::Router& router, AccessKeyStore& keys);

}  // namespace tarn::auth
