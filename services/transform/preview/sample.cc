#include "services/transform/preview/sample.h"

#include <algorithm>

namespace tarn::transform {
namespace {

using object_store::ObjectInfo;

RunInput ToInput(const ObjectInfo& info) {
  RunInput input;
  input.bucket = info.bucket;
  input.key = info.key;
  input.version = info.version;
  input.size_bytes = info.size_bytes;
  input.last_modified = info.last_modified;
  return input;
}

// The part of the bucket in which both the input's objects and those that the request asks for are.
std::string SearchPrefix(const Input& input, const std::string& wanted) {
  return wanted.size() > input.prefix.size() ? wanted : input.prefix;
}

class Picker {
 public:
  Picker(object_store::ObjectStore& store, const PreviewOptions& options)
      : store_(store), options_(options) {}

  Status TakeNamed(const Definition& definition, const std::vector<Planner::ObjectName>& names) {
    for (const auto& name : names) {
      if (definition.InputOf(name.bucket, name.key) == nullptr)
        return Error(Code::kInvalidArgument,
                     "the models that are computed read no input that takes " + name.bucket + "/" + name.key)
            .At("/objects");
      TARN_ASSIGN(const ObjectInfo info, store_.Head(name.bucket, name.key));
      Take(info);
    }
    return Ok();
  }

  Status TakeNewest(const Definition& definition, const Input& input, const std::string& prefix) {
    object_store::ListRequest request;
    request.bucket = input.bucket;
    request.prefix = SearchPrefix(input, prefix);
    std::vector<ObjectInfo> found;
    size_t looked_at = 0;
    while (true) {
      TARN_ASSIGN(const auto page, store_.List(request));
      looked_at += page.objects.size();
      for (const ObjectInfo& object : page.objects) {
        if (object.key.starts_with(prefix) && definition.InputOf(object.bucket, object.key) == &input)
          found.push_back(object);
      }
      KeepNewest(found);
      if (!page.truncated) break;
      if (looked_at >= kMaxListed) {
        sample_.warnings.push_back("only the first " + std::to_string(looked_at) + " objects of " +
                                   input.bucket + "/" + request.prefix +
                                   " were looked at; say which prefix or objects you want");
        break;
      }
      request.after = page.next_after;
    }
    if (found.empty())
      sample_.warnings.push_back("there is no object for the input" +
                                 (input.name.empty() ? "" : " " + input.name));
    for (const ObjectInfo& object : found) Take(object);
    return Ok();
  }

  Sample Finish() { return std::move(sample_); }

 private:
  void KeepNewest(std::vector<ObjectInfo>& found) const {
    std::sort(found.begin(), found.end(), [](const ObjectInfo& a, const ObjectInfo& b) {
      return std::tie(b.last_modified, b.key) < std::tie(a.last_modified, a.key);
    });
    if (found.size() > options_.sample_objects) found.resize(options_.sample_objects);
  }

  void Take(const ObjectInfo& info) {
    if (bytes_ + info.size_bytes > options_.sample_bytes) {
      sample_.warnings.push_back("left out, since the sample would have more than " +
                                 std::to_string(options_.sample_bytes) + " bytes: " + info.bucket + "/" +
                                 info.key);
      return;
    }
    bytes_ += info.size_bytes;
    sample_.objects.push_back(ToInput(info));
  }

  object_store::ObjectStore& store_;
  const PreviewOptions& options_;
  Sample sample_;
  uint64_t bytes_ = 0;
};

}  // namespace

Result<Sample> PickSample(object_store::ObjectStore& store, const Definition& definition,
                          const PreviewRequest& request, const PreviewOptions& options) {
  Picker picker(store, options);
  if (!request.objects.empty()) {
    TARN_TRY(picker.TakeNamed(definition, request.objects));
    return picker.Finish();
  }
  for (const Input& input : definition.inputs) TARN_TRY(picker.TakeNewest(definition, input, request.prefix));
  return picker.Finish();
}

}  // namespace tarn::transform
