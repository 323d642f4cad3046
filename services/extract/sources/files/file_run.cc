#include "services/extract/sources/files/file_run.h"

#include <fstream>
#include <unordered_set>

#include "common/ids/ulid.h"
#include "services/extract/sources/client/source_client.h"
#include "services/extract/sources/files/content_check.h"
#include "services/extract/sources/files/file_names.h"
#include "services/extract/sources/files/first_record.h"
#include "services/extract/sources/files/gzip_file.h"
#include "services/extract/sources/ordered_parallel.h"

namespace tarn::extract::files {
namespace {

// Of a file that is only looked at; more than anybody reads of it.
constexpr uint64_t kSampleBytes = 256 * 1024;

/// True for failures of one file that leave hope for the others.
bool ConcernsOneFile(const Error& error) {
  return error.code() != Code::kCancelled && error.code() != Code::kInternal &&
         error.code() != Code::kResourceExhausted;
}

/// A file that may come to be, and is removed in any case.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

 private:
  const std::filesystem::path path_;
};

/// The packed file may be cut off anywhere.
Status UnpackBeginning(const std::filesystem::path& packed, const std::filesystem::path& into) {
  std::ofstream out(into, std::ios::binary | std::ios::trunc);
  uint64_t size = 0;
  const Status unpacked = GunzipFile(packed, UINT64_MAX, {}, [&](std::string_view piece) -> Status {
    out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
    size += piece.size();
    return size < kSampleBytes ? Ok() : Status(Error(Code::kCancelled, "enough"));
  });
  out.close();
  if (!out) return Error(Code::kResourceExhausted, "the scratch directory cannot take the unpacked file");
  return size > 0 ? Ok() : unpacked;
}

}  // namespace

Result<RunOutcome> FileRun::Run() {
  TARN_TRY(Begin());
  const auto count = static_cast<int64_t>(listing_.files.size());
  TARN_TRY(OrderedParallel<Done>(
      count, options_.connections, [this](int64_t index) { return Process(index); },
      [&](int64_t index, Done done) {
        Take(index, std::move(done));
        context_.progress.Advance(static_cast<double>(index + 1) / static_cast<double>(count));
        return Ok();
      }));
  return Conclude();
}

Status FileRun::Begin() {
  TARN_ASSIGN(Ledger ledger, Ledger::Load(context_.state));
  ledger_ = std::move(ledger);
  TARN_TRY(PartialFile::Prepare(context_.scratch));
  TARN_ASSIGN(journal_, Journal::Open(context_.scratch / "journal"));
  TARN_ASSIGN(place_, MakePlace(options_, context_));
  TARN_ASSIGN(listing_, place_->List());

  std::vector<ToName> names;
  names.reserve(listing_.files.size());
  for (const ListedFile& file : listing_.files) {
    std::string path = file.path;
    if (options_.decompress && path.ends_with(".gz")) path.resize(path.size() - 3);
    const Journal::Entry* entry = journal_->Find(file.id);
    names.push_back({std::move(path), file.id, entry ? entry->name : ""});
  }
  NameFiles(names);
  for (ToName& named : names) names_.push_back(std::move(named.name));
  outcome_.problems = std::move(listing_.problems);
  return Ok();
}

Result<FileRun::Done> FileRun::Process(int64_t index) {
  if (context_.cancelled.stop_requested()) return Error(Code::kCancelled, "the run was cancelled");
  const ListedFile& file = listing_.files[static_cast<size_t>(index)];
  TARN_ASSIGN(auto done, FromJournal(index));
  if (done) return *std::move(done);
  if (file.unsettled) return Done{};
  const FileVersion* before = Before(index);
  const bool known = before && file.version && options_.compare == Compare::kVersion;
  if (known && SameBySource(*before, *file.version)) return Done{End::kUnchanged, *before};

  auto stored = context_.is_sample ? Sample(index) : Store(index, before);
  if (stored.ok()) return stored;
  const Error& error = stored.error();
  const Error placed = Error(error.code(), error.message()).At(file.where);
  // A source that wants to be left alone is asked for no other file either: the run goes on later.
  const bool put_off = error.retryable() && context_.client.ResumeAfter();
  if (put_off || !ConcernsOneFile(error)) return placed;
  // The scratch directory holds what is under way, not what failed.
  PartialFile(context_.scratch, file.id).Discard();
  return Done{End::kFailed, {}, placed};
}

Result<std::optional<FileRun::Done>> FileRun::FromJournal(int64_t index) {
  const ListedFile& file = listing_.files[static_cast<size_t>(index)];
  const Journal::Entry* entry = journal_->Find(file.id);
  if (entry && entry->kind == Journal::Kind::kUnchanged)
    return std::optional(Done{End::kUnchanged, entry->version});
  TARN_ASSIGN(const bool there, context_.pages.Has(PageOf(index)));
  if (!there) return std::optional<Done>();
  // Only recorded anew: the content is there.
  TARN_TRY(
      context_.pages.PutFile(PageOf(index), context_.scratch / "stored before", {.request = file.request}));
  // A power cut took the line and left the page: nobody knows which version it is.
  if (!entry) return std::optional(Done{End::kStoredUnknown, {}});
  return std::optional(Done{End::kStored, entry->version});
}

Result<FileRun::Done> FileRun::Store(int64_t index, const FileVersion* before) {
  const ListedFile& file = listing_.files[static_cast<size_t>(index)];
  const std::string& name = names_[static_cast<size_t>(index)];
  PartialFile content(context_.scratch, file.id);
  TARN_ASSIGN(Fetched fetched, place_->Fetch(file, before, content));
  if (fetched.state == Fetched::State::kChanging) {
    context_.progress.Count("changed_while_read");
    return Done{};
  }
  if (fetched.state == Fetched::State::kUnchanged) {
    TARN_TRY(journal_->Add(file.id, {Journal::Kind::kUnchanged, name, fetched.version}));
    return Done{End::kUnchanged, fetched.version};
  }

  TARN_TRY(CheckContent(content.path(), file.path, options_.format));
  if (options_.compare == Compare::kHash || !fetched.version.HasValidator()) {
    TARN_ASSIGN(const auto hash, HashFile(content.path(), checksums::Algorithm::kSha256, context_.cancelled));
    fetched.version.sha256 = ToHex(hash);
    if (before && before->sha256 == fetched.version.sha256) {
      TARN_TRY(journal_->Add(file.id, {Journal::Kind::kUnchanged, name, fetched.version}));
      content.Discard();
      return Done{End::kUnchanged, fetched.version};
    }
  }

  const bool packed = file.path.ends_with(".gz");
  const TemporaryFile unpacked(content.path().string() + ".unpacked");
  if (packed && options_.decompress) {
    TARN_TRY(Unpack(content.path(), unpacked.path()));
    TARN_TRY(CheckContent(unpacked.path(), name, options_.format));
  } else if (packed) {
    TARN_TRY(CheckGzip(content.path()));
  }
  const auto& stored = packed && options_.decompress ? unpacked.path() : content.path();
  PageFacts facts{.request = file.request, .first_record = FirstRecord(stored, name, options_.format)};
  // First the journal: what is in the lake after a sudden end is known by it.
  TARN_TRY(journal_->Add(file.id, {Journal::Kind::kStored, name, fetched.version}));
  TARN_TRY(context_.pages.PutFile(PageOf(index), stored, facts));
  content.Discard();
  return Done{End::kStored, fetched.version};
}

Result<FileRun::Done> FileRun::Sample(int64_t index) {
  const ListedFile& file = listing_.files[static_cast<size_t>(index)];
  const std::string& name = names_[static_cast<size_t>(index)];
  PartialFile head(context_.scratch, file.id);
  TARN_ASSIGN(const FileVersion version, place_->FetchHead(file, kSampleBytes, head));
  TARN_TRY(CheckContent(head.path(), file.path, options_.format, true));
  const TemporaryFile unpacked(head.path().string() + ".unpacked");
  const bool unpacks = file.path.ends_with(".gz") && options_.decompress;
  if (unpacks) {
    TARN_TRY(UnpackBeginning(head.path(), unpacked.path()));
    TARN_TRY(CheckContent(unpacked.path(), name, options_.format, true));
  }
  const auto& content = unpacks ? unpacked.path() : head.path();
  const auto size = version.size_bytes >= 0 ? std::optional(version.size_bytes) : std::nullopt;
  TARN_TRY(context_.pages.PutFile(PageOf(index), content,
                                  {.request = file.request,
                                   .first_record = FirstRecord(content, name, options_.format, size)}));
  return Done{End::kStored, version};
}

Status FileRun::Unpack(const std::filesystem::path& packed, const std::filesystem::path& into) {
  const Error full(Code::kResourceExhausted, "the scratch directory cannot take the unpacked file");
  std::ofstream out(into, std::ios::binary | std::ios::trunc);
  TARN_TRY(
      GunzipFile(packed, options_.max_file_bytes, context_.cancelled, [&](std::string_view piece) -> Status {
        out.write(piece.data(), static_cast<std::streamsize>(piece.size()));
        return out ? Ok() : Status(full);
      }));
  out.close();
  return out ? Ok() : Status(full);
}

Status FileRun::CheckGzip(const std::filesystem::path& packed) {
  const Status whole =
      GunzipFile(packed, UINT64_MAX, context_.cancelled, [](std::string_view) { return Ok(); });
  if (!whole.ok() && whole.error().code() != Code::kUnprocessable) return whole;
  // It is stored as the source has it; whoever reads it finds out as well, but later.
  if (!whole.ok()) context_.progress.Count("damaged_gzip_files");
  return Ok();
}

void FileRun::Take(int64_t index, Done done) {
  const ListedFile& file = listing_.files[static_cast<size_t>(index)];
  if (done.end == End::kStored || done.end == End::kStoredUnknown) outcome_.anything_stored = true;
  if (done.end == End::kUnchanged) context_.progress.Count("unchanged_files");
  if (done.end == End::kLater) ++later_;
  if (done.end == End::kFailed) outcome_.problems.push_back(*std::move(done.problem));
  if (done.end == End::kStored || done.end == End::kUnchanged) {
    next_[file.id] = std::move(done.version);
  } else if (done.end == End::kStoredUnknown) {
    return;  // the next run stores it again
  } else if (const FileVersion* before = Before(index)) {
    next_[file.id] = *before;
  }
}

void FileRun::CountGone() {
  std::unordered_set<std::string_view> listed;
  for (const ListedFile& file : listing_.files) listed.insert(file.id);
  int64_t gone = 0;
  for (const auto& [id, version] : ledger_->files()) {
    if (listed.contains(id)) continue;
    const bool keep = !listing_.says_what_is_gone || options_.when_gone == WhenGone::kFail;
    if (keep) next_[id] = version;
    if (listing_.says_what_is_gone) ++gone;
  }
  context_.progress.Count("gone_files", gone);
  if (gone > 0 && options_.when_gone == WhenGone::kFail) {
    outcome_.problems.push_back(Error(
        Code::kNotFound, "files that were stored before are not listed any more: " + std::to_string(gone)));
  }
}

Result<RunOutcome> FileRun::Conclude() {
  CountGone();
  context_.progress.Count("unsettled_files", later_);
  if (outcome_.anything_stored) TARN_TRY(context_.pages.Finish(options_.stream));
  outcome_.unchanged = !outcome_.anything_stored && outcome_.problems.empty() && later_ == 0;
  if (outcome_.problems.empty()) {
    ledger_->Stage(context_.state, next_);
  } else if (outcome_.anything_stored) {
    TARN_TRY(ledger_->Note(context_.client, context_.state, next_));
  }
  return std::move(outcome_);
}

}  // namespace tarn::extract::files
