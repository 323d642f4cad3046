#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "common/object_store/local_object_store.h"
#include "services/extract/s3/operations/dispatcher.h"
#include "tests/support/temp_directory.h"
#include "tests/unit/services/extract/s3/wire/wire_request.h"

namespace tarn::extract::s3 {

/// All operations over a real store on a temporary directory, without sockets. Has the bucket "bucket".
class DoorLab : public testing::Test {
 protected:
  DoorLab();

  /// Sends a request of a local principal: "PUT", "/bucket/key?tagging".
  S3Result<http::Response> Send(http::Method method, const std::string& target, const std::string& body = "",
                                Fields fields = {}, bool local = true);
  /// Sends it, expects an answer, and produces its body if it is streamed.
  http::Response Answer(http::Method method, const std::string& target, const std::string& body = "",
                        Fields fields = {});

  std::string key_id_;  ///< of the key that signs the requests; nobody does unless set
  TempDirectory directory_;
  std::unique_ptr<object_store::VersionedStore> store_;
  std::unique_ptr<Dispatcher> dispatcher_;
};

/// The text of the first element of that name in a document; "" without one.
std::string TextOf(const http::Response& response, const std::string& element);
/// A header's value, "" without one.
std::string HeaderOf(const http::Response& response, std::string_view name);
/// Runs a streamed body to its end and appends it to `body`.
void Produce(http::Response& response);

}  // namespace tarn::extract::s3
