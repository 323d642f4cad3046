#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/http/router.h"
#include "common/http/server.h"
#include "services/extract/s3/wire/authenticator.h"
#include "services/extract/s3/wire/s3_error.h"
#include "services/extract/s3/wire/s3_request.h"

namespace tarn::extract::s3 {

/// Answers one request whose sender is known: all operations behind one function. Response headers that every answer
/// has (x-amz-request-id, x-amz-id-2) are added by the door, and errors are rendered by it.
using Operation = std::function<S3Result<http::Response>(S3Request& request)>;

struct DoorOptions {
  std::vector<std::string> domains;  ///< for virtual-host style, besides localhost
};

/// The names that the door answers to besides the loopback names, as ServerCustoms::host_names.
std::vector<std::string> OwnNames(const DoorOptions& options);

/// Routes every path and method of S3 to `operation`, after finding out who asks for what. `authenticator` must outlive
/// the router.
http::Router MakeDoorRouter(DoorOptions options, const Authenticator& authenticator, Operation operation);

/// How the door's server differs from others: it answers to virtual-host names as well, and what the transport itself
/// refuses is said in S3's XML.
http::ServerCustoms DoorCustoms(const DoorOptions& options);

}  // namespace tarn::extract::s3
