#include "services/extract/sources/registry.h"

#include "services/extract/sources/files/connector.h"
#include "services/extract/sources/rest/connector.h"
#include "services/extract/sources/spotify/connector.h"

namespace tarn::extract {

const std::vector<ConnectorType>& Connectors() {
  static const std::vector<ConnectorType> connectors = {
      files::Type(),
      rest::Type(),
      spotify::Type(),
  };
  return connectors;
}

const ConnectorType* FindConnector(std::string_view name) {
  for (const ConnectorType& type : Connectors()) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

}  // namespace tarn::extract
