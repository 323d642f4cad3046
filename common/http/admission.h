#pragma once

#include <optional>

#include "common/http/customs.h"
#include "common/http/framing.h"
#include "common/http/message.h"
#include "common/http/router.h"

namespace tarn::http {

/// What becomes of a request after its head: a route takes it, or it is answered at once.
struct Admission {
  const Route* route = nullptr;
  std::optional<Response> answer;  ///< set if route is null
};

/// What Admit() goes by.
struct AdmissionRules {
  const Router& router;
  bool loopback_only;  ///< see Server
  const ServerCustoms& customs;
};

/// Decides by the head alone, before any of the body is read: 421 and 403 (when `loopback_only`), 501, 405, 404, 400,
/// 413, 415, and the answers to OPTIONS. Fills in `request` but for its body.
Admission Admit(const AdmissionRules& rules, const RequestHead& head, Request& request);

}  // namespace tarn::http
