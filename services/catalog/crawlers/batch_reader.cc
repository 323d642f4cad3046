#include "services/catalog/crawlers/batch_reader.h"

#include <optional>

#include "services/catalog/crawlers/parallel_inspection.h"

namespace tarn::catalog {
namespace {

// How often later events are taken in before files that keep changing are left to the next crawl.
constexpr int kMaxRounds = 20;
constexpr int64_t kEventsPerRound = 1000;

// These say something about the service, not about the file.
bool ConcernsTheFile(Code code) { return code != Code::kUnavailable && code != Code::kCancelled; }

// kNotFound: replaced or deleted. kUnavailable: another program changed or removed the file, and the store
// has yet to take notice.
bool MayBeGone(Code code) { return code == Code::kNotFound || code == Code::kUnavailable; }

}  // namespace

Result<std::unique_ptr<object_store::Pin>> BatchReader::Pin(const std::vector<ReadTarget>& targets) {
  std::vector<object_store::ObjectVersion> objects;
  for (const ReadTarget& target : targets)
    objects.push_back({target.object.bucket, target.object.key, target.object.version});
  return store_.PinFiles(objects);
}

Result<Readings> BatchReader::Read(ChangeSet& changes, int64_t sequence, const SelectTargets& select,
                                   const OnProgress& progress, std::stop_token cancelled) {
  for (int round = 0;; ++round) {
    TARN_ASSIGN(const auto targets, select(changes));
    if (targets.empty()) return Readings();
    auto pin = Pin(targets);
    if (pin.ok()) return InspectAll(**pin, targets, progress, cancelled);
    if (!MayBeGone(pin.error().code())) return pin.error();
    if (cancelled.stop_requested()) return Error(Code::kCancelled, "the crawl was stopped");

    object_store::EventFilter filter;
    filter.bucket = bucket_;
    TARN_ASSIGN(const auto later, store_.ReadEvents(sequence, filter, kEventsPerRound));
    if (later.last_sequence > sequence && round < kMaxRounds) {
      changes.Add(later.events);
      sequence = later.last_sequence;
      continue;
    }
    const int64_t vanished_before = vanished_;
    TARN_TRY(DropUnpinnable(changes, targets));
    if (vanished_ == vanished_before)
      return Error(Code::kUnavailable, "files change faster than they can be read");
  }
}

Status BatchReader::DropUnpinnable(ChangeSet& changes, const std::vector<ReadTarget>& targets) {
  for (const ReadTarget& target : targets) {
    const auto pin = Pin({target});
    if (pin.ok()) continue;
    if (!MayBeGone(pin.error().code())) return pin.error();
    // The store itself may be away: then nothing is known of the file.
    const auto head = store_.Head(target.object.bucket, target.object.key);
    if (!head.ok() && head.error().code() != Code::kNotFound) return head.error();
    changes.Forget(target.object.bucket, target.object.key);
    ++vanished_;
  }
  return Ok();
}

Result<Readings> BatchReader::InspectAll(const object_store::Pin& pin, const std::vector<ReadTarget>& targets,
                                         const OnProgress& progress, std::stop_token cancelled) {
  const auto planned = static_cast<int64_t>(targets.size());
  const auto report = [&](int64_t done) { progress(done, planned); };
  TARN_ASSIGN(auto read, ReadFooters(pin.files(), targets, options_.threads, report, cancelled));
  FileInspector inspector(pin.directory(), options_);
  Readings readings;
  for (size_t i = 0; i < targets.size(); ++i) {
    if (!read[i]) {
      report(static_cast<int64_t>(i));
      read[i] = inspector.Inspect(pin.files()[i], targets[i].format, classifiers_, cancelled);
    }
    if (!read[i]->ok() && !ConcernsTheFile(read[i]->error().code())) return read[i]->error();
    readings.emplace(std::pair(targets[i].object.key, targets[i].object.version), std::move(*read[i]));
  }
  report(planned);
  return readings;
}

}  // namespace tarn::catalog
