#include "services/extract/runs/source_states.h"

namespace tarn::extract {

Result<std::string> SourceStates::LoadText(const char* sql, const std::string& source) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto select, database_.Prepare(sql));
  TARN_ASSIGN(const bool found, select.Bind(1, source).Step());
  return found ? select.Text(0) : std::string();
}

Result<std::string> SourceStates::LoadCursor(const std::string& source) {
  return LoadText("SELECT cursor FROM source_states WHERE source = ?", source);
}

Result<std::string> SourceStates::LoadNotes(const std::string& source) {
  return LoadText("SELECT notes FROM source_states WHERE source = ?", source);
}

Status SourceStates::SaveNotes(const std::string& source, const std::string& notes) {
  const auto lock = database_.Lock();
  TARN_ASSIGN(auto upsert, database_.Prepare("INSERT INTO source_states (source, notes) VALUES (?1, ?2) "
                                             "ON CONFLICT (source) DO UPDATE SET notes = ?2"));
  return upsert.Bind(1, source).Bind(2, notes).Run();
}

Status SourceStates::SaveCursor(const std::string& source, const std::string& cursor) {
  TARN_ASSIGN(auto upsert,
              database_.Prepare("INSERT INTO source_states (source, notes, cursor) VALUES (?1, '', ?2) "
                                "ON CONFLICT (source) DO UPDATE SET cursor = ?2"));
  return upsert.Bind(1, source).Bind(2, cursor).Run();
}

}  // namespace tarn::extract
