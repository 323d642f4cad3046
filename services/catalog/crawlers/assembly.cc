#include "services/catalog/crawlers/assembly.h"

#include <algorithm>
#include <map>
#include <set>

#include "services/catalog/crawlers/file_match.h"
#include "services/catalog/crawlers/partition_values.h"
#include "services/catalog/crawlers/similar_folders.h"

namespace tarn::catalog {
namespace {

constexpr size_t kMaxReportedFailures = 100;
constexpr size_t kMaxNotes = 100;

// A file that was read, on its way to a table.
struct ReadFile {
  const object_store::ObjectInfo* object = nullptr;
  Candidate candidate;
  Reading* reading = nullptr;
  std::optional<TablePlace> place{};
};

FailedFile MakeFailedFile(const object_store::ObjectInfo& object, const Error& error,
                          const std::string& crawl_id) {
  return {object.bucket,   object.key,    object.version, CodeName(error.code()),
          error.message(), error.where(), crawl_id,       Now()};
}

class Assembler {
 public:
  Assembler(const CrawlerDefinition& definition, Readings readings, TableStore& tables, TableNames& names,
            CrawlBatch& batch)
      : definition_(definition),
        readings_(std::move(readings)),
        tables_(tables),
        names_(names),
        batch_(batch) {}

  Result<std::vector<TableChange>> Assemble() {
    for (const auto& [name, change] : batch_.changes.changes()) TARN_TRY(Sort(change));
    if (definition_.grouping.mode == Grouping::Mode::kSimilar) PlaceSimilar();
    for (const ReadFile& file : read_) TARN_TRY(AddToTable(file));
    for (auto& [name, change] : by_table_) TARN_TRY(CheckFiles(change));
    if (static_cast<int64_t>(by_table_.size()) > definition_.limits.tables) {
      return Error(Code::kUnprocessable,
                   "the crawl is about more tables than the crawler's limit allows: check grouping, or raise "
                   "limits.tables; the limit is " +
                       std::to_string(definition_.limits.tables) + ", found are " +
                       std::to_string(by_table_.size()));
    }
    NoteNames();
    return InOrder();
  }

 private:
  TableChange& ChangeOf(const TableName& name) {
    TableChange& change = by_table_[name];
    change.name = name;
    change.crawler = definition_.name;
    change.policy = definition_.schema_change;
    return change;
  }

  // Takes out what is gone, and keeps what was read.
  Status Sort(const ChangeSet::Change& change) {
    const object_store::ObjectInfo& object = change.object;
    if (change.deleted) return Remove(object);
    const CrawlTarget* target = definition_.TargetOf(object.bucket, object.key);
    if (!target) return Ok();
    auto verdict = Consider(definition_, *target, object.key, object.size_bytes);
    if (std::holds_alternative<SkipReason>(verdict)) return Remove(object);
    const auto reading = readings_.find({object.key, object.version});
    if (reading == readings_.end()) return Ok();  // known before
    ReadFile file{&object, std::get<Candidate>(std::move(verdict)), &reading->second};
    if (definition_.grouping.mode != Grouping::Mode::kSimilar)
      file.place = PlaceOf(definition_, file.candidate);
    read_.push_back(std::move(file));
    return Ok();
  }

  Status Remove(const object_store::ObjectInfo& object) {
    TARN_ASSIGN(const auto known, tables_.FindObject(definition_.name, object.bucket, object.key));
    // Versions sort by time: a replayed deletion must not take out what was put since.
    if (known && known->version <= object.version)
      ChangeOf(known->table).removed.push_back({object.bucket, object.key});
    return Ok();
  }

  Status AddToTable(const ReadFile& file) {
    if (!file.place) {
      batch_.crawl.Skip(SkipReason::kBesideFolders, file.object->key);
      return Remove(*file.object);
    }
    const bool shared = !definition_.grouping.table.empty();
    TARN_ASSIGN(const TableName name, names_.NameOf(*file.place, shared));
    TableChange& change = ChangeOf(name);
    if (change.location.empty()) change.location = file.place->Location();
    TakeFromOthers(name, *file.object);
    if (!file.reading->ok()) return Fail(name, *file.object, file.reading->error());

    const std::vector<std::string_view> folders(
        file.candidate.folders.begin() + static_cast<std::ptrdiff_t>(file.place->folders),
        file.candidate.folders.end());
    const auto partition = PartitionOf(definition_.partitions, folders);
    const auto columns = PartitionColumns(definition_.partitions, partition);
    if (!columns.ok()) return Fail(name, *file.object, columns.error());
    change.added.push_back(MakeDataFile(*file.object, std::move(**file.reading), partition, *columns));
    return Ok();
  }

  // A file that belonged to another table of this crawler moves: its folder is another table's now.
  void TakeFromOthers(const TableName& name, const object_store::ObjectInfo& object) {
    const auto known = batch_.known.find({object.bucket, object.key});
    if (known == batch_.known.end() || known->second.table == name) return;
    ChangeOf(known->second.table).removed.push_back({object.bucket, object.key});
  }

  // Most files are like the one before.
  std::shared_ptr<const FileLayout> Share(FileLayout layout) {
    if (!last_layout_ || *last_layout_ != layout)
      last_layout_ = std::make_shared<const FileLayout>(std::move(layout));
    return last_layout_;
  }

  DataFile MakeDataFile(const object_store::ObjectInfo& object, Inspection inspection,
                        const std::vector<PartitionValue>& partition,
                        const std::vector<Column>& partition_columns) {
    inspection.layout.partition = partition_columns;
    DataFile file;
    file.bucket = object.bucket;
    file.key = object.key;
    file.version = object.version;
    file.size_bytes = object.size_bytes;
    file.rows = inspection.rows;
    file.last_modified = object.last_modified;
    file.partition = partition;
    file.layout = Share(std::move(inspection.layout));
    file.statistics = std::move(inspection.statistics);
    return file;
  }

  Status Fail(const TableName& name, const object_store::ObjectInfo& object, const Error& error) {
    Record(name, MakeFailedFile(object, error, batch_.crawl.id));
    return Ok();
  }

  void Record(const TableName& name, FailedFile failed) {
    Crawl& crawl = batch_.crawl;
    ++crawl.counts.files_failed;
    if (crawl.failures.size() < kMaxReportedFailures) crawl.failures.push_back({name, failed});
    ChangeOf(name).failed.push_back(std::move(failed));
  }

  Status CheckFiles(TableChange& change) {
    return RefuseStrangers(definition_, tables_, change, [&](const DataFile& file, const Error& reason) {
      object_store::ObjectInfo object;
      object.bucket = file.bucket;
      object.key = file.key;
      object.version = file.version;
      Record(change.name, MakeFailedFile(object, reason, batch_.crawl.id));
    });
  }

  // Finds the tables of all files by their columns, target by target.
  void PlaceSimilar() {
    std::map<const CrawlTarget*, std::vector<ReadFile*>> by_target;
    for (ReadFile& file : read_) {
      if (!PlaceInKnown(file)) by_target[file.candidate.target].push_back(&file);
    }
    for (auto& [target, files] : by_target) PlaceByColumns(*target, files);
  }

  bool PlaceInKnown(ReadFile& file) const {
    const NamedFolder* folder = names_.FolderOf(file.object->bucket, file.object->key);
    if (!folder) return false;
    for (size_t folders = 0; folders <= file.candidate.folders.size(); ++folders) {
      TablePlace place = PlaceAt(definition_, file.candidate, folders);
      if (place.Location() == folder->location) file.place = std::move(place);
    }
    return file.place.has_value();
  }

  void PlaceByColumns(const CrawlTarget& target, const std::vector<ReadFile*>& files) {
    std::map<std::vector<std::string>, ColumnNames> columns;
    for (const ReadFile* file : files) {
      ColumnNames& of_folder = columns[FoldersOf(*file)];
      if (!file->reading->ok()) continue;
      const ColumnNames own = NamesOf((*file->reading)->layout.columns);
      of_folder.insert(own.begin(), own.end());
    }
    std::vector<FolderColumns> folders;
    for (const auto& [path, names] : columns) folders.push_back({path, names});
    const auto depths = GroupSimilar(folders, names_.FoldersBelow(target.bucket + "/" + target.prefix),
                                     definition_.grouping.similarity);
    std::map<std::vector<std::string>, int64_t> depth_of;
    for (size_t i = 0; i < folders.size(); ++i) depth_of[folders[i].folders] = depths[i];
    for (ReadFile* file : files) {
      const int64_t depth = depth_of[FoldersOf(*file)];
      if (depth >= 0) file->place = PlaceAt(definition_, file->candidate, static_cast<size_t>(depth));
    }
  }

  static std::vector<std::string> FoldersOf(const ReadFile& file) {
    return {file.candidate.folders.begin(), file.candidate.folders.end()};
  }

  void NoteNames() {
    for (const NamedFolder& folder : names_.renamed()) {
      if (batch_.crawl.notes.size() == kMaxNotes) return;
      batch_.crawl.notes.push_back("the table of the folder " + folder.location + " is called " +
                                   folder.table.table +
                                   ", as its own name is taken by another folder or too long");
    }
  }

  // What only loses files comes first: a file that moves is never in two tables.
  std::vector<TableChange> InOrder() {
    std::vector<TableChange> changes;
    for (auto& [name, change] : by_table_) changes.push_back(std::move(change));
    std::stable_partition(changes.begin(), changes.end(), [](const TableChange& change) {
      return change.added.empty() && change.failed.empty();
    });
    return changes;
  }

  const CrawlerDefinition& definition_;
  Readings readings_;
  TableStore& tables_;
  TableNames& names_;
  CrawlBatch& batch_;
  std::vector<ReadFile> read_;
  std::shared_ptr<const FileLayout> last_layout_;
  std::map<TableName, TableChange> by_table_;
};

}  // namespace

Result<std::vector<TableChange>> Assemble(const CrawlerDefinition& definition, Readings readings,
                                          TableStore& tables, TableNames& names, CrawlBatch& batch) {
  return Assembler(definition, std::move(readings), tables, names, batch).Assemble();
}

}  // namespace tarn::catalog
