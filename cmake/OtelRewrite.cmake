# Build rules shared by every component and tool.
#
#   otelrewrite_library(NAME SOURCES... LINK_COMPONENTS COMPONENTS...)
#     The static library otelrewrite<NAME>. LINK_COMPONENTS is the component's
#     whole set of permitted includes: utils/check-layering compares it with the
#     #include lines.
#   otelrewrite_tool(NAME SOURCES... LINK_COMPONENTS COMPONENTS...)
#   otelrewrite_re2c(OUT IN)

llvm_map_components_to_libnames(OTELREWRITE_LLVM_LIBS support)

add_library(otelrewrite_flags INTERFACE)
target_include_directories(otelrewrite_flags INTERFACE
  ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
target_include_directories(otelrewrite_flags SYSTEM INTERFACE
  ${LLVM_INCLUDE_DIRS})
target_compile_options(otelrewrite_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>
  -fno-strict-aliasing -Wall -Wextra -Werror -Wno-unused-parameter)
# GCC 12 warns falsely of overlapping copies in std::string's operator+ (its bug
# 105329), depending on what it happens to inline.
target_compile_options(otelrewrite_flags INTERFACE
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>)
separate_arguments(OTELREWRITE_LLVM_DEFS UNIX_COMMAND "${LLVM_DEFINITIONS}")
target_compile_options(otelrewrite_flags INTERFACE ${OTELREWRITE_LLVM_DEFS})

function(otelrewrite_library name)
  cmake_parse_arguments(ARG "" "" "LINK_COMPONENTS" ${ARGN})
  add_library(otelrewrite${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(otelrewrite${name} PUBLIC otelrewrite_flags)
  foreach(c ${ARG_LINK_COMPONENTS})
    target_link_libraries(otelrewrite${name} PUBLIC otelrewrite${c})
  endforeach()
  target_link_libraries(otelrewrite${name} PUBLIC ${OTELREWRITE_LLVM_LIBS})
endfunction()

function(otelrewrite_tool name)
  cmake_parse_arguments(ARG "" "" "LINK_COMPONENTS" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE otelrewrite_flags)
  foreach(c ${ARG_LINK_COMPONENTS})
    target_link_libraries(${name} PRIVATE otelrewrite${c})
  endforeach()
  target_link_libraries(${name} PRIVATE ${OTELREWRITE_LLVM_LIBS})
  # Nothing but libc is expected on the machine that runs it.
  target_link_options(${name} PRIVATE -Wl,--gc-sections -static-libstdc++
    -static-libgcc)
endfunction()

function(otelrewrite_re2c out in)
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${RE2C_EXECUTABLE} -b -W -i --no-generation-date -o ${out} ${in}
    DEPENDS ${in}
    COMMENT "re2c ${in}"
    VERBATIM)
endfunction()
