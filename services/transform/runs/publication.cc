#include "services/transform/runs/publication.h"

#include <map>

#include "services/transform/runs/output_format.h"
#include "services/transform/runs/staged_files.h"
#include "services/transform/runs/table_files.h"

namespace tarn::transform {
namespace {

using object_store::Change;

Change Removal(const object_store::ObjectInfo& object) {
  Change change{object.bucket, object.key, nullptr, {}};
  change.options.if_match_version = object.version;
  return change;
}

std::optional<int64_t> RowsOf(const WrittenOutput& written) {
  return written.published.size() == 1 ? std::optional(written.rows) : std::nullopt;
}

// The objects whose rows a merge kept in a partition. Those of the other modes only go.
std::vector<object_store::ObjectVersion> MergedInto(const Output& output, const std::string& partition,
                                                    const std::vector<object_store::ObjectInfo>& replaced) {
  std::vector<object_store::ObjectVersion> merged;
  if (output.mode != Mode::kMerge) return merged;
  const std::string folder = output.Prefix() + partition;
  for (const auto& object : replaced) {
    if (object.key.starts_with(folder) && object.key.find('/', folder.size()) == std::string::npos)
      merged.push_back({object.bucket, object.key, object.version});
  }
  return merged;
}

}  // namespace

Result<std::unique_ptr<Publication>> Publication::Prepare(object_store::ObjectStore& store,
                                                          const Definition& definition,
                                                          const std::string& run_id,
                                                          const std::string& earlier_definition) {
  auto publication = std::unique_ptr<Publication>(new Publication(store, definition, run_id));
  for (const Output& output : definition.outputs) {
    TARN_ASSIGN(auto earlier, EarlierTable::Find(store, publication->StatePrefix(output), output));
    const bool may_stay = earlier_definition == definition.hash && earlier->MayStay();
    publication->tables_.push_back({&output, std::move(earlier), may_stay, {}, {}});
  }
  return publication;
}

std::string Publication::StatePrefix(const Output& output) const {
  return kPrivatePrefix + definition_.name + "/" + output.TableName() + "/";
}

std::vector<OutputFiles> Publication::PlaceFiles(const std::filesystem::path& scratch) {
  std::vector<OutputFiles> files;
  for (size_t i = 0; i < tables_.size(); ++i) {
    const std::string name = "output-" + std::to_string(i);
    EarlierTable* earlier = tables_[i].earlier.get();
    tables_[i].files = {scratch / name,
                        [earlier, directory = scratch / (name + "-earlier")](const auto& partitions) {
                          return earlier->State(partitions, directory);
                        },
                        tables_[i].may_stay};
    files.push_back(tables_[i].files);
  }
  return files;
}

Status Publication::Write(OutputWriter& writer, std::stop_token cancelled) {
  for (Table& table : tables_) {
    TARN_ASSIGN(table.written, writer.WriteOutput(*table.output, table.files, cancelled));
    for (const WrittenFile& file : table.written.published) BeginWriteback(file.file);
    for (const WrittenFile& file : table.written.state) BeginWriteback(file.file);
  }
  return Ok();
}

Status Publication::Stage() {
  std::vector<std::filesystem::path> files;
  for (const Table& table : tables_) {
    for (const WrittenFile& file : PublishedFiles(table)) files.push_back(file.file);
    for (const WrittenFile& file : table.written.state) files.push_back(file.file);
  }
  TARN_ASSIGN(staged_, StageOutputs(store_, files));
  return Ok();
}

// An append of nothing leaves no file behind.
std::span<const WrittenFile> Publication::PublishedFiles(const Table& table) {
  if (table.output->mode == Mode::kAppend && table.written.rows == 0) return {};
  return table.written.published;
}

void Publication::Attach(std::vector<Change> changes) {
  for (Change& change : changes) changes_.push_back(std::move(change));
}

Status Publication::DropQuarantines() {
  for (const Output& output : definition_.outputs) {
    const std::string name = output.QuarantineName();
    if (output.mode != Mode::kReplace || name.empty()) continue;
    TARN_ASSIGN(const auto files,
                ListTableFiles(store_, kPublishBucket, output.database + "/" + name + "/", kPartFile));
    for (const TableFile& file : files) changes_.push_back(Removal(file.object));
  }
  return Ok();
}

Result<uint64_t> Publication::Put(const std::string& key, const std::filesystem::path& file,
                                  const std::string& content_type) {
  const auto staged = staged_.find(file);
  TARN_ASSIGN(auto content, staged == staged_.end() ? StageOutput(store_, file) : std::move(staged->second));
  const uint64_t size_bytes = content->size_bytes();
  object_store::PutOptions options;
  options.content_type = content_type;
  changes_.push_back(Change{kPublishBucket, key, std::move(content), std::move(options)});
  return size_bytes;
}

Status Publication::Add(Table& table, RunReport& report) {
  const Output& output = *table.output;
  const WrittenOutput& written = table.written;
  RunOutput published;
  published.table = output.TableName();
  published.model = output.model;
  published.mode = ModeName(output.mode);
  published.rows = written.rows;
  TARN_ASSIGN(const auto replaced, table.earlier->Replaced(written));
  for (const auto& object : replaced) changes_.push_back(Removal(object));
  std::map<std::string, size_t> numbers;
  for (const WrittenFile& file : PublishedFiles(table)) {
    const std::string key = output.Prefix() + file.partition +
                            TableFileName(kPartFile, run_id_, numbers[file.partition]++, FileSuffix(output));
    TARN_ASSIGN(const uint64_t size_bytes, Put(key, file.file, ContentType(output)));
    published.size_bytes += size_bytes;
    published.objects.push_back({key, size_bytes});
    report.lineage.objects.push_back({published.table, published.model, key, "", RowsOf(written), size_bytes,
                                      Descent::kMerged, MergedInto(output, file.partition, replaced)});
  }
  if (!published.objects.empty()) published.key = published.objects.front().key;
  for (const WrittenFile& file : written.state) {
    const std::string key =
        StatePrefix(output) + file.partition + TableFileName(kStateFile, run_id_, 0, ".parquet");
    TARN_TRY(Put(key, file.file, kParquetType));
  }
  report.outputs.push_back(std::move(published));
  return Ok();
}

Status Publication::Add(Attachment& attachment, RunReport& report) {
  const char* type = attachment.file.extension() == ".json" ? kJsonType : kParquetType;
  TARN_ASSIGN(const uint64_t size_bytes, Put(attachment.key, attachment.file, type));
  if (!attachment.output) return Ok();
  attachment.output->key = attachment.key;
  attachment.output->objects = {{attachment.key, size_bytes}};
  attachment.output->size_bytes = size_bytes;
  const RunOutput& output = *attachment.output;
  report.lineage.objects.push_back(
      {output.table, output.model, output.key, "", output.rows, size_bytes, {}, {}});
  report.outputs.push_back(*std::move(attachment.output));
  return Ok();
}

Status Publication::AddManifest(const RunReport& report) {
  TARN_ASSIGN(auto writer, store_.Stage());
  TARN_TRY(writer->Write(RenderManifest({run_id_, report})));
  TARN_ASSIGN(auto content, writer->Finish());
  object_store::PutOptions options;
  options.content_type = kJsonType;
  changes_.push_back(
      Change{kPublishBucket, ManifestKey(definition_.name), std::move(content), std::move(options)});
  return Ok();
}

Status Publication::Commit(RunReport& report) {
  TARN_TRY(Stage());
  for (Table& table : tables_) TARN_TRY(Add(table, report));
  for (Attachment& attachment : attachments_) TARN_TRY(Add(attachment, report));
  TARN_TRY(AddManifest(report));
  object_store::CommitOptions options;
  options.token = run_id_;
  const auto committed = store_.Commit(std::move(changes_), options);
  if (committed.ok()) {
    report.lineage.SetVersions(committed->objects);
    return Ok();
  }
  if (committed.error().code() != Code::kPreconditionFailed) return committed.error();
  return Error(Code::kUnavailable,
               "an object was changed while the run was at work: " + committed.error().message());
}

}  // namespace tarn::transform
