#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "common/result/result.h"
#include "services/extract/sources/connector.h"
#include "services/extract/sources/files/file_version.h"
#include "services/extract/sources/files/options.h"
#include "services/extract/sources/files/partial_file.h"

namespace tarn::extract::files {

/// One file of a source.
struct ListedFile {
  std::string id;                        ///< what a cursor knows it by; holds no secret
  std::string address;                   ///< where its place finds it
  std::string path;                      ///< what its name is made of
  std::string where;                     ///< for messages
  std::string request;                   ///< for manifests
  std::optional<FileVersion> version{};  ///< if the listing says
  bool unsettled = false;                ///< changed a moment ago: not for this run
};

struct Listing {
  std::vector<ListedFile> files;
  std::vector<Error> problems;     ///< parts of the place that could not be listed
  bool says_what_is_gone = false;  ///< a file that is missing in it is gone
};

/// How one attempt to get a file's content ended.
struct Fetched {
  enum class State {
    kComplete,
    kUnchanged,  ///< it is what was stored before
    kChanging,   ///< it changed while it was read: not for this run
  };
  State state = State::kComplete;
  FileVersion version{};  ///< unless it is changing
};

/// Where files come from. Fetch is safe to call from several threads.
class Place {
 public:
  virtual ~Place() = default;

  /// Errors end the run: kNotFound, kPermissionDenied, kUnauthenticated, kUnavailable, kTooLarge (more than
  /// kMaxFiles), kCancelled.
  virtual Result<Listing> List() = 0;

  /// Brings the content into `into`, which may hold its beginning. `before`: what was stored last, or null.
  /// Errors are of this file alone, but kCancelled, kResourceExhausted and kInternal: kNotFound,
  /// kPermissionDenied, kTooLarge, kUnavailable, kDeadlineExceeded, kUnprocessable.
  virtual Result<Fetched> Fetch(const ListedFile& file, const FileVersion* before, PartialFile& into) = 0;

  /// Brings the first `max_bytes` of the content, or all if it is shorter, into `into`, which it completes.
  /// Returns the version of the whole. Errors: as Fetch.
  virtual Result<FileVersion> FetchHead(const ListedFile& file, uint64_t max_bytes, PartialFile& into) = 0;
};

/// The place that the options name.
Result<std::unique_ptr<Place>> MakePlace(const Options& options, RunContext& context);

/// "the file is larger than max_file_bytes allows".
Error TooLarge(uint64_t limit);

/// Compares a complete file with the checksum that its source gave, if it did, and forgets the file if they
/// differ. Errors: kUnprocessable, kCancelled, kInternal.
Status VerifyDigest(PartialFile& file, const std::stop_token& cancelled);

}  // namespace tarn::extract::files
