#include "services/extract/sources/rest/page_look.h"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "common/checksums/checksum.h"
#include "common/ids/ulid.h"
#include "common/json/json.h"

namespace tarn::extract::rest {
namespace {

nlohmann::json ToJson(const PageLook& look) {
  nlohmann::json value = {{"received", look.received},
                          {"next", look.next},
                          {"end", look.end},
                          {"fingerprint", look.fingerprint},
                          {"stored", look.stored}};
  if (look.total) value["total"] = *look.total;
  if (look.total_pages) value["total_pages"] = *look.total_pages;
  if (look.has_more) value["has_more"] = *look.has_more;
  if (look.unchanged) value["unchanged"] = true;
  if (!look.validators.empty()) value["validators"] = rest::ToJson(look.validators);
  if (!look.content_hash.empty()) value["content_hash"] = look.content_hash;
  return value;
}

PageLook FromJson(const nlohmann::json& value) {
  PageLook look;
  look.received = value.at("received").get<int64_t>();
  look.next = value.at("next").get<std::string>();
  look.end = value.at("end").get<bool>();
  look.fingerprint = value.at("fingerprint").get<uint64_t>();
  look.stored = value.at("stored").get<bool>();
  if (value.contains("total")) look.total = value["total"].get<int64_t>();
  if (value.contains("total_pages")) look.total_pages = value["total_pages"].get<int64_t>();
  if (value.contains("has_more")) look.has_more = value["has_more"].get<bool>();
  look.unchanged = value.contains("unchanged");
  if (value.contains("validators")) {
    look.validators = ReadValidators(value["validators"]).value_or(Validators());
  }
  if (value.contains("content_hash")) look.content_hash = value["content_hash"].get<std::string>();
  return look;
}

}  // namespace

PageNotes::PageNotes(std::filesystem::path directory, const std::string& unit)
    : directory_(std::move(directory)),
      prefix_(ToHex(checksums::Compute(checksums::Algorithm::kSha256, unit).substr(0, 12)) + "-") {}

std::filesystem::path PageNotes::FileOf(int64_t page) const {
  return directory_ / (prefix_ + std::to_string(page) + ".json");
}

std::optional<PageLook> PageNotes::Load(int64_t page) const {
  if (directory_.empty()) return std::nullopt;
  std::ifstream in(FileOf(page), std::ios::binary);
  if (!in) return std::nullopt;
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const auto value = json::Parse(text);
  if (!value.ok()) return std::nullopt;
  try {
    return FromJson(*value);
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;
  }
}

Status PageNotes::Save(int64_t page, const PageLook& look) const {
  if (directory_.empty()) return Ok();
  const std::filesystem::path file = FileOf(page);
  std::filesystem::path unfinished = file;
  unfinished += ".part";
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  std::ofstream out(unfinished, std::ios::binary | std::ios::trunc);
  errno = 0;
  out << json::Dump(ToJson(look));
  out.close();
  if (out) std::filesystem::rename(unfinished, file, error);
  if (out && !error) return Ok();
  const bool full = errno == ENOSPC || error == std::errc::no_space_on_device;
  return Error(full ? Code::kResourceExhausted : Code::kInternal,
               full ? "the disk is full" : "the run's own directory cannot be written");
}

}  // namespace tarn::extract::rest
