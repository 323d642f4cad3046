#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "common/object_store/committer.h"
#include "common/object_store/index.h"
#include "common/object_store/upload_table.h"
#include "common/object_store/versioned_store.h"
#include "common/object_store/workspace.h"

namespace tarn::object_store {

/// Uploads in parts: rows in the index, the parts as files `.tarn/uploads/<upload>/<name>`. A part is durable before it
/// is recorded; files that no row names are swept. Thread-safe. The methods are VersionedStore's.
class Uploads {
 public:
  struct Places {
    Index& index;
    Committer& committer;
    std::shared_ptr<Workspace> workspace;
    std::filesystem::path directory;  ///< `.tarn/uploads`
    std::string writer;
  };
  explicit Uploads(Places places) : places_(std::move(places)) {}

  /// Makes the directory and removes what interrupted calls left in it.
  Status Open();

  Result<Upload> Create(const std::string& bucket, const std::string& key, const PutOptions& options,
                        const std::string& checksum_algorithm, bool full_object_checksum);
  Result<Upload> Get(const std::string& bucket, const std::string& key, const std::string& id);
  Result<UploadPart> AddPart(const Upload& upload, int number, std::unique_ptr<StagedObject> content,
                             const std::map<std::string, std::string>& checksums);
  Result<std::vector<UploadPart>> ListParts(const Upload& upload, int after_number, int64_t limit);
  Result<std::vector<Upload>> List(const UploadListRequest& request);
  Result<CommitResult> Complete(const Upload& upload, const std::vector<CompletedPart>& parts,
                                const CompleteOptions& options);
  /// What the upload became, if it was completed with these parts before.
  Result<std::optional<CompletedUpload>> Completed(const std::string& id);
  Status Abort(const Upload& upload);

  /// Numbers and etags as text, to tell whether an upload is completed again with the same parts.
  static std::string Describe(const std::vector<CompletedPart>& parts);

 private:
  Status Record(std::function<Status(Recorder&)> work);
  Result<std::vector<StoredPart>> ChooseParts(const Upload& upload, const std::vector<CompletedPart>& parts,
                                              const CompleteOptions& options);
  Result<std::unique_ptr<StagedObject>> Join(const Upload& upload, const std::vector<StoredPart>& parts,
                                             const CompleteOptions& options);
  std::filesystem::path DirectoryOf(const Upload& upload) const { return places_.directory / upload.id; }

  Places places_;
};

}  // namespace tarn::object_store
