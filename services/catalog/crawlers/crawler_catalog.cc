#include "services/catalog/crawlers/crawler_catalog.h"

#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "common/logging/log.h"
#include "common/pipelines/pipelines.h"
#include "common/text/near_names.h"
#include "services/catalog/crawlers/definition_json.h"

namespace tarn::catalog {

const char* OriginName(DefinedCrawler::Origin origin) {
  switch (origin) {
    case DefinedCrawler::Origin::kBuiltIn:
      return "built_in";
    case DefinedCrawler::Origin::kFile:
      return "file";
    case DefinedCrawler::Origin::kRest:
      return "rest";
  }
  return "rest";
}

CrawlerCatalog::CrawlerCatalog(CrawlerDefinition built_in, std::filesystem::path pipelines,
                               CrawlerStore& store)
    : pipelines_(std::move(pipelines)), store_(store) {
  built_in_.name = built_in.name;
  built_in_.origin = DefinedCrawler::Origin::kBuiltIn;
  built_in_.definition = std::make_shared<const CrawlerDefinition>(std::move(built_in));
}

Status CrawlerCatalog::Load() {
  TARN_ASSIGN(const auto stored, store_.Definitions());
  for (const StoredDefinition& definition : stored) {
    DefinedCrawler crawler;
    crawler.name = definition.name;
    const auto document = json::Parse(definition.body);
    auto read = document.ok() ? ReadDefinition(*document, definition.name)
                              : Result<CrawlerDefinition>(document.error());
    if (read.ok())
      crawler.definition = std::make_shared<const CrawlerDefinition>(*std::move(read));
    else
      crawler.error = read.error();
    created_at_[definition.name] = definition.created_at;
    rest_.emplace(definition.name, std::move(crawler));
  }
  Reload();
  return Ok();
}

void CrawlerCatalog::Reload() {
  const std::lock_guard changing(changing_);
  const auto folders = pipelines::ListPipelines(pipelines_);
  if (!folders.ok()) {
    log::Failure("cannot list the pipelines", {{"folder", pipelines_.string()}, {"error", folders.error()}});
    return;
  }
  Crawlers files;
  for (const auto& folder : *folders) LoadFile(folder.name, folder.path / "crawler.yaml", files);
  const std::lock_guard lock(mutex_);
  files_ = std::move(files);
}

void CrawlerCatalog::LoadFile(const std::string& name, const std::filesystem::path& file,
                              Crawlers& files) const {
  const auto text = pipelines::ReadPipelineFile(file);
  if (!text.ok() && text.error().code() == Code::kNotFound) return;
  DefinedCrawler crawler;
  crawler.name = name;
  crawler.origin = DefinedCrawler::Origin::kFile;
  crawler.file = name + "/crawler.yaml";
  auto read = text.ok() ? ReadDefinitionYaml(*text, name) : Result<CrawlerDefinition>(text.error());
  if (read.ok() && name == built_in_.name)
    read = Error(Code::kInvalidArgument, "the name is that of the built-in crawler: " + name);
  if (read.ok() && files.size() >= kMaxCrawlers)
    read = Error(Code::kResourceExhausted, "there are more crawlers than 200");
  if (read.ok()) {
    crawler.definition = std::make_shared<const CrawlerDefinition>(*std::move(read));
  } else {
    crawler.error = read.error();
    log::Warn("a crawler is not in order", {{"crawler", name}, {"error", read.error()}});
    const std::lock_guard lock(mutex_);
    if (const auto before = files_.find(name); before != files_.end())
      crawler.definition = before->second.definition;
  }
  if (name != built_in_.name) files.emplace(name, std::move(crawler));
}

std::vector<DefinedCrawler> CrawlerCatalog::List() const {
  const std::lock_guard lock(mutex_);
  Crawlers all = files_;
  all.insert(rest_.begin(), rest_.end());
  all.emplace(built_in_.name, built_in_);
  std::vector<DefinedCrawler> list;
  for (auto& [name, crawler] : all) list.push_back(std::move(crawler));
  return list;
}

const DefinedCrawler* CrawlerCatalog::Find(const std::string& name) const {
  if (name == built_in_.name) return &built_in_;
  if (const auto file = files_.find(name); file != files_.end()) return &file->second;
  const auto rest = rest_.find(name);
  return rest == rest_.end() ? nullptr : &rest->second;
}

Result<DefinedCrawler> CrawlerCatalog::Get(const std::string& name) const {
  {
    const std::lock_guard lock(mutex_);
    if (const DefinedCrawler* crawler = Find(name)) return *crawler;
  }
  std::vector<std::string> names;
  for (const DefinedCrawler& crawler : List()) names.push_back(crawler.name);
  std::string near;
  for (const std::string& similar : text::NearNames(name, names))
    near += (near.empty() ? "; did you mean " : ", ") + similar;
  return Error(Code::kNotFound, "there is no such crawler: " + name + near);
}

Status CrawlerCatalog::CheckChangeable(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const DefinedCrawler* crawler = Find(name);
  if (!crawler || crawler->origin == DefinedCrawler::Origin::kRest) return Ok();
  if (crawler->origin == DefinedCrawler::Origin::kBuiltIn)
    return Error(Code::kConflict, "the crawler is built in and cannot be changed: " + name);
  return Error(Code::kConflict, "the crawler is defined by a file; change it there: " + crawler->file);
}

Result<bool> CrawlerCatalog::Put(const std::string& name, const nlohmann::json& document) {
  const std::lock_guard changing(changing_);
  TARN_TRY(CheckChangeable(name));
  TARN_ASSIGN(CrawlerDefinition definition, ReadDefinition(document, name));
  const auto created = created_at_.find(name);
  const bool is_new = created == created_at_.end();
  if (is_new && List().size() > kMaxCrawlers)
    return Error(Code::kResourceExhausted,
                 "there are too many crawlers already: " + std::to_string(kMaxCrawlers));
  const Timestamp now = Now();
  TARN_TRY(store_.SaveDefinition(
      {name, json::Dump(DefinitionToJson(definition)), is_new ? now : created->second, now}));
  DefinedCrawler crawler;
  crawler.name = name;
  crawler.definition = std::make_shared<const CrawlerDefinition>(std::move(definition));
  const std::lock_guard lock(mutex_);
  rest_[name] = std::move(crawler);
  if (is_new) created_at_[name] = now;
  return is_new;
}

Status CrawlerCatalog::Remove(const std::string& name) {
  return RemoveWithin(name, [](const std::function<Status()>& work) { return work(); });
}

Status CrawlerCatalog::RemoveWithin(const std::string& name, const Transact& transact) {
  const std::lock_guard changing(changing_);
  TARN_TRY(CheckChangeable(name));
  TARN_TRY(Get(name));
  TARN_TRY(transact([&] { return store_.RemoveDefinition(name); }));
  const std::lock_guard lock(mutex_);
  rest_.erase(name);
  created_at_.erase(name);
  return Ok();
}

}  // namespace tarn::catalog
