#include <nlohmann/json.hpp>

#include "common/json/json.h"
#include "services/extract/s3/operations/answers.h"
#include "services/extract/s3/operations/bucket_documents.h"
#include "services/extract/s3/operations/handlers.h"

namespace tarn::extract::s3 {
namespace {

constexpr size_t kMaxPolicyBytes = 20 * 1024;

S3Error Malformed(std::string message) { return S3Error(S3Code::kMalformedPolicy, std::move(message)); }

S3Status CheckStatement(const nlohmann::json& statement) {
  if (!statement.is_object()) return Malformed("Statement must be an object");
  const auto effect = statement.find("Effect");
  if (effect == statement.end() || (*effect != "Allow" && *effect != "Deny"))
    return Malformed("Invalid effect");
  constexpr std::pair<const char*, const char*> kRequired[] = {
      {"Action", "NotAction"}, {"Resource", "NotResource"}, {"Principal", "NotPrincipal"}};
  for (const auto& [name, opposite] : kRequired) {
    if (statement.contains(name) == statement.contains(opposite))
      return Malformed("Missing required field " + std::string(name));
  }
  for (const auto& [name, value] : statement.items()) {
    const bool known = name == "Sid" || name == "Effect" || name == "Condition" || name.ends_with("Action") ||
                       name.ends_with("Resource") || name.ends_with("Principal");
    if (!known) return Malformed("Unknown field " + name);
  }
  return {};
}

// The form of a policy, not what it allows. Source: "IAM JSON policy elements reference".
S3Status CheckPolicy(const std::string& document) {
  if (document.size() > kMaxPolicyBytes) return Malformed("Policies must be at most 20 KB");
  const auto policy = json::Parse(document);
  if (!policy.ok() || !policy->is_object())
    return Malformed("Policies must be valid JSON and the first byte must be '{'");
  const auto version = policy->find("Version");
  if (version != policy->end() && *version != "2012-10-17" && *version != "2008-10-17")
    return Malformed("The policy must contain a valid version string");
  const auto statements = policy->find("Statement");
  if (statements == policy->end() || statements->empty())
    return Malformed("Could not parse the policy: Statement is empty!");
  if (!statements->is_array()) return CheckStatement(*statements);
  for (const nlohmann::json& statement : *statements) TARN_TRY(CheckStatement(statement));
  return {};
}

}  // namespace

S3Result<http::Response> GetBucketPolicy(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(http::Response response,
              GetBucketDocument(store, request, "policy", S3Code::kNoSuchBucketPolicy));
  response.headers.Set("Content-Type", "application/json");
  return response;
}

S3Result<http::Response> PutBucketPolicy(VersionedStore& store, S3Request& request) {
  TARN_ASSIGN(const std::string document, ReadDocument(request));
  TARN_TRY(CheckPolicy(document));
  return PutBucketDocument(store, request, "policy", document, 204);
}

S3Result<http::Response> DeleteBucketPolicy(VersionedStore& store, S3Request& request) {
  return DeleteBucketDocument(store, request, "policy");
}

// Nothing is public: whoever may ask at all may do everything.
S3Result<http::Response> GetBucketPolicyStatus(VersionedStore& store, S3Request& request) {
  TARN_TRY(GetBucketDocument(store, request, "policy", S3Code::kNoSuchBucketPolicy));
  XmlWriter xml("PolicyStatus");
  xml.Flag("IsPublic", false);
  return XmlResponse(std::move(xml).Finish());
}

}  // namespace tarn::extract::s3
