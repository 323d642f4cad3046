#include "services/catalog/crawlers/table_names.h"

#include "common/checksums/checksum.h"
#include "services/catalog/crawlers/key_names.h"

namespace tarn::catalog {
namespace {

// What a name may have, so that with digits and quotes it is still handy.
constexpr size_t kMaxNameBytes = 200;

std::string DigitsOf(std::string_view location) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string digits;
  for (const char byte : checksums::Compute(checksums::Algorithm::kSha256, location).substr(0, 4)) {
    digits += kHex[static_cast<unsigned char>(byte) >> 4];
    digits += kHex[static_cast<unsigned char>(byte) & 15];
  }
  return digits;
}

}  // namespace

TableNames::TableNames(std::string table_prefix, const std::vector<NamedFolder>& known, IsForeign is_foreign)
    : table_prefix_(std::move(table_prefix)), is_foreign_(std::move(is_foreign)) {
  for (const NamedFolder& folder : known) {
    taken_.insert(folder.table);
    folders_.emplace(folder.location, folder);
  }
}

Result<TableName> TableNames::NameOf(const TablePlace& place, bool shared) {
  const std::string location = place.Location();
  if (const auto known = folders_.find(location); known != folders_.end()) return known->second.table;
  TableName name{place.database, table_prefix_ + place.name};
  const bool too_long = name.table.size() > kMaxNameBytes;
  TARN_ASSIGN(const bool foreign, is_foreign_(name));
  const bool taken = foreign || (!shared && taken_.contains(name));
  if (taken || too_long)
    name.table = name.table.substr(0, kMaxNameBytes) + "_" + DigitsOf(place.database + "/" + location);
  const NamedFolder folder{location, name};
  taken_.insert(name);
  folders_.emplace(location, folder);
  added_.push_back(folder);
  if (taken || too_long) renamed_.push_back(folder);
  return name;
}

std::vector<std::vector<std::string>> TableNames::FoldersBelow(const std::string& location) const {
  std::vector<std::vector<std::string>> below;
  for (auto folder = folders_.lower_bound(location); folder != folders_.end(); ++folder) {
    if (!folder->first.starts_with(location)) break;
    const std::string_view rest = std::string_view(folder->first).substr(location.size());
    std::vector<std::string> path;
    for (const std::string_view segment : PathSegments(rest)) {
      if (!segment.empty()) path.emplace_back(segment);
    }
    below.push_back(std::move(path));
  }
  return below;
}

const NamedFolder* TableNames::FolderOf(const std::string& bucket, std::string_view key) const {
  std::string location = bucket + "/" + std::string(key);
  while (true) {
    const size_t slash = location.find_last_of('/');
    if (slash == std::string::npos) return nullptr;
    location.resize(slash + 1);
    if (const auto found = folders_.find(location); found != folders_.end()) return &found->second;
    location.resize(slash);
  }
}

}  // namespace tarn::catalog
