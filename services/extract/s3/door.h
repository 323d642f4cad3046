#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "common/auth/access_key_store.h"
#include "common/http/server.h"
#include "common/metrics/registry.h"
#include "common/object_store/versioned_store.h"
#include "common/result/result.h"

namespace tarn::extract::s3 {

/// Where the door listens and which names it has.
struct DoorConfig {
  http::ServerOptions http;  ///< as the service's own server, but for the port
  std::string domains;       ///< names for virtual-host style, separated by commas, besides localhost
  std::string port_file;     ///< the bound port is written here; empty: nowhere
};

/// The server that speaks S3: a second port of the service, on the same store.
class Door {
 public:
  /// Starts to listen. What is passed by reference must outlive the door. Errors: kUnavailable if the address
  /// cannot be bound or the port file cannot be written.
  static Result<std::unique_ptr<Door>> Start(const DoorConfig& config, object_store::VersionedStore& store,
                                             auth::AccessKeyStore& keys, metrics::Registry& metrics);
  virtual ~Door() = default;

  virtual uint16_t port() const = 0;
  /// Takes no more requests and waits for those it has.
  virtual void Stop() = 0;
};

}  // namespace tarn::extract::s3
