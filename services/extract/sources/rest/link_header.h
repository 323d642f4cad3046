#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tarn::extract::rest {

/// The target of the first link whose relation types include `relation`, in the Link fields of a response
/// (RFC 8288 section 3); empty if there is none. A link that cannot be read ends the field it stands in.
std::string FindLink(const std::vector<std::pair<std::string, std::string>>& headers,
                     std::string_view relation);

}  // namespace tarn::extract::rest
