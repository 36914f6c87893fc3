//===- RuleFiles.cpp - the rule files of an invocation --------------------===//

#include "otelrewrite/Driver/RuleFiles.h"

#include "otelrewrite/Driver/Files.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;
using namespace otelrewrite;

Error RuleFiles::addFile(StringRef Path, DiagnosticEngine &Diags) {
  auto SourceOrErr = SourceFile::open(Path);
  if (!SourceOrErr)
    return SourceOrErr.takeError();
  Sources.push_back(std::move(*SourceOrErr));
  Paths.push_back(makeAbsolute(Path));
  Rules.addToml(*Sources.back(), Diags);
  return Error::success();
}

Error RuleFiles::addPath(StringRef Path, DiagnosticEngine &Diags) {
  if (!sys::fs::is_directory(Path))
    return addFile(Path, Diags);
  Paths.push_back(makeAbsolute(Path));
  std::vector<std::string> Names;
  std::error_code EC;
  for (sys::fs::directory_iterator I(Path, EC), End; I != End && !EC;
       I.increment(EC))
    if (StringRef(I->path()).ends_with(".toml"))
      Names.push_back(I->path());
  if (EC)
    return createFileError(Path, EC);
  llvm::sort(Names);
  for (const std::string &Name : Names)
    if (Error E = addFile(Name, Diags))
      return E;
  return Error::success();
}

Expected<RuleFiles> RuleFiles::load(const Settings &S,
                                    DiagnosticEngine &Diags) {
  RuleFiles Out;
  std::string Installed = joinPath(S.ResourceDir, "rules");
  if (sys::fs::is_directory(Installed))
    if (Error E = Out.addPath(Installed, Diags))
      return E;
  for (const std::string &Path : S.RulePaths)
    if (Error E = Out.addPath(Path, Diags))
      return E;
  if (Out.Paths.empty())
    return createStringError(errc::no_such_file_or_directory,
                             "no rules: %s does not exist and --rules names "
                             "none",
                             Installed.c_str());
  return Out;
}

std::pair<const SourceFile *, SourceRange>
RuleFiles::locate(const Rule &R, StringRef Text) const {
  for (const auto &Source : Sources) {
    if (Source->getName() != R.File)
      continue;
    uint32_t Line = std::max<uint32_t>(R.Position.Line, 1);
    if (Line > Source->getNumLines())
      break;
    StringRef Bytes = Source->getBytes();
    uint32_t Begin = Source->getLineStart(Line) +
                     std::max<uint32_t>(R.Position.Column, 1) - 1;
    // The next table's header ends the rule.
    size_t End = std::min(Bytes.find("\n[rule", Begin), Bytes.size());
    for (char Quote : {'"', '\''}) {
      std::string Quoted = Quote + Text.str() + Quote;
      size_t At = Bytes.slice(Begin, End).find(Quoted);
      if (At != StringRef::npos) {
        auto Start = static_cast<uint32_t>(Begin + At + 1);
        return {Source.get(),
                {Start, Start + static_cast<uint32_t>(Text.size())}};
      }
    }
    return {Source.get(),
            {Begin, Begin + static_cast<uint32_t>(R.Name.size())}};
  }
  return {nullptr, {}};
}
