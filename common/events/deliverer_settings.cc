#include "common/events/deliverer_settings.h"

#include "common/http_client/address_ranges.h"

namespace tarn::events {

void AddDelivererOptions(config::OptionSet& set, DelivererSettings& settings) {
  set.Integer("webhooks-in-flight", &settings.max_in_flight, 1, 64, "webhooks at a time per subscription");
  set.Text("webhook-allow-addresses", &settings.allowed_addresses,
             "networks that webhooks may go to besides loopback and public ones: 10.1.0.0/16, fd00::/8");
}

Result<DelivererOptions> MakeDelivererOptions(const std::string& writer, const DelivererSettings& settings) {
  DelivererOptions options;
  options.writer = writer;
  options.max_in_flight = static_cast<int>(settings.max_in_flight);
  TARN_ASSIGN(options.allowed_addresses, http_client::AddressRanges::Parse(settings.allowed_addresses));
  return options;
}

}  // namespace tarn::events
