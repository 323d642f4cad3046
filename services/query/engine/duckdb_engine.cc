#include "services/query/engine/duckdb_engine.h"

#include <algorithm>
#include <functional>
#include <thread>

#include "common/table_view/table_view.h"
#include "services/query/engine/pinned_files.h"
#include "services/query/engine/poison_probe.h"
#include "services/query/engine/shared_instance.h"
#include "services/query/functions/extension_functions.h"

namespace tarn::query {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxAttempts = 5;
constexpr std::chrono::seconds kProbePatience(2);

// What a statement needs as long as it runs.
struct Ground {
  // In the order of dependency: what stands last stops first.
  std::vector<table_view::BoundTable> tables;
  PinnedFiles files;
  std::unique_ptr<SharedInstance::Session> session;
};

class DuckDbExecution : public Execution {
 public:
  DuckDbExecution(std::unique_ptr<Ground> ground, std::unique_ptr<duckdb::ResultStream> stream,
                  std::function<Error(const Error&, const Ground&)> explain)
      : ground_(std::move(ground)), stream_(std::move(stream)), explain_(std::move(explain)) {}

  const std::vector<duckdb::Column>& columns() const override { return stream_->columns(); }
  std::shared_ptr<const duckdb::Schema> schema() const override { return stream_->schema(); }
  int64_t rows_changed() const override { return stream_->rows_changed(); }
  std::optional<double> progress() const override { return ground_->session->connection().progress(); }

  Result<std::unique_ptr<duckdb::Chunk>> Next() override {
    auto chunk = stream_->Next();
    if (!chunk.ok()) return explain_(chunk.error(), *ground_);
    return chunk;
  }

 private:
  std::unique_ptr<Ground> ground_;
  std::unique_ptr<duckdb::ResultStream> stream_;
  std::function<Error(const Error&, const Ground&)> explain_;
};

class DuckDbEngine : public Engine {
 public:
  DuckDbEngine(const duckdb::InstanceOptions& options, object_store::ObjectStore& store)
      : options_(options), pool_(store), instance_(options) {}

  Result<std::unique_ptr<Execution>> Start(EngineStatement statement, std::stop_token cancelled) override {
    auto ground = std::make_unique<Ground>();
    ground->tables = std::move(statement.tables);
    TARN_ASSIGN(ground->files, PinnedFiles::Pin(ground->tables, pool_, decoded_, cancelled));
    auto stream = Run(statement, *ground, cancelled);
    // Another statement may break the instance while this one begins; that is not its fault.
    for (int attempt = 1; attempt < kMaxAttempts && IsInnocent(stream); ++attempt) {
      stream = Run(statement, *ground, cancelled);
    }
    if (!stream.ok()) return Explain(stream.error(), *ground, cancelled);
    const auto explain = [this, cancelled](const Error& error, const Ground& on) {
      return Explain(error, on, cancelled);
    };
    return std::unique_ptr<Execution>(
        std::make_unique<DuckDbExecution>(std::move(ground), std::move(*stream), explain));
  }

 private:
  static bool IsInnocent(const Result<std::unique_ptr<duckdb::ResultStream>>& stream) {
    return !stream.ok() && stream.error().code() == Code::kUnavailable;
  }

  Result<std::unique_ptr<duckdb::ResultStream>> Run(const EngineStatement& statement, Ground& ground,
                                                    std::stop_token cancelled) {
    ground.session.reset();
    TARN_ASSIGN(const auto views, TableViews(ground));
    // Rows that come with a statement are its own.
    const bool may_keep = statement.row_tables.empty();
    TARN_ASSIGN(ground.session, instance_.Take(may_keep ? AllOf(views, statement) : ""));
    TARN_TRY(ground.session->CountProgress(statement.counts_progress));
    if (!may_keep || !ground.session->made()) TARN_TRY(MakeNames(statement, ground, views, cancelled));
    if (may_keep) ground.session->Keep();
    return ground.session->connection().ExecuteWith(statement.sql, statement.parameters, cancelled);
  }

  static Result<std::vector<std::string>> TableViews(const Ground& ground) {
    std::vector<std::string> views;
    for (size_t i = 0; i < ground.tables.size(); ++i) {
      TARN_ASSIGN(views.emplace_back(),
                  table_view::CreateTableView(ground.tables[i], ground.files.OfTable(i)));
    }
    return views;
  }

  // The SQL of all that the statement's names stand for.
  static std::string AllOf(const std::vector<std::string>& table_views, const EngineStatement& statement) {
    std::string sql;
    for (const auto& view : table_views) sql += view + '\n';
    for (const auto& view : statement.views) sql += CreateViewSql(view) + '\n';
    return sql;
  }

  static Status MakeNames(const EngineStatement& statement, Ground& ground,
                          const std::vector<std::string>& table_views, const std::stop_token& cancelled) {
    duckdb::Connection& connection = ground.session->connection();
    for (size_t i = 0; i < table_views.size(); ++i)
      TARN_TRY(CreateView(ground.tables[i], table_views[i], connection, cancelled));
    for (const RowTable& table : statement.row_tables) TARN_TRY(CreateRowTable(table, connection, cancelled));
    for (const BoundView& view : statement.views) {
      const auto created = connection.Run(CreateViewSql(view), cancelled);
      if (!created.ok()) return InView(view, created.error());
    }
    return Ok();
  }

  // A position in the view's SQL would mislead: the statement is another text.
  static Status CreateView(const table_view::BoundTable& table, const std::string& sql,
                           duckdb::Connection& connection, std::stop_token cancelled) {
    auto created = connection.Run(sql, cancelled);
    if (created.ok() || created.error().code() != Code::kUnprocessable) return created;
    return Error(Code::kUnprocessable, "table " + table.snapshot.database + '.' + table.snapshot.table +
                                           " cannot be read: " + created.error().message());
  }

  Error Explain(const Error& error, const Ground& ground, std::stop_token cancelled) const {
    if (error.code() != Code::kInternal || ground.tables.empty()) return ground.files.Reword(error);
    const auto poison = FindPoison(ground.tables, ground.files, options_, kProbePatience, cancelled);
    if (!poison) return ground.files.Reword(error);
    return Error(Code::kUnprocessable,
                 "the SQL engine cannot read this file and failed on it; rewrite it with another program "
                 "or take it out of the table: " +
                     *poison);
  }

  const duckdb::InstanceOptions options_;
  PinPool pool_;
  decoding::DecodedFiles decoded_;
  SharedInstance instance_;
};

}  // namespace

Result<std::unique_ptr<Engine>> OpenDuckDbEngine(const DuckDbEngineOptions& options,
                                                 object_store::ObjectStore& store) {
  duckdb::InstanceOptions instance;
  instance.memory_limit_bytes = options.memory_bytes;
  instance.threads =
      options.threads > 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  instance.temp_directory = options.temp_directory;
  instance.max_temp_bytes = options.temp_bytes;
  instance.functions = ExtensionFunctions();
  // The directories of a store's pins stand side by side.
  TARN_ASSIGN(const auto pin, store.PinFiles({}));
  instance.allowed_directories = {pin->directory().parent_path()};
  return std::unique_ptr<Engine>(std::make_unique<DuckDbEngine>(instance, store));
}

}  // namespace tarn::query
