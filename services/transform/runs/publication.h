#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/object_store/object_store.h"
#include "services/transform/runs/manifest.h"
#include "services/transform/runs/output_writer.h"

namespace tarn::transform {

/// The outputs of one run on their way into the store: written as files first, then committed all or nothing.
class Publication {
 public:
  /// Pins what merge outputs build on. Errors: kUnprocessable if a table's state is gone while its rows are
  /// there.
  static Result<std::unique_ptr<Publication>> Prepare(object_store::ObjectStore& store,
                                                      const Definition& definition, Manifest manifest,
                                                      const std::string& run_id);

  /// The directories that SQL reads earlier rows from.
  std::vector<std::filesystem::path> directories() const;

  /// Where the files of each output come from and go to, in the order of the outputs. `scratch` takes what is
  /// written.
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

  /// Commits the files, the removal of those they replace, and the manifest, once per run id. Adds the
  /// outputs to the report. Errors: as ObjectStore::Commit.
  Status Commit(RunReport& report);

 private:
  struct Table {
    const Output* output;
    PublishedTable earlier;
    std::string earlier_version;  ///< of the object whose rows a merge builds on
    std::unique_ptr<object_store::Pin> earlier_state;
    OutputFiles files;
    int64_t rows = 0;
  };

  Publication(object_store::ObjectStore& store, const Definition& definition, Manifest manifest,
              const std::string& run_id)
      : store_(store), definition_(definition), manifest_(std::move(manifest)), run_id_(run_id) {}

  Status PinState(Table& table);
  Result<uint64_t> Put(const std::string& key, const std::filesystem::path& file, Format format);
  static MadeObject Made(const Table& table, const RunOutput& published);
  Status Add(Table& table, RunReport& report);
  Status Add(Attachment& attachment, RunReport& report);
  Status AddManifest(const RunReport& report);
  void Remove(const std::string& key);

  object_store::ObjectStore& store_;
  const Definition& definition_;
  Manifest manifest_;
  const std::string run_id_;
  std::vector<Table> tables_;
  std::vector<Attachment> attachments_;
  std::vector<object_store::Change> changes_;
};

}  // namespace tarn::transform
