# Installation and packages: the programs, what they carry, man pages and shell
# completions. Everything is found relative to the program, so any prefix works.
#
#   cmake --install build --prefix DIR
#   cpack --config build/CPackConfig.cmake    .deb and .tar.gz

include(GNUInstallDirs)

install(TARGETS otel otel-rewrite RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# Help, man pages and completions come from one table in the program.
set(OTEL_PAGES ${PROJECT_BINARY_DIR}/pages)
add_custom_command(
  OUTPUT ${OTEL_PAGES}/stamp
  COMMAND ${PROJECT_SOURCE_DIR}/utils/make-pages $<TARGET_FILE:otel> ${OTEL_PAGES}
  COMMAND ${CMAKE_COMMAND} -E touch ${OTEL_PAGES}/stamp
  DEPENDS otel ${PROJECT_SOURCE_DIR}/utils/make-pages
  COMMENT "man pages and completions"
  VERBATIM)
add_custom_target(pages ALL DEPENDS ${OTEL_PAGES}/stamp)

install(DIRECTORY ${OTEL_PAGES}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${OTEL_PAGES}/otel.bash
  DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME otel)
install(FILES ${OTEL_PAGES}/_otel
  DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${OTEL_PAGES}/otel.fish
  DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES README.md CHANGELOG.md DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/otel-go)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/otel-go RENAME copyright)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PACKAGE_NAME otel-go)
set(CPACK_PACKAGE_VENDOR "OpenTelemetry")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
  "OpenTelemetry for Go programs, added while they are compiled")
set(CPACK_PACKAGE_DESCRIPTION
  "otel runs the go command and rewrites the functions that rules name, so that\n\
 unchanged programs emit OpenTelemetry traces, metrics and logs.")
set(CPACK_PACKAGE_CHECKSUM SHA256)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The otel maintainers <otel@example.invalid>")
set(CPACK_DEBIAN_PACKAGE_SECTION devel)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc6 (>= 2.34)")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "golang-go (>= 2:1.26)")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_PACKAGE_FILE_NAME
  otel-go-${PROJECT_VERSION}-linux-${CMAKE_SYSTEM_PROCESSOR})
include(CPack)
