#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/transform/runs/earlier_table.h"
#include "services/transform/runs/manifest.h"
#include "services/transform/runs/output_writer.h"
#include "services/transform/runs/staged_files.h"

namespace tarn::transform {

/// The outputs of one run on their way into the store: written as files first, then committed all or nothing.
class Publication {
 public:
  /// Looks at what is there of each table. `earlier_definition` is the hash of the one that the last run was
  /// carried out with. Errors: as EarlierTable::Find.
  static Result<std::unique_ptr<Publication>> Prepare(object_store::ObjectStore& store,
                                                      const Definition& definition, const std::string& run_id,
                                                      const std::string& earlier_definition);

  /// Where the files of each output come from and go to, in the order of the outputs. `scratch` takes what is
  /// read and written.
  std::vector<OutputFiles> PlaceFiles(const std::filesystem::path& scratch);

  /// Writes every output's files. Errors: as OutputWriter::WriteOutput.
  Status Write(OutputWriter& writer, std::stop_token cancelled);

  /// A Parquet file that is published together with the outputs, and what the report says of it, if anything.
  struct Attachment {
    std::string key;
    std::filesystem::path file;
    std::optional<RunOutput> output;  ///< without its key and size
  };
  void Attach(Attachment attachment) { attachments_.push_back(std::move(attachment)); }
  /// Changes to other objects that are part of the commit.
  void Attach(std::vector<object_store::Change> changes);

  /// Removes the rows that earlier runs set aside of the tables whose rows are all replaced. Errors: as
  /// ObjectStore::List.
  Status DropQuarantines();

  /// Commits the files, the removal of those they replace, what was attached, and the manifest, once per run
  /// id. Adds the outputs to the report. Errors: as ObjectStore::Commit; kUnavailable if objects that it
  /// builds on were replaced meanwhile.
  Status Commit(RunReport& report);

 private:
  struct Table {
    const Output* output;
    std::unique_ptr<EarlierTable> earlier;
    bool may_stay;
    OutputFiles files;
    WrittenOutput written;
  };

  Publication(object_store::ObjectStore& store, const Definition& definition, const std::string& run_id)
      : store_(store), definition_(definition), run_id_(run_id) {}

  static std::span<const WrittenFile> PublishedFiles(const Table& table);
  std::string StatePrefix(const Output& output) const;
  Status Stage();
  Result<uint64_t> Put(const std::string& key, const std::filesystem::path& file,
                       const std::string& content_type);
  Status Add(Table& table, RunReport& report);
  Status Add(Attachment& attachment, RunReport& report);
  Status AddManifest(const RunReport& report);

  object_store::ObjectStore& store_;
  const Definition& definition_;
  const std::string run_id_;
  std::vector<Table> tables_;
  std::vector<Attachment> attachments_;
  StagedFiles staged_;  // the files of outputs, until they are changes
  std::vector<object_store::Change> changes_;
};

}  // namespace tarn::transform
