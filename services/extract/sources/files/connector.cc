#include "services/extract/sources/files/connector.h"

#include <nlohmann/json.hpp>

#include "services/extract/sources/files/file_run.h"
#include "services/extract/sources/files/options.h"

namespace tarn::extract::files {
namespace {

class FilesConnector : public Connector {
 public:
  explicit FilesConnector(Options options) : options_(std::move(options)) {}

  Result<RunOutcome> Run(RunContext& context) override { return FileRun(options_, context).Run(); }

 private:
  const Options options_;
};

Result<std::unique_ptr<Connector>> Make(const nlohmann::json& json_options) {
  TARN_ASSIGN(Options options, ParseOptions(json_options));
  return std::unique_ptr<Connector>(std::make_unique<FilesConnector>(std::move(options)));
}

}  // namespace

ConnectorType Type() {
  return {
      .name = "files",
      .summary =
          "Files of any format from URLs, a local directory or another S3 bucket: what is new or changed",
      .make = Make,
      .options = {"urls", "index_url", "headers", "directory", "s3", "pattern", "settle", "format", "compare",
                  "when_gone", "decompress", "max_file_bytes", "stream", "connections"},
      .secret_options = {"headers", "s3/access_key_id", "s3/secret_access_key", "s3/session_token"},
      .local_options = {"directory", "s3"},
      // Not the place: a run must not send the source's secrets elsewhere, nor forget files that it leaves out.
      .run_options = {"connections"},
  };
}

}  // namespace tarn::extract::files
