#include "common/object_store/key_order.h"

namespace tarn::object_store {

std::string EndOfPrefix(std::string prefix) {
  while (!prefix.empty() && static_cast<unsigned char>(prefix.back()) == 0xff) prefix.pop_back();
  if (prefix.empty()) return "\xff";
  ++prefix.back();
  return prefix;
}

std::string GroupOf(const std::string& key, const std::string& prefix, const std::string& delimiter) {
  if (delimiter.empty()) return {};
  const size_t found = key.find(delimiter, prefix.size());
  return found == std::string::npos ? std::string() : key.substr(0, found + delimiter.size());
}

}  // namespace tarn::object_store
