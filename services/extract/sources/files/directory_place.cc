#include "services/extract/sources/files/directory_place.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "common/text/utf8.h"
#include "services/extract/sources/files/file_names.h"
#include "services/extract/sources/files/glob.h"
#include "services/extract/sources/files/ledger.h"

namespace tarn::extract::files {
namespace {

constexpr int kMaxDepth = 64;
constexpr int64_t kMaxEntries = 2'000'000;
constexpr size_t kPieceBytes = 1 << 20;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

/// Opens what is at `path` below `root`; neither `..` nor a link leads out of it.
int OpenBelow(int root, const std::string& path, uint64_t flags) {
  open_how how{};
  how.flags = flags | O_CLOEXEC;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  long fd;
  do {
    fd = ::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how);
  } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
  return static_cast<int>(fd);
}

FileVersion VersionOf(const struct stat& status) {
  FileVersion version;
  version.size_bytes = status.st_size;
  version.modified = std::to_string(int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec);
  version.inode = status.st_ino;
  return version;
}

Timestamp ModifiedAt(const struct stat& status) {
  return FromUnixMillis(int64_t{status.st_mtim.tv_sec} * 1'000 + status.st_mtim.tv_nsec / 1'000'000);
}

/// A cursor is JSON, a file's name any bytes.
std::string IdOf(const std::string& path) { return text::IsUtf8(path) ? path : SafeName(path); }

}  // namespace

bool IsHiddenOrTemporary(std::string_view name) {
  if (name.starts_with('.') || name.starts_with("~$") || name.starts_with("_temporary") ||
      name.ends_with('~'))
    return true;
  for (const std::string_view ending :
       {".tmp", ".temp", ".part", ".partial", ".crdownload", ".filepart", ".swp"}) {
    if (name.ends_with(ending)) return true;
  }
  return name.ends_with("._COPYING_");
}

DirectoryPlace::~DirectoryPlace() {
  if (root_ >= 0) ::close(root_);
}

Status DirectoryPlace::Open() {
  root_ = ::open(options_.directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (root_ >= 0) return Ok();
  if (errno == EACCES || errno == EPERM)
    return Problem(Code::kPermissionDenied, "the directory must not be read", "");
  return Problem(Code::kNotFound, "there is no such directory", "");
}

std::string DirectoryPlace::Where(const std::string& path) const {
  const std::string where = path.empty() ? options_.directory : options_.directory + "/" + path;
  return text::IsUtf8(where) ? where : SafeName(where);
}

Error DirectoryPlace::Problem(Code code, const std::string& what, const std::string& path) const {
  return Error(code, what).At(Where(path));
}

Result<Listing> DirectoryPlace::List() {
  TARN_TRY(Open());
  Listing listing;
  listing.says_what_is_gone = true;
  TARN_TRY(ListBelow("", 0, listing));
  // Directories list their entries in no order.
  std::sort(listing.files.begin(), listing.files.end(),
            [](const auto& a, const auto& b) { return a.path < b.path; });
  return listing;
}

Status DirectoryPlace::ListBelow(const std::string& folder, int depth, Listing& listing) {
  if (context_.cancelled.stop_requested()) return Error(Code::kCancelled, "the run was cancelled");
  const int fd = OpenBelow(root_, folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(fd < 0 ? nullptr : ::fdopendir(fd), ::closedir);
  if (!directory || depth > kMaxDepth) {
    const char* why = depth > kMaxDepth ? "directories are nested too deeply" : "a directory cannot be read";
    listing.problems.push_back(Problem(Code::kPermissionDenied, why, folder));
    listing.says_what_is_gone = false;  // nobody knows what is in there
    return Ok();
  }
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (IsHiddenOrTemporary(name)) continue;
    if (++seen_ > kMaxEntries)
      return Problem(Code::kTooLarge, "the directory has more than 2,000,000 entries", "");
    const std::string path = (folder.empty() ? "" : folder + "/") + std::string(name);
    struct stat status;
    if (::fstatat(::dirfd(directory.get()), entry->d_name, &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (S_ISDIR(status.st_mode)) {
      TARN_TRY(ListBelow(path, depth + 1, listing));
    } else if (S_ISREG(status.st_mode) || S_ISLNK(status.st_mode)) {
      if (Matches(options_.pattern, path)) Add(path, listing);
    }
    if (listing.files.size() > kMaxFiles) {
      return Problem(Code::kTooLarge, "the source has more than 200,000 files; narrow it with pattern", "");
    }
  }
  return Ok();
}

void DirectoryPlace::Add(const std::string& path, Listing& listing) const {
  const Descriptor file(OpenBelow(root_, path, O_PATH));
  struct stat status;
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0) {
    // A link that leads outside or nowhere, or a file that was removed meanwhile.
    context_.progress.Count("skipped_links", errno == EXDEV || errno == ELOOP ? 1 : 0);
    return;
  }
  if (!S_ISREG(status.st_mode)) return;
  ListedFile listed{
      .id = IdOf(path), .address = path, .path = path, .where = Where(path), .request = "READ " + IdOf(path)};
  listed.version = VersionOf(status);
  listed.unsettled = ModifiedAt(status) > context_.created_at - options_.settle;
  listing.files.push_back(std::move(listed));
}

Result<Fetched> DirectoryPlace::Fetch(const ListedFile& file, const FileVersion*, PartialFile& into) {
  // Not held up by a pipe that took the file's place.
  const Descriptor source(OpenBelow(root_, file.address, O_RDONLY | O_NONBLOCK));
  struct stat before, after;
  if (source.get() < 0 && (errno == EACCES || errno == EPERM))
    return Error(Code::kPermissionDenied, "the file must not be read");
  if (source.get() < 0 || ::fstat(source.get(), &before) != 0 || !S_ISREG(before.st_mode)) {
    return Fetched{Fetched::State::kChanging};
  }
  const FileVersion version = VersionOf(before);
  if (!file.version || !SameBySource(*file.version, version)) return Fetched{Fetched::State::kChanging};
  if (static_cast<uint64_t>(before.st_size) > options_.max_file_bytes)
    return TooLarge(options_.max_file_bytes);
  if (into.complete() && into.origin() && SameBySource(into.origin()->version, version)) {
    return Fetched{Fetched::State::kComplete, version};
  }

  TARN_TRY(into.Start({version, "", std::nullopt}));
  std::string piece(std::min<size_t>(kPieceBytes, static_cast<size_t>(before.st_size) + 1), '\0');
  for (;;) {
    if (context_.cancelled.stop_requested()) return Error(Code::kCancelled, "the run was cancelled");
    const ssize_t count = ::read(source.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error(Code::kUnavailable, "the file cannot be read to its end");
    if (count == 0) break;
    if (into.size_bytes() + static_cast<uint64_t>(count) > options_.max_file_bytes)
      return TooLarge(options_.max_file_bytes);
    TARN_TRY(into.Append(std::string_view(piece).substr(0, static_cast<size_t>(count))));
  }
  const bool unchanged = ::fstat(source.get(), &after) == 0 && SameBySource(version, VersionOf(after)) &&
                         into.size_bytes() == static_cast<uint64_t>(before.st_size);
  if (!unchanged) {
    into.Discard();
    return Fetched{Fetched::State::kChanging};
  }
  TARN_TRY(into.Complete());
  return Fetched{Fetched::State::kComplete, version};
}

Result<FileVersion> DirectoryPlace::FetchHead(const ListedFile& file, uint64_t max_bytes, PartialFile& into) {
  const Descriptor source(OpenBelow(root_, file.address, O_RDONLY | O_NONBLOCK));
  struct stat status;
  if (source.get() < 0 && (errno == EACCES || errno == EPERM))
    return Error(Code::kPermissionDenied, "the file must not be read");
  if (source.get() < 0 || ::fstat(source.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return Error(Code::kUnavailable, "the file changed while it was read");
  if (static_cast<uint64_t>(status.st_size) > options_.max_file_bytes)
    return TooLarge(options_.max_file_bytes);
  const FileVersion version = VersionOf(status);
  TARN_TRY(into.Start({version, "", std::nullopt}));
  std::string piece(kPieceBytes, '\0');
  while (into.size_bytes() < max_bytes) {
    const auto wanted = static_cast<size_t>(std::min<uint64_t>(piece.size(), max_bytes - into.size_bytes()));
    const ssize_t count = ::read(source.get(), piece.data(), wanted);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error(Code::kUnavailable, "the file cannot be read");
    if (count == 0) break;
    TARN_TRY(into.Append(std::string_view(piece).substr(0, static_cast<size_t>(count))));
  }
  TARN_TRY(into.Complete());
  return version;
}

}  // namespace tarn::extract::files
