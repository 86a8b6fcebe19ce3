# SQLite as Debian 12 ships it (3.40.1) can corrupt a WAL database that several processes write and checkpoint
# (the WAL-reset bug, fixed in 3.51.3). Several of our processes write, so we compile the amalgamation that the npm
# package better-sqlite3 carries, and let it stand in for SQLite::SQLite3.
set(_sqlite_dir "${PROJECT_SOURCE_DIR}/node_modules/better-sqlite3/deps/sqlite3")
if(NOT EXISTS "${_sqlite_dir}/sqlite3.c")
  message(FATAL_ERROR "${_sqlite_dir}/sqlite3.c is missing: run 'npm ci' and configure again.")
endif()
add_library(keepleaf_sqlite STATIC "${_sqlite_dir}/sqlite3.c")
target_include_directories(keepleaf_sqlite SYSTEM PUBLIC "${_sqlite_dir}")
target_compile_definitions(keepleaf_sqlite
  PUBLIC SQLITE_ENABLE_FTS5 SQLITE_ENABLE_COLUMN_METADATA
  PRIVATE SQLITE_THREADSAFE=2 SQLITE_DQS=0 SQLITE_DEFAULT_MEMSTATUS=0
          SQLITE_LIKE_DOESNT_MATCH_BLOBS SQLITE_DEFAULT_FOREIGN_KEYS=1
          SQLITE_USE_URI=0 SQLITE_SECURE_DELETE SQLITE_ENABLE_DBSTAT_VTAB HAVE_FDATASYNC HAVE_USLEEP)
target_compile_options(keepleaf_sqlite PRIVATE -O2 -w)
target_link_libraries(keepleaf_sqlite PUBLIC Threads::Threads m)
add_library(SQLite::SQLite3 ALIAS keepleaf_sqlite)
