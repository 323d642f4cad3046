#pragma once

#include <functional>
#include <string>

#include "common/http/message.h"
#include "common/result/result.h"
#include "services/query/workgroups/workgroups.h"

namespace tarn::query {

/// The resource /v1/workgroups. Thread-safe.
class WorkgroupEndpoints {
 public:
  /// What a workgroup does at the moment.
  struct Load {
    int64_t running = 0;
    int64_t waiting = 0;  ///< of POST /v1/sql
    int64_t queued = 0;   ///< of POST /v1/queries
  };
  using ReadLoad = std::function<Result<Load>(const std::string& workgroup)>;

  WorkgroupEndpoints(Workgroups& workgroups, ReadLoad read_load)
      : workgroups_(workgroups), read_load_(std::move(read_load)) {}

  Result<http::Response> List(http::Request& request);     ///< GET /v1/workgroups
  Result<http::Response> Create(http::Request& request);   ///< POST /v1/workgroups
  Result<http::Response> Get(http::Request& request);      ///< GET /v1/workgroups/{name}
  Result<http::Response> Replace(http::Request& request);  ///< PUT /v1/workgroups/{name}
  Result<http::Response> Remove(http::Request& request);   ///< DELETE /v1/workgroups/{name}

 private:
  Result<nlohmann::json> Show(const Workgroup& workgroup);

  Workgroups& workgroups_;
  const ReadLoad read_load_;
};

}  // namespace tarn::query
