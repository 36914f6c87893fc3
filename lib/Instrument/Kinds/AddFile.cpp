//===- AddFile.cpp - give a package one more file -------------------------===//

#include "Application.h"

#include "otelrewrite/AST/AST.h"

using namespace llvm;
using namespace otelrewrite;

void otelrewrite::apply(const AddFile &K, Application &A) {
  const std::string *Text = nullptr;
  for (const AddedFile &F : A.Options.AddedFiles)
    if (F.Path == K.Path && F.File == K.File)
      Text = &F.Text;
  auto fail = [&](StringRef Why) {
    A.Diags.report(diag::err_rule_add_file, nullptr, {},
                   {A.TheRule.Name, K.File, K.Path, Why});
  };
  if (!Text)
    return fail("the file is not there");
  if (!A.claim(nullptr, "a file `" + K.File + "`"))
    return;
  auto Source = SourceFile::fromString(K.File, *Text);
  DiagnosticEngine Found;
  std::unique_ptr<ParsedFile> File = parseFile(*Source, Found);
  for (const Diagnostic &D : Found.getDiagnostics())
    if (D.Level == Severity::Error)
      return fail(D.Message);
  // It belongs to the target now, and may say that it belongs to no build.
  SourceRange Name = File->Root->PackageName->getRange(File->Tokens);
  std::string Imports;
  for (const auto &[Alias, Path] : A.TheRule.Imports)
    if (Path != A.Pkg.ImportPath)
      Imports += "; import " + Alias + " \"" + Path + "\"";
  StringRef Bytes = Source->getBytes();
  std::string Dir =
      A.Options.GeneratedDir.empty() ? "" : A.Options.GeneratedDir + "/";
  A.Out.Generated.push_back({K.File, "//line " + Dir + K.File + ":1:1\n" +
                                         Bytes.take_front(Name.Begin).str() +
                                         A.Pkg.Name + Imports +
                                         Bytes.substr(Name.End).str()});
  for (const auto &[Alias, Path] : A.TheRule.Imports)
    if (Path != A.Pkg.ImportPath)
      A.Out.Imports.insert(Path);
  for (const ImportSpec *I : getImports(*File->Root))
    A.Out.Imports.insert(getImportPath(*I, File->Tokens));
}
