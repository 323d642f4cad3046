#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/http/framing.h"
#include "common/http/message.h"

namespace tarn::http {

/// How one server differs from the others, where it speaks another protocol's conventions.
struct ServerCustoms {
  /// Renders what is refused before, or instead of, a handler; a problem document unless set. The request has its
  /// method, target and headers if they could be read. Called on any thread; must not throw.
  std::function<Response(const Refusal& refusal, const Request& request)> render_refusal;
  /// Also answers to these names when bound to a loopback address. A name that begins with '.' stands for all names
  /// that end with it: ".localhost".
  std::vector<std::string> host_names;
  /// Lets requests of pages from elsewhere through although the server is bound to a loopback address: the handlers
  /// know who may send what.
  bool any_origin = false;

  Response Render(const Refusal& refusal, const Request& request) const;
};

/// What stands for a handler's or the router's error.
Refusal ToRefusal(const Error& error);

}  // namespace tarn::http
