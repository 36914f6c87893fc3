//===- DocumentReader.cpp - reads nodes of a document ---------------------===//

#include "DocumentReader.h"

#include "otelrewrite/Basic/Nearest.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace otelrewrite;

/// \p Text with each \p From replaced.
static void replaceAll(std::string &Text, StringRef From, StringRef To) {
  for (size_t At = Text.find(From); At != std::string::npos;
       At = Text.find(From, At + To.size()))
    Text.replace(At, From.size(), To);
}

void DocumentReader::report(diag::Kind Kind, SourceRange At,
                            std::initializer_list<StringRef> Args) const {
  std::vector<std::string> Own(Args.begin(), Args.end());
  if (IsYaml && !Own.empty() &&
      (Kind == diag::err_rule_type || Kind == diag::err_rule_missing_key ||
       Kind == diag::err_rule_empty)) {
    // The last one says what to write instead. Inline tables are flow mappings
    // but for the sign between key and value.
    replaceAll(Own.back(), " = ", ": ");
    if (Kind == diag::err_rule_type)
      for (size_t I = 1; I < Own.size(); ++I) {
        replaceAll(Own[I], "a table", "a mapping");
        replaceAll(Own[I], "of tables", "of mappings");
        replaceAll(Own[I], "an array", "a list");
      }
  }
  SmallVector<StringRef> Views(Own.begin(), Own.end());
  Diags.reportList(Kind, &File, At, Views);
}

void DocumentReader::reportType(const DocumentNode &N, StringRef Key,
                                StringRef Wanted) const {
  std::string Name = Key.contains(' ') ? Key.str() : "`" + Key.str() + "`";
  report(diag::err_rule_type, N.Range, {Name, N.getTypeName(), Wanted});
}

StringRef DocumentReader::reportUnknown(const DocumentEntry &E, StringRef Where,
                                        ArrayRef<StringRef> Known) const {
  StringRef Name = E.Key;
  StringRef Nearest;
  // Another tool's rule files call it target.
  if (Name == "target" && llvm::is_contained(Known, "import_path"))
    Nearest = "import_path";
  if (Where == "`where`" && (Name == "target" || Name == "import_path" ||
                             Name == "version" || Name == "do")) {
    report(diag::err_rule_unknown_key, E.KeyRange,
           {Name, Where, "it stands beside `where`, not in it"});
    return Nearest;
  }
  if (Nearest.empty()) {
    NearestName Near(Name, NearestName::Case::Ignored);
    for (StringRef K : Known)
      Near.consider(K);
    Nearest = Near.get();
  }
  std::string Advice;
  if (!Nearest.empty()) {
    Advice = ("did you mean `" + Nearest + "`?").str();
  } else {
    Advice =
        Known.size() == 1 ? "the only key there is " : "the keys there are ";
    for (size_t I = 0; I < Known.size(); ++I) {
      if (I)
        Advice += I + 1 == Known.size() ? " and " : ", ";
      Advice += ("`" + Known[I] + "`").str();
    }
  }
  report(diag::err_rule_unknown_key, E.KeyRange, {Name, Where, Advice});
  return Nearest;
}

void DocumentReader::reportPattern(const DocumentNode &N, StringRef Key,
                                   const Glob::Error &E) const {
  SourceRange R = N.Range;
  if (E.Offset < N.Text.Text.size()) {
    R.Begin = N.Text.getFileOffset(E.Offset);
    R.End = R.Begin + 1;
  }
  report(diag::err_rule_pattern, R, {Key, E.Message});
}

std::optional<StringRef> DocumentReader::getString(const DocumentNode &N,
                                                   StringRef Key,
                                                   StringRef IfEmpty) const {
  if (N.Type != DocumentNode::Kind::String && !N.IsPlain) {
    reportType(N, Key, "a string");
    return std::nullopt;
  }
  StringRef Text = N.Text.Text;
  if (Text.trim().empty()) {
    report(diag::err_rule_empty, N.Range, {Key, IfEmpty});
    return std::nullopt;
  }
  return Text;
}

const DocumentNode *DocumentReader::require(const DocumentNode &T,
                                            SourceRange At, StringRef What,
                                            StringRef Key, StringRef Example,
                                            ArrayRef<StringRef> Meant) const {
  if (const DocumentNode *N = T.get(Key))
    return N;
  if (!is_contained(Meant, Key))
    report(diag::err_rule_missing_key, At, {What, Key, Example});
  return nullptr;
}

bool otelrewrite::isIdentifier(StringRef S) {
  auto isLetter = [](char C) {
    return isAlpha(C) || C == '_' || static_cast<unsigned char>(C) >= 0x80;
  };
  return !S.empty() && isLetter(S[0]) && S != "_" &&
         llvm::all_of(S, [&](char C) { return isLetter(C) || isDigit(C); });
}

/// What is wrong with \p Path as an import path; empty if nothing is.
static StringRef findImportPathError(StringRef Path) {
  if (Path.starts_with("./") || Path.starts_with("../") || Path == "." ||
      Path == "..")
    return "a relative path means nothing to other packages; write the full "
           "one";
  if (Path.starts_with("/"))
    return "it is a file's path; write the package's import path";
  if (Path.ends_with("/") || Path.contains("//"))
    return "it has an empty element";
  for (char C : Path)
    if (!isAlnum(C) && !StringRef("-._~/+").contains(C))
      return C == ' ' ? "it contains a blank"
                      : "it contains a character that import paths may not "
                        "contain";
  return "";
}

void DocumentReader::checkImportPath(StringRef Path, SourceRange At) const {
  if (StringRef Wrong = findImportPathError(Path); !Wrong.empty())
    report(diag::err_rule_import_path, At, {Path, Wrong});
}
