#include "tests/contract/object_store/store_factory.h"

#include <cstdlib>

#include "common/ids/ulid.h"
#include "common/object_store/local_object_store.h"
#include "common/object_store/remote/remote_object_store.h"
#include "tests/support/temp_directory.h"

namespace tarn::object_store {
namespace {

class LocalStoreUnderTest : public StoreUnderTest {
 public:
  std::unique_ptr<ObjectStore> Open(const std::string& writer) override {
    return std::move(OpenLocalStore({directory_ / "lake", writer})).value();
  }

 private:
  TempDirectory directory_;
};

/// At the endpoint that S3_TEST_ENDPOINT names, with credentials in AWS's variables.
class RemoteStoreUnderTest : public StoreUnderTest {
 public:
  explicit RemoteStoreUnderTest(const std::string& endpoint) : prefix_(NewUlid() + "/") {
    s3_.endpoint = endpoint;
    s3_.bucket = "tarn-contract";
    s3_.credentials = *s3_client::CredentialsFromEnvironment();
    http_client::HttpClient http;
    EXPECT_TRUE((*s3_client::Client::Make(s3_, http))->CreateBucket().ok());
  }

  std::unique_ptr<ObjectStore> Open(const std::string& writer) override {
    return std::move(OpenRemoteStore({directory_ / "lake", writer, s3_, prefix_})).value();
  }
  size_t max_key_bytes() const override { return 1024 - (prefix_ + "raw/").size(); }

 private:
  TempDirectory directory_;
  const std::string prefix_;
  s3_client::Options s3_;
};

}  // namespace

std::vector<StoreKind> AllStoreKinds() {
  std::vector<StoreKind> kinds{{"Local", [] { return std::make_unique<LocalStoreUnderTest>(); }}};
  // remote_contract.py starts an endpoint.
  if (const char* endpoint = std::getenv("S3_TEST_ENDPOINT")) {
    kinds.push_back({"Remote", [url = std::string(endpoint)] { return std::make_unique<RemoteStoreUnderTest>(url); }});
  }
  return kinds;
}

}  // namespace tarn::object_store
