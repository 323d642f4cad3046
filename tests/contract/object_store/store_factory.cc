#include "tests/contract/object_store/store_factory.h"

#include "common/object_store/local_object_store.h"
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

}  // namespace

std::vector<StoreKind> AllStoreKinds() {
  return {{"Local", [] { return std::make_unique<LocalStoreUnderTest>(); }}};
}

}  // namespace tarn::object_store
