# The extension and the pinned SQLite come out of package-lock.json, whose integrity hashes npm checks.
find_program(NPM_PROGRAM npm REQUIRED)
find_program(NODE_PROGRAM node REQUIRED)
set(_npm_stamp "${PROJECT_SOURCE_DIR}/node_modules/.package-lock.json")
if(NOT EXISTS "${_npm_stamp}" OR "${PROJECT_SOURCE_DIR}/package-lock.json" IS_NEWER_THAN "${_npm_stamp}")
  message(STATUS "Installing the npm packages that package-lock.json pins")
  execute_process(COMMAND ${NPM_PROGRAM} ci --no-audit --no-fund
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}" RESULT_VARIABLE _npm_result OUTPUT_QUIET)
  if(NOT _npm_result EQUAL 0)
    message(FATAL_ERROR "npm ci failed (${_npm_result}): the pinned SQLite and the extension's tools come from npm. "
      "Check that the npm registry can be reached, then configure again.")
  endif()
  file(TOUCH_NOCREATE "${_npm_stamp}")
endif()
