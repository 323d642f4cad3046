#include "tests/unit/services/transform/transforms/sql_attempts.h"

namespace tarn::transform {

const SqlAttempts& TheSqlAttempts() {
  static const SqlAttempts attempts = {
      // Statements of their own, behind another one, behind comments, behind marks that hide something.
      {"COPY (SELECT 1) TO 'x.csv'", "COPY t FROM 'x.csv'", "ATTACH 'x.db'", "ATTACH 'x.db' AS y; SELECT 1",
       "INSTALL httpfs", "LOAD httpfs", "PRAGMA version", "PRAGMA database_list", "SET memory_limit = '1TB'",
       "SET GLOBAL enable_external_access = true", "RESET memory_limit", "CALL pragma_version()",
       "CREATE TABLE t AS SELECT 1 AS a", "CREATE OR REPLACE VIEW models.places AS SELECT 1 AS place",
       "CREATE MACRO f(x) AS x", "INSERT INTO tarn.objects VALUES ('x', 'y', 'z', now())", "DELETE FROM tarn.objects",
       "UPDATE tarn.objects SET file = 'x'", "DROP SCHEMA tarn CASCADE", "ALTER TABLE t ADD a INT", "USE memory",
       "EXPORT DATABASE 'x'", "IMPORT DATABASE 'x'", "PREPARE p AS SELECT 1", "EXECUTE p", "BEGIN", "CHECKPOINT",
       "VACUUM", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "DESCRIBE SELECT 1", "SUMMARIZE SELECT 1 AS a",
       "SHOW TABLES", "SHOW DATABASES", "SHOW ALL TABLES", "SELECT 1 AS a; SELECT 2 AS a", "SELECT 1 AS a; ATTACH 'x'",
       "SELECT 1 AS a; /* ; */ DROP TABLE tarn.input", "/* SELECT 1 */ PRAGMA version", "SELECT 1 /* /* */; ATTACH 'x'",
       "SELECT 1 INTO t", "", ";", "SELECT $1 AS a", "SELECT ? AS a", "SELECT $name AS a", "SELECT 1 AS a WHERE",
       "SELECT 1 AS a\xEF\xBC\x9B" "ATTACH 'x'"},  // a full-width semicolon
      // Files, by function and by name; what the engine knows of itself; what other parts of a run made; other names.
      {"read_csv('x.csv')", "read_csv_auto('x.csv')", "READ_CSV('x.csv')", "main.read_csv('x.csv')",
       "system.main.read_csv('x.csv')", "read_text('/etc/passwd')", "read_blob('/etc/passwd')", "read_parquet('x')",
       "parquet_scan('x')", "read_json('x')", "read_json_auto('x')", "read_json_objects('x')", "read_ndjson('x')",
       "read_ndjson_objects('x')", "sniff_csv('x')", "glob('/*')", "parquet_metadata('x')", "parquet_schema('x')",
       "parquet_kv_metadata('x')", "sqlite_scan('x', 't')", "arrow_scan(1, 2, 3)", "seq_scan('t')", "'x.parquet'",
       "'x.csv'", "'/etc/passwd'", "'*.json'", "'s3://bucket/key.parquet'", "'https://127.0.0.1/x.csv'",
       "duckdb_settings()", "duckdb_secrets()", "duckdb_functions()", "duckdb_tables()", "duckdb_databases()",
       "duckdb_settings", "duckdb_tables", "information_schema.tables", "pg_catalog.pg_class", "sqlite_master",
       "pragma_table_info('t')", "pragma_database_list", "pragma_version()", "pragma_storage_info('t')",
       "query('SELECT 1')", "query_table('t')", "query_table(['t'])", "json_execute_serialized_sql('x')",
       "which_secret('x', 's3')", "enable_logging()", "test_all_types()", "tarn.objects", "TARN.Objects", "models.places",
       "MODELS.places", "memory.models.places", "main.places", "places", "input", "main.input", "temp.x",
       "(SELECT * FROM read_text('x'))", "(FROM 'x.csv')", "(WITH w AS (FROM read_text('x')) FROM w)",
       "(VALUES ('x')) v(f), LATERAL (FROM read_csv(f))", "range(1) r JOIN read_text('x') ON true",
       "range(length(getenv('HOME')))", "(SUMMARIZE tarn.objects)", "(SHOW TABLES)",
       // Look-alikes: Cyrillic, full-width, a zero-width space, a no-break space.
       "re\xD0\xB0" "d_csv('x')", "\xEF\xBD\x92" "ead_csv('x')", "read_csv\xE2\x80\x8B('x')", "\xC2\xA0" "read_csv('x')",
       "t\xD0\xB0rn.input"},
      {"getenv('HOME')", "GETENV('HOME')", "system.main.getenv('HOME')", "('HOME').getenv()",
       "current_setting('memory_limit')", "getvariable('x')", "current_query()", "nextval('s')", "currval('s')",
       "txid_current()", "pg_sleep(1)", "sleep_ms(1000)", "write_log('x')", "current_schema()", "current_database()",
       "current_schemas(true)", "session_user()", "in_search_path('a', 'b')", "has_table_privilege('t', 'x')",
       "json_serialize_sql('SELECT 1')", "json_deserialize_sql('x')", "json_execute_serialized_sql('x')",
       "no_such_function(1)", "read_text('x')", "(SELECT content FROM read_text('/etc/passwd'))",
       "(SELECT count(*) FROM glob('*'))", "EXISTS (FROM 'x.csv')", "1 IN (SELECT 1 FROM duckdb_secrets())",
       "list_transform([1], lambda x: getenv('HOME'))", "[getenv(n) for n in ['HOME']]",
       "CASE WHEN getenv('HOME') = '' THEN 1 END", "CAST(getenv('HOME') AS INTEGER)",
       "sum(1) OVER (ORDER BY getenv('HOME'))", "count(*) FILTER (WHERE getenv('HOME') = '')",
       "coalesce(NULL, getenv('HOME'))", "struct_pack(a := getenv('HOME')).a", "g\xD0\xB5tenv('HOME')", "$1", "?"}};
  return attempts;
}

}  // namespace tarn::transform
