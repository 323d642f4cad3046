#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "services/extract/sources/client/source_client.h"
#include "services/extract/sources/files/place.h"

namespace tarn::extract::files {

/// Files at URLs: those of the options, and those that an index lists, one on a line.
class UrlPlace : public Place {
 public:
  UrlPlace(const Options& options, RunContext& context) : options_(options), context_(context) {}

  Result<Listing> List() override;
  Result<Fetched> Fetch(const ListedFile& file, const FileVersion* before, PartialFile& into) override;
  Result<FileVersion> FetchHead(const ListedFile& file, uint64_t max_bytes, PartialFile& into) override;

 private:
  Result<std::vector<std::string>> ReadIndex();
  /// Headers go to origins that the options name, private addresses are open to them alone.
  http_client::Request MakeRequest(const std::string& url) const;
  bool IsOwnOrigin(const std::string& url) const;
  Result<http_client::Response> Download(const ListedFile& file, BodySink& sink, const PartialFile& into);

  const Options& options_;
  RunContext& context_;
};

/// The lines of an index that are neither empty nor comments ('#'), each once; they may be relative to the
/// index. Errors: kUnprocessable naming the line that is no URL, or saying that it is a web page; kTooLarge.
Result<std::vector<std::string>> ParseIndex(std::string_view body, const std::string& index_url);

}  // namespace tarn::extract::files
