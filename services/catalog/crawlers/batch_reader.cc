#include "services/catalog/crawlers/batch_reader.h"

#include <optional>

#include "services/catalog/crawlers/engine_inspection.h"
#include "services/catalog/crawlers/parallel_inspection.h"

namespace tarn::catalog {
namespace {

// How often later events are taken in before files that keep changing are left to the next crawl.
constexpr int kMaxRounds = 20;
constexpr int64_t kEventsPerRound = 1000;

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
    TARN_ASSIGN(Attempt attempt, TryToRead(targets, progress, cancelled));
    if (!attempt.gone) return std::move(attempt.readings);
    if (!MayBeGone(attempt.gone->code())) return *std::move(attempt.gone);
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

Result<BatchReader::Attempt> BatchReader::TryToRead(const std::vector<ReadTarget>& targets,
                                                    const OnProgress& progress, std::stop_token cancelled) {
  const auto planned = static_cast<int64_t>(targets.size());
  const auto report = [&](int64_t done) { progress(done, planned); };
  TARN_ASSIGN(Footers footers, ReadFooters(store_, targets, options_.threads, report, cancelled));
  if (footers.gone) return Attempt{{}, std::move(footers.gone)};
  Attempt attempt;
  std::vector<ReadTarget> rest;
  for (size_t i = 0; i < targets.size(); ++i) {
    auto& reading = footers.readings[i];
    if (reading && !reading->ok() && !ConcernsTheFile(reading->error().code())) return reading->error();
    if (reading) {
      attempt.readings.emplace(std::pair(targets[i].object.key, targets[i].object.version),
                               *std::move(reading));
    } else {
      rest.push_back(targets[i]);
    }
  }
  if (!rest.empty()) {
    const auto pin = Pin(rest);
    if (!pin.ok()) return Attempt{{}, pin.error()};
    const auto on_progress = [&](int64_t done) {
      report(planned - static_cast<int64_t>(rest.size()) + done);
    };
    TARN_ASSIGN(auto readings, InspectFiles(**pin, rest, options_, classifiers_, on_progress, cancelled));
    for (size_t i = 0; i < rest.size(); ++i)
      attempt.readings.emplace(std::pair(rest[i].object.key, rest[i].object.version), std::move(readings[i]));
  }
  report(planned);
  return attempt;
}

}  // namespace tarn::catalog
