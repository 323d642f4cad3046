#include "services/extract/s3/door.h"

#include "common/logging/log.h"
#include "common/service/service.h"
#include "services/extract/s3/operations/dispatcher.h"
#include "services/extract/s3/wire/authenticator.h"
#include "services/extract/s3/wire/door.h"

namespace tarn::extract::s3 {
namespace {

std::vector<std::string> SplitDomains(std::string_view list) {
  std::vector<std::string> domains;
  while (!list.empty()) {
    const std::string_view domain = list.substr(0, list.find(','));
    list.remove_prefix(std::min(domain.size() + 1, list.size()));
    if (!domain.empty()) domains.emplace_back(domain);
  }
  return domains;
}

class ListeningDoor : public Door {
 public:
  ListeningDoor(DoorOptions options, object_store::VersionedStore& store, auth::AccessKeyStore& keys)
      : options_(std::move(options)), authenticator_(keys, Now, OwnNames(options_)), dispatcher_(store) {}

  Status Start(const DoorConfig& config, metrics::Registry& metrics) {
    http::Router router =
        MakeDoorRouter(options_, authenticator_, [this](S3Request& request) { return dispatcher_(request); });
    TARN_ASSIGN(server_, http::Server::Start(config.http, std::move(router), metrics, DoorCustoms(options_)));
    return service::WritePortFile(config.port_file, server_->port());
  }

  uint16_t port() const override { return server_->port(); }
  void Stop() override { server_->Stop(); }

 private:
  const DoorOptions options_;
  const Authenticator authenticator_;
  const Dispatcher dispatcher_;
  std::unique_ptr<http::Server> server_;  // goes first: its requests use the others
};

}  // namespace

Result<std::unique_ptr<Door>> Door::Start(const DoorConfig& config, object_store::VersionedStore& store,
                                          auth::AccessKeyStore& keys, metrics::Registry& metrics) {
  auto door = std::make_unique<ListeningDoor>(DoorOptions{.domains = SplitDomains(config.domains)}, store, keys);
  TARN_TRY(door->Start(config, metrics));
  log::Info("the S3 door is open", {{"address", config.http.address}, {"port", door->port()}});
  return std::unique_ptr<Door>(std::move(door));
}

}  // namespace tarn::extract::s3
