#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "services/extract/sources/files/ledger.h"
#include "services/extract/sources/files/options.h"
#include "services/extract/sources/files/place.h"

namespace tarn::extract::files {

/// One run of the connector: lists the place, and stores what is new or changed, several files side by side.
class FileRun {
 public:
  FileRun(const Options& options, RunContext& context) : options_(options), context_(context) {}

  Result<RunOutcome> Run();

 private:
  enum class End {
    kStored,
    kStoredUnknown,  ///< which version is not known any more
    kUnchanged,
    kLater,
    kFailed,
  };
  /// How it went with one file.
  struct Done {
    End end = End::kLater;
    FileVersion version{};  ///< of kStored and kUnchanged
    std::optional<Error> problem{};
  };

  Status Begin();
  Result<Done> Process(int64_t index);
  /// What an earlier part of this run did with the file, before it was interrupted.
  Result<std::optional<Done>> FromJournal(int64_t index);
  Result<Done> Store(int64_t index, const FileVersion* before);
  /// Puts no more than the beginning of a file.
  Result<Done> Sample(int64_t index);
  /// Errors: kUnprocessable if the gzip file is not whole.
  Status Unpack(const std::filesystem::path& packed, const std::filesystem::path& into);
  /// Counts a gzip file that is not whole.
  Status CheckGzip(const std::filesystem::path& packed);
  void Take(int64_t index, Done done);
  void CountGone();
  Result<RunOutcome> Conclude();

  const FileVersion* Before(int64_t index) const {
    return ledger_->Find(listing_.files[static_cast<size_t>(index)].id);
  }
  PageId PageOf(int64_t index) const { return {options_.stream, index, names_[static_cast<size_t>(index)]}; }

  const Options& options_;
  RunContext& context_;
  std::unique_ptr<Place> place_;
  std::optional<Ledger> ledger_;
  std::unique_ptr<Journal> journal_;
  Listing listing_;
  std::vector<std::string> names_;  // of the files in the lake

  StoredVersions next_;  // what the run after this one shall know
  RunOutcome outcome_;
  int64_t later_ = 0;
};

}  // namespace tarn::extract::files
