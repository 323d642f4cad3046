#include "tests/support/connector_context.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "services/extract/sources/client/source_client.h"

namespace tarn::extract {
namespace {

Error Dead() { return Error(Code::kInternal, "the process is dead"); }

}  // namespace

std::string MemoryPages::Key(const PageId& page) {
  if (!page.name.empty()) return page.stream + "/" + page.name;
  char name[32];
  std::snprintf(name, sizeof name, "page-%05lld.json", static_cast<long long>(page.number));
  return page.stream + "/" + name;
}

Result<std::optional<std::string>> MemoryPages::Find(const PageId& page) {
  const std::lock_guard lock(mutex_);
  if (left_ == 0) return Dead();
  const auto found = pages_.find(Key(page));
  if (found == pages_.end()) return std::optional<std::string>();
  return std::optional(found->second.content);
}

Result<bool> MemoryPages::Has(const PageId& page) {
  const std::lock_guard lock(mutex_);
  if (left_ == 0) return Dead();
  return pages_.contains(Key(page));
}

Status MemoryPages::Put(const PageId& page, std::string_view content, const PageFacts& facts) {
  const std::lock_guard lock(mutex_);
  if (left_ == 0) return Dead();
  const std::string key = Key(page);
  const bool is_new = pages_.try_emplace(key, Page{std::string(content), facts}).second;
  pages_[key].facts = facts;
  if (is_new) TARN_TRY(Step());
  if (std::find(written_.begin(), written_.end(), key) == written_.end()) written_.push_back(key);
  return Ok();
}

Status MemoryPages::PutFile(const PageId& page, const std::filesystem::path& file, const PageFacts& facts) {
  TARN_ASSIGN(const bool there, Has(page));
  if (there) return Put(page, "", facts);  // it keeps its content
  std::ifstream in(file, std::ios::binary);
  if (!in) return Error(Code::kInternal, "cannot read " + file.string());
  std::ostringstream content;
  content << in.rdbuf();
  return Put(page, content.str(), facts);
}

Status MemoryPages::Finish(const std::string& stream) {
  const std::lock_guard lock(mutex_);
  if (left_ == 0) return Dead();
  written_.push_back(stream + "/manifest.json");
  return Step();
}

Status MemoryPages::Step() {
  if (!left_) return Ok();
  --*left_;
  return *left_ == 0 && !record_last_ ? Status(Dead()) : Ok();
}

void MemoryPages::DieAfter(int64_t pages, bool record_last) {
  const std::lock_guard lock(mutex_);
  left_ = pages;
  record_last_ = record_last;
}

void MemoryPages::Revive() {
  const std::lock_guard lock(mutex_);
  left_.reset();
  written_.clear();
}

std::map<std::string, MemoryPages::Page> MemoryPages::pages() const {
  const std::lock_guard lock(mutex_);
  return pages_;
}

std::string MemoryPages::Content(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = pages_.find(key);
  return found == pages_.end() ? "" : found->second.content;
}

std::vector<std::string> MemoryPages::written() const {
  const std::lock_guard lock(mutex_);
  return written_;
}

bool MemoryPages::Finished(const std::string& stream) const {
  const std::lock_guard lock(mutex_);
  return std::find(written_.begin(), written_.end(), stream + "/manifest.json") != written_.end();
}

int64_t MemoryPages::records() const {
  const std::lock_guard lock(mutex_);
  int64_t records = 0;
  for (const auto& [key, page] : pages_) records += page.facts.records;
  return records;
}

Result<std::string> MemoryState::LoadCursor() { return cursor(); }
Result<std::string> MemoryState::LoadNotes() { return notes(); }

void MemoryState::StageCursor(std::string cursor) {
  const std::lock_guard lock(mutex_);
  staged_ = std::move(cursor);
}

Status MemoryState::SaveNotes(const std::string& notes) {
  const std::lock_guard lock(mutex_);
  notes_ = notes;
  return Ok();
}

void MemoryState::CommitCursor() {
  const std::lock_guard lock(mutex_);
  if (staged_) cursor_ = *std::move(staged_);
  staged_.reset();
}

void MemoryState::DropStagedCursor() {
  const std::lock_guard lock(mutex_);
  staged_.reset();
}

std::string MemoryState::cursor() const {
  const std::lock_guard lock(mutex_);
  return cursor_;
}

std::string MemoryState::notes() const {
  const std::lock_guard lock(mutex_);
  return notes_;
}

void MemoryProgress::Advance(double fraction) {
  const std::lock_guard lock(mutex_);
  fraction_ = std::max(fraction_, fraction);
}

void MemoryProgress::Count(std::string_view name, int64_t amount) {
  const std::lock_guard lock(mutex_);
  counts_[std::string(name)] += amount;
}

void MemoryProgress::Expect(int64_t records) {
  const std::lock_guard lock(mutex_);
  expected_ += records;
}

double MemoryProgress::fraction() const {
  const std::lock_guard lock(mutex_);
  return fraction_;
}

int64_t MemoryProgress::count(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(name);
  return found == counts_.end() ? 0 : found->second;
}

int64_t MemoryProgress::expected() const {
  const std::lock_guard lock(mutex_);
  return expected_;
}

ConnectorLab::ConnectorLab() {
  retry.max_attempts = 4;
  retry.initial_backoff = std::chrono::milliseconds(1);
  retry.max_backoff = std::chrono::milliseconds(5);
  retry.max_retry_after = std::chrono::milliseconds(2'000);
}

Result<RunOutcome> ConnectorLab::Run(Connector& connector) {
  pages = std::make_unique<MemoryPages>();
  ++run_;
  return Resume(connector);
}

Result<RunOutcome> ConnectorLab::Resume(Connector& connector) {
  progress = std::make_unique<MemoryProgress>();
  state.DropStagedCursor();
  const auto governor = std::make_shared<SourceGovernor>(limits);
  const auto scratch = home / ("run" + std::to_string(run_));
  std::filesystem::create_directories(scratch);
  SourceClient client(http, governor, retry, *progress, cancel.get_token());
  RunContext context{client, *pages, state, *progress, window, created_at, scratch, cancel.get_token(),
                     is_sample};
  auto outcome = connector.Run(context);
  resume_after = client.ResumeAfter();
  if (outcome.ok() && outcome->problems.empty()) state.CommitCursor();
  return outcome;
}

}  // namespace tarn::extract
