#include "tests/unit/services/extract/sources/rest/rest_lab.h"

#include <strings.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

#include "common/http/message.h"
#include "common/yaml/yaml_document.h"
#include "services/extract/sources/rest/connector.h"
#include "tests/support/result_matchers.h"

namespace tarn::extract::rest {
namespace {

Asked Parse(const RawServer::Received& received) {
  Asked asked;
  asked.head = received.head;
  asked.body = received.body;
  asked.number = received.number;
  std::istringstream line(received.head);
  std::string target;
  line >> asked.method >> target;
  const size_t question = target.find('?');
  asked.path = target.substr(0, question);
  std::istringstream query(question == std::string::npos ? "" : target.substr(question + 1));
  for (std::string parameter; std::getline(query, parameter, '&');) {
    const size_t equals = parameter.find('=');
    asked.query[*http::PercentDecode(parameter.substr(0, equals))] =
        *http::PercentDecode(parameter.substr(equals + 1));
  }
  return asked;
}

std::string Replaced(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size())
    text.replace(at, what.size(), with);
  return text;
}

}  // namespace

std::string Asked::Query(const std::string& name) const {
  const auto found = query.find(name);
  return found == query.end() ? "" : found->second;
}

int64_t Asked::Number(const std::string& name, int64_t fallback) const {
  const std::string text = Query(name);
  return text.empty() ? fallback : std::stoll(text);
}

std::string Asked::Header(const std::string& name) const {
  std::istringstream lines(head);
  for (std::string line; std::getline(lines, line);) {
    const size_t colon = line.find(": ");
    if (colon == name.size() && strncasecmp(line.c_str(), name.c_str(), colon) == 0) {
      return line.substr(colon + 2, line.find('\r') - colon - 2);
    }
  }
  return "";
}

Reply JsonReply(const nlohmann::json& body, const std::string& headers) {
  return {200, body.dump(), "Content-Type: application/json\r\n" + headers};
}

TestApi::TestApi(std::function<Reply(const Asked&)> answer) : answer_(std::move(answer)) {
  server_ = std::make_unique<RawServer>([this](const RawServer::Received& received) {
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(received.head.substr(0, received.head.find(" HTTP/")));
    }
    const Reply reply = answer_(Parse(received));
    return RawServer::Ok(reply.status, reply.body, reply.headers);
  });
}

std::vector<std::string> TestApi::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

Result<std::unique_ptr<Connector>> MakeRest(const std::string& yaml, const std::string& api_url) {
  TARN_ASSIGN(const nlohmann::json options, yaml::ParseYaml(Replaced(yaml, "{api}", api_url)));
  return Type().make(options);
}

std::unique_ptr<Connector> FromFile(const std::string& name, const std::string& api_url) {
  std::ifstream in(std::string(TARN_REST_DATA) + "/" + name);
  std::ostringstream text;
  text << in.rdbuf();
  const auto source = yaml::ParseYaml(Replaced(text.str(), "{api}", api_url));
  if (!source.ok()) throw std::runtime_error(Describe(source.error()));
  auto made = Type().make(source->at("options"));
  if (!made.ok()) throw std::runtime_error(Describe(made.error()));
  return *std::move(made);
}

Result<RunOutcome> RunRest(ConnectorLab& lab, const std::string& yaml, const TestApi& api) {
  TARN_ASSIGN(const auto connector, MakeRest(yaml, api.Url()));
  return lab.Run(*connector);
}

std::vector<int64_t> Ids(const MemoryPages& pages, const std::string& stream, const std::string& member) {
  std::vector<int64_t> ids;
  for (const auto& [key, page] : pages.pages()) {
    if (!key.starts_with(stream + "/")) continue;
    const auto document = nlohmann::json::parse(page.content);
    for (const auto& record : member.empty() ? document : document.at(member))
      ids.push_back(record.at("id").get<int64_t>());
  }
  return ids;
}

std::vector<int64_t> Range(int64_t first, int64_t count) {
  std::vector<int64_t> range;
  for (int64_t i = 0; i < count; ++i) range.push_back(first + i);
  return range;
}

nlohmann::json Records(int64_t first, int64_t count) {
  auto records = nlohmann::json::array();
  for (int64_t i = 0; i < count; ++i) records.push_back({{"id", first + i}});
  return records;
}

}  // namespace tarn::extract::rest
