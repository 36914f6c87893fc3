//===- Settings.h - what the user asked of the tool itself ------*- C++ -*-===//

#ifndef OTELREWRITE_DRIVER_SETTINGS_H
#define OTELREWRITE_DRIVER_SETTINGS_H

#include <optional>
#include <string>
#include <vector>

namespace otelrewrite {

struct Settings {
  /// This program's version.
  std::string Version;
  /// This program's file: the go command runs it for each tool.
  std::string Executable;
  /// `share/otel` of the installation: rules, proxy, sdk-version.
  std::string ResourceDir;
  /// Rule files and folders of rule files, beside the installation's.
  std::vector<std::string> RulePaths;
  /// Built-in libraries to use, whatever the project says; `*` is all, `none`
  /// is none. Not set: what the project says.
  std::optional<std::vector<std::string>> Uses;
  /// Empty: `otel` in the user's cache directory.
  std::string CacheDir;
  /// Whatever stays uninstrumented although a rule is for it is an error.
  bool IsStrict = false;
  bool IsVerbose = false;
  bool UseColour = false;
};

} // namespace otelrewrite

#endif
