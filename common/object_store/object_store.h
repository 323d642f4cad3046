#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result/result.h"
#include "common/time/time.h"

namespace tarn::object_store {

/// One part of an object that was uploaded in parts.
struct ObjectPart {
  uint64_t size_bytes = 0;
  std::map<std::string, std::string> checksums;  ///< as ObjectAttributes::checksums
};

/// What S3 keeps with an object besides its content, type and user metadata.
struct ObjectAttributes {
  /// Content-Encoding, Cache-Control ...: names in lower case, returned as they were given.
  std::map<std::string, std::string> headers;
  std::map<std::string, std::string> tags;
  /// By algorithm ("crc32", "crc32c", "crc64nvme", "sha1", "sha256"), in base64; "-<parts>" behind a composite one.
  std::map<std::string, std::string> checksums;
  std::vector<ObjectPart> parts;   ///< empty unless it was uploaded in parts
  std::string replication_status;  ///< "", "PENDING", "COMPLETED", "FAILED" or "REPLICA"

  bool empty() const;
};

/// One committed object, or one version of it.
struct ObjectInfo {
  std::string bucket;
  std::string key;
  std::string version;  ///< a ULID, new for every put and every delete marker
  uint64_t size_bytes = 0;
  /// MD5 of the content in lower-case hexadecimal, without quotes; of an object uploaded in n parts the MD5 of the
  /// parts' MD5s and "-n", as S3's.
  std::string etag;
  std::string content_type;
  Timestamp last_modified;
  std::map<std::string, std::string> metadata;  ///< the user's, names in lower case
  ObjectAttributes attributes;
  int64_t sequence = 0;        ///< of the event that made it: greater for later versions; S3's sequencer
  bool null_version = false;   ///< written while its bucket was not versioned: S3 calls this version "null"
  bool delete_marker = false;  ///< a version that says that the key is deleted; has no content
};

struct PutOptions {
  std::string content_type = "application/octet-stream";
  std::map<std::string, std::string> metadata;
  bool if_none_match = false;  ///< fail with kPreconditionFailed if the key exists
  std::string if_match_etag;   ///< fail with kPreconditionFailed unless the key exists with this etag
  std::string if_match_version;  ///< fail with kPreconditionFailed unless this is the key's current version
  ObjectAttributes attributes;
  std::string operation = "put";  ///< stands in the event: see Event::operation
};

/// Content that is written and durable, but not yet an object. Removed when destroyed without a commit.
class StagedObject {
 public:
  virtual ~StagedObject() = default;
  virtual uint64_t size_bytes() const = 0;
  virtual const std::string& etag() const = 0;
};

/// Takes the content of an object to be. Memory does not grow with the content. One thread at a time.
class StagingWriter {
 public:
  virtual ~StagingWriter() = default;
  /// Errors: kResourceExhausted when the disk is full, kInternal.
  virtual Status Write(std::string_view data) = 0;
  /// Makes the content durable (fsync). The writer is of no use afterwards.
  virtual Result<std::unique_ptr<StagedObject>> Finish() = 0;
};

/// One step of a commit: a put if `content` is set, else a delete (deleting what is not there is no error). In a
/// bucket with versioning, a put keeps the version it replaces, and a delete adds a delete marker. The conditions of the
/// options hold for deletes and tags as well.
struct Change {
  std::string bucket;
  std::string key;
  std::unique_ptr<StagedObject> content;
  PutOptions options;
  /// Adds the tags of the options to those of the current object, and does nothing else: no version, no event. Fails
  /// with kNotFound if there is no object.
  bool add_tags = false;
};

struct CommitOptions {
  /// Committing again with a token that was committed before changes nothing and returns what the first commit
  /// returned. Empty: none. Kept for 30 days.
  std::string token;
  std::string traceparent;  ///< goes into the events; the current thread's trace if empty
};

struct CommitResult {
  std::string commit_id;
  std::vector<ObjectInfo> objects;  ///< those put, in the order of the changes
  std::vector<ObjectInfo> markers;  ///< the delete markers made
  int64_t last_sequence = 0;        ///< of the events it recorded
  bool repeated = false;            ///< the token had been committed before
};

struct ByteRange {
  uint64_t offset = 0;
  std::optional<uint64_t> length;  ///< to the end if absent
};

/// An object's content, read front to back. Stays readable when the object is replaced or deleted meanwhile.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;
  virtual const ObjectInfo& info() const = 0;
  /// The bytes this reader will deliver in all.
  virtual uint64_t length() const = 0;
  /// Up to `size` bytes, 0 at the end.
  virtual Result<size_t> Read(char* into, size_t size) = 0;
};

struct ListRequest {
  std::string bucket;
  std::string prefix;
  std::string delimiter;  ///< empty: no grouping
  std::string after;      ///< list keys (and common prefixes) greater than this, in byte order
  int64_t limit = 1000;
};

struct ListPage {
  std::vector<ObjectInfo> objects;
  std::vector<std::string> common_prefixes;
  bool truncated = false;
  std::string next_after;  ///< ListRequest::after of the next page
};

/// What happened to one object.
struct Event {
  int64_t sequence = 0;  ///< strictly increasing in commit order over the whole store
  std::string id;        ///< a ULID
  enum class Type {
    kObjectCreated,
    kObjectDeleted,   ///< the key has no object any more
    kVersionDeleted,  ///< a version that was not the current one, or a delete marker, was removed for good
  } type = Type::kObjectCreated;
  /// What led to it: "put", "copy", "complete_upload", "restore" (an old version is the current one again), "adopt"
  /// (another program wrote the file), "replicate"; "delete", "expire" (by a lifecycle rule), and
  /// "delete_marker", "expire_marker" where a marker was put over the object instead; "lost".
  std::string operation;
  ObjectInfo object;      ///< without attributes; of a deleted one: bucket, key and the version that was deleted
  std::string commit_id;  ///< shared by the events of one commit, which are neighbours in the log
  std::string writer;     ///< the service that committed ("extract", "transform")
  Timestamp time;
  std::string traceparent;
};

/// Every type, for those who list or parse them.
inline constexpr Event::Type kEventTypes[] = {Event::Type::kObjectCreated, Event::Type::kObjectDeleted,
                                              Event::Type::kVersionDeleted};
/// "object.created", "object.deleted", "object.version_deleted".
const char* EventTypeName(Event::Type type);

struct EventFilter {
  std::string bucket;  ///< empty: any
  std::string prefix;
  std::string suffix;
  std::vector<Event::Type> types;  ///< empty: kObjectCreated and kObjectDeleted
  std::string writer;              ///< empty: any

  bool Matches(const Event& event) const;
};

struct EventPage {
  std::vector<Event> events;
  int64_t last_sequence = 0;  ///< read on after this: the last one looked at, matching or not
  /// Set if events after the given sequence were trimmed: those before this sequence are gone. Who needs them must
  /// look at the objects instead.
  std::optional<int64_t> trimmed_before;
};

/// Files that stay on disk, unchanged, until this is destroyed, whatever happens to their objects.
class Pin {
 public:
  virtual ~Pin() = default;
  /// The directory all pinned files are in, and the files in the order asked for. A file's name ends like its key.
  virtual const std::filesystem::path& directory() const = 0;
  virtual const std::vector<std::filesystem::path>& files() const = 0;
};

struct ObjectVersion {
  std::string bucket;
  std::string key;
  std::string version;
};

/// Buckets of objects with an event log. Thread-safe; several processes may share one store.
/// Durability: a commit that returned is on disk, its events included, and survives kill -9 and power loss.
/// Errors of all methods: kInvalidArgument for names that are not allowed, kNotFound, kResourceExhausted when
/// the disk is full, kInternal.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  /// Creates the bucket; existing is fine. Names: 3 to 63 of [a-z0-9.-], as S3's.
  virtual Status EnsureBucket(const std::string& bucket) = 0;
  virtual Result<std::vector<std::string>> ListBuckets() = 0;

  virtual Result<std::unique_ptr<StagingWriter>> Stage() = 0;
  /// Takes a finished file from a scratch directory over as staged content, without copying.
  virtual Result<std::unique_ptr<StagedObject>> StageFile(const std::filesystem::path& file) = 0;
  /// A new empty directory on the store's disk, removed with everything in it when the pointer goes.
  virtual Result<std::shared_ptr<const std::filesystem::path>> ScratchDirectory() = 0;

  /// Makes all changes, or none: also after a crash in the middle. One event per change that had an effect.
  /// Errors: kPreconditionFailed (a condition of the options), kConflict (`a` beside `a/b`).
  virtual Result<CommitResult> Commit(std::vector<Change> changes, const CommitOptions& options) = 0;

  /// Stages and commits one object.
  Result<ObjectInfo> Put(const std::string& bucket, const std::string& key, std::string_view content,
                         const PutOptions& options = {});
  Status Delete(const std::string& bucket, const std::string& key);

  virtual Result<ObjectInfo> Head(const std::string& bucket, const std::string& key) = 0;
  /// Errors: kInvalidArgument for a range that starts beyond the end.
  virtual Result<std::unique_ptr<ObjectReader>> Get(const std::string& bucket, const std::string& key,
                                                    std::optional<ByteRange> range = {}) = 0;
  /// The whole content. Errors: kTooLarge over `max_bytes`.
  Result<std::string> GetAll(const std::string& bucket, const std::string& key, uint64_t max_bytes = 64 << 20);
  virtual Result<ListPage> List(const ListRequest& request) = 0;

  /// Pins the files of exactly these versions, for engines that read paths. Errors: kNotFound if one of them is
  /// gone or replaced (the message names it): ask for the current versions and try again.
  virtual Result<std::unique_ptr<Pin>> PinFiles(const std::vector<ObjectVersion>& objects) = 0;

  /// Reads the event log from after `sequence`, at most about `limit` events looked at; never splits a commit.
  virtual Result<EventPage> ReadEvents(int64_t after_sequence, const EventFilter& filter, int64_t limit = 1000) = 0;
  /// Removes events up to `up_to_sequence`, at most `limit` of them, the oldest first, but never the newest event nor
  /// what commits with a token need to be repeated. Returns how many; less than `limit` when it is done. A store whose
  /// log is not its own affair removes none.
  virtual Result<int64_t> TrimEvents(int64_t up_to_sequence, int64_t limit);
  /// The sequence of the newest event, 0 in an empty store.
  virtual Result<int64_t> LastSequence() = 0;
  /// `listener` is called after each commit of this process with the last sequence; it must be quick.
  virtual void OnCommit(std::function<void(int64_t last_sequence)> listener) = 0;

  /// Errors: kUnavailable once the disk failed to keep what was written: then the store takes no more writes.
  virtual Status Health() = 0;
};

}  // namespace tarn::object_store
