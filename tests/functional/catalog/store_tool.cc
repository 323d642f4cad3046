// store-tool LAKE BUCKET (KEY=FILE | KEY=)...: puts the files under the keys and deletes the keys without a
// file, all in one commit.
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "common/object_store/local_object_store.h"

namespace {

using namespace tarn;

Result<object_store::Change> ReadChange(object_store::ObjectStore& store, const std::string& bucket,
                                        const std::string& argument) {
  // The last '=', since partition folders have some of their own.
  const size_t equals = argument.rfind('=');
  if (equals == std::string::npos) return Error(Code::kInvalidArgument, "not KEY=FILE: " + argument);
  object_store::Change change{bucket, argument.substr(0, equals), nullptr, {}};
  const std::string file = argument.substr(equals + 1);
  if (file.empty()) return change;
  std::ifstream input(file, std::ios::binary);
  if (!input) return Error(Code::kNotFound, "cannot read " + file);
  TARN_ASSIGN(const auto writer, store.Stage());
  TARN_TRY(writer->Write(std::string(std::istreambuf_iterator<char>(input), {})));
  TARN_ASSIGN(change.content, writer->Finish());
  return change;
}

Status Run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 3)
    return Error(Code::kInvalidArgument, "usage: store-tool LAKE BUCKET (KEY=FILE | KEY=)...");
  TARN_ASSIGN(const auto store, object_store::OpenLocalStore({arguments[0], "store-tool"}));
  TARN_TRY(store->EnsureBucket(arguments[1]));
  std::vector<object_store::Change> changes;
  for (size_t i = 2; i < arguments.size(); ++i) {
    TARN_ASSIGN(auto change, ReadChange(*store, arguments[1], arguments[i]));
    changes.push_back(std::move(change));
  }
  TARN_TRY(store->Commit(std::move(changes), {}));
  return Ok();
}

}  // namespace

int main(int argc, char** argv) {
  const Status status = Run({argv + 1, argv + argc});
  if (!status.ok()) std::cerr << status.error().message() << std::endl;
  return status.ok() ? 0 : 1;
}
