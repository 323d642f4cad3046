#pragma once

#include <cstdint>
#include <string>

#include "common/config/option_set.h"
#include "common/events/deliverer.h"
#include "common/result/result.h"

namespace tarn::events {

/// What an operator may set of the deliveries, in every service that has them.
struct DelivererSettings {
  int64_t max_in_flight = 8;
  std::string allowed_addresses;
};

void AddDelivererOptions(config::OptionSet& set, DelivererSettings& settings);

/// Errors: kInvalidArgument for addresses that are none.
Result<DelivererOptions> MakeDelivererOptions(const std::string& writer, const DelivererSettings& settings);

}  // namespace tarn::events
