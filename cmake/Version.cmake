# package.json is the one place that names the version; the host, the extension and the packages read it there.
file(READ "${CMAKE_CURRENT_LIST_DIR}/../package.json" _package_json)
string(JSON KEEPLEAF_VERSION GET "${_package_json}" version)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/../package.json")
