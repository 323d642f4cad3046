#include "services/transform/runs/publication.h"

namespace tarn::transform {
namespace {

using object_store::Change;

const char* ContentType(Format format) {
  switch (format) {
    case Format::kCsv:
      return "text/csv; charset=utf-8";
    case Format::kParquet:
      return "application/vnd.apache.parquet";
    case Format::kJson:
      return "application/json";
    case Format::kNdjson:
      return "application/x-ndjson";
  }
  return "application/octet-stream";
}

}  // namespace

Result<std::unique_ptr<Publication>> Publication::Prepare(object_store::ObjectStore& store,
                                                          const Definition& definition, Manifest manifest,
                                                          const std::string& run_id) {
  auto publication =
      std::unique_ptr<Publication>(new Publication(store, definition, std::move(manifest), run_id));
  for (const Output& output : definition.outputs) {
    Table table{&output, {}, {}, nullptr, {}, 0};
    const auto earlier = publication->manifest_.tables.find(output.TableName());
    if (earlier != publication->manifest_.tables.end()) table.earlier = earlier->second;
    if (output.mode == Mode::kMerge) TARN_TRY(publication->PinState(table));
    publication->tables_.push_back(std::move(table));
  }
  return publication;
}

Status Publication::PinState(Table& table) {
  if (table.earlier.object.empty()) return Ok();
  // Whoever deletes a table's file wants its rows gone: the table starts afresh.
  const auto rows = store_.Head(kPublishBucket, table.earlier.object);
  if (!rows.ok()) return rows.error().code() == Code::kNotFound ? Ok() : Status(rows.error());
  table.earlier_version = rows->version;
  const std::string& key = table.earlier.state_object;
  const auto state = store_.Head(kPublishBucket, key);
  if (!state.ok()) {
    if (state.error().code() != Code::kNotFound) return state.error();
    return Error(Code::kUnprocessable, "the state of " + table.output->TableName() +
                                           " is gone, so new rows cannot be merged; delete " +
                                           table.earlier.object + " to start the table afresh")
        .At(std::string(kPublishBucket) + "/" + key);
  }
  TARN_ASSIGN(table.earlier_state, store_.PinFiles({{kPublishBucket, key, state->version}}));
  table.files.earlier_state = std::filesystem::absolute(table.earlier_state->files().front());
  return Ok();
}

std::vector<std::filesystem::path> Publication::directories() const {
  std::vector<std::filesystem::path> directories;
  for (const Table& table : tables_) {
    if (table.earlier_state) directories.push_back(table.earlier_state->directory());
  }
  return directories;
}

std::vector<OutputFiles> Publication::PlaceFiles(const std::filesystem::path& scratch) {
  std::vector<OutputFiles> files;
  for (size_t i = 0; i < tables_.size(); ++i) {
    Table& table = tables_[i];
    const std::string name = "output-" + std::to_string(i);
    table.files.published = scratch / (name + "." + FormatName(table.output->format));
    table.files.state = scratch / (name + ".state.parquet");
    files.push_back(table.files);
  }
  return files;
}

Status Publication::Write(OutputWriter& writer, std::stop_token cancelled) {
  for (Table& table : tables_) {
    TARN_ASSIGN(table.rows, writer.WriteOutput(*table.output, table.files, cancelled));
  }
  return Ok();
}

Result<uint64_t> Publication::Put(const std::string& key, const std::filesystem::path& file, Format format) {
  TARN_ASSIGN(auto content, store_.StageFile(file));
  const uint64_t size_bytes = content->size_bytes();
  object_store::PutOptions options;
  options.content_type = ContentType(format);
  changes_.push_back(Change{kPublishBucket, key, std::move(content), std::move(options)});
  return size_bytes;
}

void Publication::Remove(const std::string& key) {
  if (!key.empty()) changes_.push_back(Change{kPublishBucket, key, nullptr, {}});
}

MadeObject Publication::Made(const Table& table, const RunOutput& published) {
  MadeObject made{published.table, published.model, published.key, "", published.rows, published.size_bytes, {}, {}};
  if (!table.earlier_version.empty())
    made.earlier.push_back({kPublishBucket, table.earlier.object, table.earlier_version});
  return made;
}

Status Publication::Add(Table& table, RunReport& report) {
  const Output& output = *table.output;
  RunOutput published{output.TableName(), output.model, ModeName(output.mode), table.rows, "", 0};
  const bool nothing_to_append = output.mode == Mode::kAppend && table.rows == 0;
  if (!nothing_to_append) {
    published.key = output.Prefix() + "part-" + run_id_ + "." + FormatName(output.format);
    TARN_ASSIGN(published.size_bytes, Put(published.key, table.files.published, output.format));
  }
  if (output.mode == Mode::kAppend) {
    manifest_.tables.erase(output.TableName());
  } else {
    PublishedTable now{published.key, ""};
    if (output.mode == Mode::kMerge) {
      now.state_object =
          kPrivatePrefix + definition_.name + "/" + output.TableName() + "/state-" + run_id_ + ".parquet";
      TARN_TRY(Put(now.state_object, table.files.state, Format::kParquet));
    }
    Remove(table.earlier.object);
    Remove(table.earlier.state_object);
    manifest_.tables[output.TableName()] = now;
  }
  if (!published.key.empty()) report.lineage.objects.push_back(Made(table, published));
  report.outputs.push_back(std::move(published));
  return Ok();
}

Status Publication::Add(Attachment& attachment, RunReport& report) {
  TARN_ASSIGN(const uint64_t size_bytes, Put(attachment.key, attachment.file, Format::kParquet));
  if (!attachment.output) return Ok();
  attachment.output->key = attachment.key;
  attachment.output->size_bytes = size_bytes;
  const RunOutput& output = *attachment.output;
  report.lineage.objects.push_back({output.table, output.model, output.key, "", output.rows, size_bytes, {}, {}});
  report.outputs.push_back(*std::move(attachment.output));
  return Ok();
}

Status Publication::AddManifest(const RunReport& report) {
  manifest_.run_id = run_id_;
  manifest_.report = report;
  TARN_ASSIGN(auto writer, store_.Stage());
  TARN_TRY(writer->Write(RenderManifest(manifest_)));
  TARN_ASSIGN(auto content, writer->Finish());
  object_store::PutOptions options;
  options.content_type = ContentType(Format::kJson);
  changes_.push_back(
      Change{kPublishBucket, ManifestKey(definition_.name), std::move(content), std::move(options)});
  return Ok();
}

Status Publication::Commit(RunReport& report) {
  for (Table& table : tables_) TARN_TRY(Add(table, report));
  for (Attachment& attachment : attachments_) TARN_TRY(Add(attachment, report));
  TARN_TRY(AddManifest(report));
  object_store::CommitOptions options;
  options.token = run_id_;
  TARN_ASSIGN(const auto committed, store_.Commit(std::move(changes_), options));
  report.lineage.SetVersions(committed.objects);
  return Ok();
}

}  // namespace tarn::transform
