#include "common/object_store/file_watch.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <utility>

#include "common/logging/log.h"
#include "common/object_store/directory_watches.h"
#include "common/object_store/foreign_files.h"
#include "common/object_store/local_store.h"
#include "common/object_store/names.h"

namespace tarn::object_store {
namespace {

using std::chrono::milliseconds;

constexpr size_t kMaxChanged = 20'000;

class InotifyFileWatch final : public FileWatch {
 public:
  InotifyFileWatch(LocalObjectStore& store, const FileWatchOptions& options, DirectoryWatches watches, FileDescriptor wake)
      : store_(store), options_(options), watches_(std::move(watches)), wake_(std::move(wake)) {
    watches_.AddAll();
    directories_ = static_cast<int64_t>(watches_.size());
    thread_ = std::jthread([this](std::stop_token stop) { Run(stop); });
  }

  ~InotifyFileWatch() override {
    thread_.request_stop();
    const uint64_t one = 1;
    (void)!write(wake_.get(), &one, sizeof one);
  }

  int64_t directories() const override { return directories_; }
  int64_t overflows() const override { return overflows_; }
  int64_t adopted() const override { return adopted_; }

 private:
  using Clock = std::chrono::steady_clock;

  void Run(std::stop_token stop) {
    auto first = Clock::time_point();  // of the changes that were not looked at yet
    while (!stop.stop_requested()) {
      const bool waits = changed_.empty();
      const bool news = WaitForNews(waits ? -1 : static_cast<int>(options_.quiet.count()));
      if (news) ReadNews();
      if (changed_.empty()) continue;
      if (waits) first = Clock::now();
      if (!news || Clock::now() - first >= options_.patience) Adopt();
    }
  }

  bool WaitForNews(int timeout_ms) const {
    pollfd ready[2] = {{watches_.descriptor(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
    return poll(ready, 2, timeout_ms) > 0 && (ready[0].revents & POLLIN) != 0;
  }

  void ReadNews() {
    alignas(inotify_event) char buffer[64 * 1024];
    const ssize_t size = read(watches_.descriptor(), buffer, sizeof buffer);
    for (ssize_t at = 0; at < size;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
      Note(*event, event->len > 0 ? event->name : "");
    }
    directories_ = static_cast<int64_t>(watches_.size());
  }

  void Note(const inotify_event& event, const std::string& name) {
    if (event.mask & IN_Q_OVERFLOW) return Overflow();
    if (event.mask & IN_IGNORED) return watches_.Forget(event.wd);
    const auto* found = watches_.Find(event.wd);
    if (!found || name.empty()) return;
    const DirectoryWatches::Directory in = *found;
    if (event.mask & IN_ISDIR) {
      // In the root, a directory is a bucket.
      const DirectoryWatches::Directory directory =
          in.bucket.empty() ? DirectoryWatches::Directory{name, ""} : DirectoryWatches::Directory{in.bucket, in.prefix + name + "/"};
      if (event.mask & IN_MOVED_FROM) watches_.Remove(directory);
      if (event.mask & (IN_CREATE | IN_MOVED_TO)) {
        watches_.Add(directory, [this](const std::string& bucket, const std::string& key) { Changed(bucket, key, true); });
      }
    } else if (!in.bucket.empty() && (event.mask & (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE))) {
      Changed(in.bucket, KeyOfFile(in.prefix + name), false);
    }
  }

  // One that was found in a new directory may be in the middle of being written. Where the kernel does not tell, it is
  // left to its writer's close or, if that has been, to the sweep.
  void Changed(const std::string& bucket, const std::string& key, bool found) {
    if (found) {
      const auto file = store_.tree().Open(bucket, key);
      if (!file.ok() || !*file || WritersOf((*file)->file.get()) != Writers::kNone) return;
    }
    if (changes_ >= kMaxChanged) return Overflow();
    if (changed_[bucket].insert(key).second) ++changes_;
  }

  // What was missed is found by the sweep; directories that were made meanwhile must be watched from now on.
  void Overflow() {
    if (std::exchange(overflowed_, true)) return;
    ++overflows_;
    log::Warn("files changed faster than they could be looked at: the sweep finds them");
  }

  void Adopt() {
    changes_ = 0;
    if (std::exchange(overflowed_, false)) watches_.AddAll();
    for (auto& [bucket, keys] : std::exchange(changed_, {})) {
      const auto adopted = AdoptFilesAt(store_, bucket, std::vector<std::string>(keys.begin(), keys.end()));
      if (adopted.ok()) adopted_ += *adopted;
      else log::Warn("changed files could not be taken over", {{"bucket", bucket}, {"reason", adopted.error()}});
    }
  }

  LocalObjectStore& store_;
  const FileWatchOptions options_;
  DirectoryWatches watches_;  // of the thread, once that runs
  FileDescriptor wake_;
  std::map<std::string, std::set<std::string>> changed_;  // keys by bucket
  size_t changes_ = 0;
  bool overflowed_ = false;
  std::atomic<int64_t> directories_{0}, overflows_{0}, adopted_{0};
  std::jthread thread_;  // last: uses all of the above
};

}  // namespace

Result<std::unique_ptr<FileWatch>> FileWatch::Start(ObjectStore& store, const FileWatchOptions& options) {
  auto* local = dynamic_cast<LocalObjectStore*>(&store);
  if (!local) return Error(Code::kInvalidArgument, "only a local object store can have foreign files");
  TARN_ASSIGN(auto watches, DirectoryWatches::Create(local->tree(), options.max_directories));
  FileDescriptor wake(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake.valid()) return SystemError(errno, "watch directories");
  return std::unique_ptr<FileWatch>(std::make_unique<InotifyFileWatch>(*local, options, std::move(watches), std::move(wake)));
}

}  // namespace tarn::object_store
