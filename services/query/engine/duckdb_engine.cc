#include "services/query/engine/duckdb_engine.h"

#include <map>
#include <system_error>

#include "common/ids/ulid.h"
#include "common/table_view/table_view.h"
#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

namespace fs = std::filesystem;

// A directory to spill into, removed with its content.
class SpillDirectory {
 public:
  explicit SpillDirectory(fs::path path) : path_(std::move(path)) {}
  SpillDirectory(const SpillDirectory&) = delete;
  SpillDirectory& operator=(const SpillDirectory&) = delete;
  ~SpillDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

using object_store::ObjectVersion;

// The files of all tables, and which object each of them is.
struct PinnedFiles {
  std::unique_ptr<object_store::Pin> pin;
  std::vector<ObjectVersion> objects;

  // Errors of the engine name the pinned files; people know the objects.
  std::string Reword(std::string message) const {
    for (size_t i = 0; pin && i < objects.size(); ++i) {
      const std::string path = pin->files()[i].string();
      const std::string name = objects[i].bucket + '/' + objects[i].key;
      for (size_t at = message.find(path); at != std::string::npos; at = message.find(path, at + name.size())) {
        message.replace(at, path.size(), name);
      }
    }
    return message;
  }

  Error Reword(const Error& error) const { return Error(error.code(), Reword(error.message())).At(error.where()); }
};

class DuckDbExecution : public Execution {
 public:
  DuckDbExecution(std::unique_ptr<SpillDirectory> spill, PinnedFiles files, std::unique_ptr<duckdb::Instance> instance,
                  std::unique_ptr<duckdb::Connection> connection, std::unique_ptr<duckdb::ResultStream> stream)
      : spill_(std::move(spill)),
        files_(std::move(files)),
        instance_(std::move(instance)),
        connection_(std::move(connection)),
        stream_(std::move(stream)) {}

  const std::vector<duckdb::Column>& columns() const override { return stream_->columns(); }
  std::optional<double> progress() const override { return connection_->progress(); }

  Result<std::unique_ptr<duckdb::Chunk>> Next() override {
    auto chunk = stream_->Next();
    if (!chunk.ok()) return files_.Reword(chunk.error());
    return chunk;
  }

 private:
  // In the order of dependency: what stands last stops first.
  std::unique_ptr<SpillDirectory> spill_;
  PinnedFiles files_;
  std::unique_ptr<duckdb::Instance> instance_;
  std::unique_ptr<duckdb::Connection> connection_;
  std::unique_ptr<duckdb::ResultStream> stream_;
};

class DuckDbEngine : public Engine {
 public:
  DuckDbEngine(const DuckDbEngineOptions& options, object_store::ObjectStore& store) : options_(options), store_(store) {}

  Result<std::unique_ptr<Execution>> Start(const EngineStatement& statement, std::stop_token cancelled) override {
    TARN_ASSIGN(PinnedFiles files, Pin(statement));
    auto spill = std::make_unique<SpillDirectory>(options_.temp_directory / NewUlid());
    TARN_ASSIGN(auto instance, duckdb::Instance::Open(InstanceOptions(statement, *spill, files)));
    TARN_ASSIGN(auto connection, instance->Connect());
    auto stream = Run(statement, files, *connection, cancelled);
    if (!stream.ok()) return files.Reword(stream.error());
    return std::unique_ptr<Execution>(std::make_unique<DuckDbExecution>(
        std::move(spill), std::move(files), std::move(instance), std::move(connection), std::move(*stream)));
  }

 private:
  Result<PinnedFiles> Pin(const EngineStatement& statement) {
    PinnedFiles files;
    for (const auto& table : statement.tables) {
      for (const auto& file : table.snapshot.files) files.objects.push_back({file.bucket, file.key, file.version});
    }
    if (files.objects.empty()) return files;
    auto pin = store_.PinFiles(files.objects);
    if (!pin.ok()) {
      const bool gone = pin.error().code() == Code::kNotFound;
      return gone ? Error(Code::kPreconditionFailed, pin.error().message()) : pin.error();
    }
    files.pin = std::move(*pin);
    return files;
  }

  duckdb::InstanceOptions InstanceOptions(const EngineStatement& statement, const SpillDirectory& spill, const PinnedFiles& files) const {
    duckdb::InstanceOptions options;
    options.memory_limit_bytes = options_.memory_bytes;
    options.threads = options_.threads;
    options.temp_directory = spill.path();
    options.max_temp_bytes = options_.temp_bytes;
    if (statement.translated) options.functions = ExtensionFunctions();
    if (files.pin) options.allowed_directories = {files.pin->directory()};
    return options;
  }

  static Result<std::unique_ptr<duckdb::ResultStream>> Run(const EngineStatement& statement, const PinnedFiles& files,
                                                           duckdb::Connection& connection, std::stop_token cancelled) {
    size_t next = 0;
    for (const auto& table : statement.tables) {
      const size_t count = table.snapshot.files.size();
      std::span<const fs::path> paths;
      if (count > 0) paths = std::span(files.pin->files()).subspan(next, count);
      next += count;
      TARN_ASSIGN(const std::string view, table_view::CreateTableView(table, paths));
      TARN_TRY(CreateView(table, view, connection, cancelled));
    }
    return connection.Execute(statement.sql, statement.parameters, cancelled);
  }

  // A position in the view's SQL would mislead: the statement is another text.
  static Status CreateView(const table_view::BoundTable& table, const std::string& sql, duckdb::Connection& connection,
                           std::stop_token cancelled) {
    auto created = connection.Run(sql, cancelled);
    if (created.ok() || created.error().code() != Code::kUnprocessable) return created;
    return Error(Code::kUnprocessable, "table " + table.snapshot.database + '.' + table.snapshot.table +
                                           " cannot be read: " + created.error().message());
  }

  const DuckDbEngineOptions options_;
  object_store::ObjectStore& store_;
};

}  // namespace

Result<std::unique_ptr<Engine>> OpenDuckDbEngine(const DuckDbEngineOptions& options, object_store::ObjectStore& store) {
  std::error_code failure;
  fs::remove_all(options.temp_directory, failure);  // what a killed process left
  fs::create_directories(options.temp_directory, failure);
  if (failure) return Error(Code::kInternal, "cannot create the directory for temporary files: " + failure.message());
  return std::unique_ptr<Engine>(std::make_unique<DuckDbEngine>(options, store));
}

}  // namespace tarn::query
