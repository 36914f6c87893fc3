//===- FrontEndActions.cpp - otel-rewrite's views of the front end --------===//

#include "FrontEndActions.h"

#include "otelrewrite/AST/Dump.h"
#include "otelrewrite/Lex/Lexer.h"
#include "otelrewrite/Parse/Parser.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Process.h"

#include <ctime>

using namespace llvm;
using namespace otelrewrite;

Expected<std::vector<std::string>>
otelrewrite::expandInputs(const std::vector<std::string> &Inputs) {
  std::vector<std::string> Paths;
  for (StringRef Input : Inputs) {
    if (!Input.consume_front("@")) {
      Paths.push_back(Input.str());
      continue;
    }
    auto Buffer = MemoryBuffer::getFile(Input);
    if (!Buffer)
      return createFileError(Input, Buffer.getError());
    SmallVector<StringRef, 0> Lines;
    (*Buffer)->getBuffer().split(Lines, '\n', -1, /*KeepEmpty=*/false);
    for (StringRef Line : Lines)
      Paths.push_back(Line.rtrim('\r').str());
  }
  return Paths;
}

/// Opens \p Path; complains and returns null where that fails.
static std::unique_ptr<SourceFile> open(StringRef Path) {
  auto File = SourceFile::open(Path);
  if (File)
    return std::move(*File);
  errs() << "otel-rewrite: error: " << toString(File.takeError()) << '\n';
  return nullptr;
}

static void render(const DiagnosticEngine &Diags) {
  renderDiagnostics(Diags.getDiagnostics(), errs(),
                    sys::Process::StandardErrHasColors());
}

bool otelrewrite::checkOnly(StringRef Path) {
  std::unique_ptr<SourceFile> File = open(Path);
  if (!File)
    return false;
  DiagnosticEngine Diags;
  parseFile(*File, Diags);
  render(Diags);
  return !Diags.hasErrors();
}

bool otelrewrite::dumpTokens(StringRef Path, raw_ostream &OS) {
  std::unique_ptr<SourceFile> File = open(Path);
  if (!File)
    return false;
  TokenBuffer Tokens = lex(*File);
  ArrayRef<Comment> Comments = Tokens.comments();
  for (TokenIndex I = 0; I < Tokens.size(); ++I) {
    while (!Comments.empty() && Comments.front().NextToken == I) {
      SourceRange R = Comments.front().Range;
      OS << R.Begin << ':' << R.End << " COMMENT ";
      OS.write_escaped(File->getText(R)) << '\n';
      Comments = Comments.drop_front();
    }
    tok::Kind K = Tokens.kind(I);
    SourceRange R = Tokens.range(I);
    OS << R.Begin << ':' << R.End << ' ' << tok::getName(K);
    if (K == tok::Identifier || tok::isLiteral(K)) {
      OS << ' ';
      OS.write_escaped(Tokens.text(I));
    }
    OS << '\n';
  }
  DiagnosticEngine Diags;
  for (const PendingDiagnostic &E : Tokens.errors()) {
    std::string A = E.Args.empty() ? "" : E.Args[0];
    std::string B = E.Args.size() < 2 ? "" : E.Args[1];
    Diags.report(E.Kind, *File, E.Range, {A, B});
  }
  render(Diags);
  return !Diags.hasErrors();
}

bool otelrewrite::dumpAST(StringRef Path, bool AsJSON, raw_ostream &OS) {
  std::unique_ptr<SourceFile> File = open(Path);
  if (!File)
    return false;
  DiagnosticEngine Diags;
  auto Parsed = parseFile(*File, Diags);
  (AsJSON ? dumpTreeAsJSON : dumpTree)(*Parsed->Root, Parsed->Tokens, OS);
  render(Diags);
  std::string Problem = verifyTree(*Parsed->Root, Parsed->Tokens);
  if (!Problem.empty()) {
    errs() << Path << ": the tree is inconsistent: " << Problem << '\n';
    return false;
  }
  return !Diags.hasErrors();
}

double otelrewrite::getCpuSeconds() {
  timespec T;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &T);
  return static_cast<double>(T.tv_sec) + T.tv_nsec * 1e-9;
}

bool otelrewrite::timeFrontEnd(const std::vector<std::string> &Paths,
                               unsigned Rounds, raw_ostream &OS) {
  std::vector<std::unique_ptr<SourceFile>> Files;
  uint64_t Bytes = 0;
  for (const std::string &Path : Paths) {
    std::unique_ptr<SourceFile> File = open(Path);
    if (!File)
      return false;
    // Touch every page: reading is not what is measured.
    uint64_t Sum = 0;
    for (char C : File->getBytes())
      Sum += static_cast<unsigned char>(C);
    Bytes += File->size() + (Sum & 0);
    Files.push_back(std::move(File));
  }
  for (unsigned Round = 0; Round < Rounds; ++Round) {
    double Lexing = 0, Parsing = 0;
    uint64_t TokenCount = 0, TokenBytes = 0, TreeBytes = 0, TreeMemory = 0;
    for (const auto &File : Files) {
      DiagnosticEngine Diags;
      double Start = getCpuSeconds();
      TokenBuffer Tokens = lex(*File);
      double Lexed = getCpuSeconds();
      ASTContext Context;
      parse(Tokens, Context, Diags);
      double Parsed = getCpuSeconds();
      Lexing += Lexed - Start;
      Parsing += Parsed - Lexed;
      TokenCount += Tokens.size();
      TokenBytes += Tokens.getMemoryUse();
      TreeBytes += Context.getBytesAllocated();
      TreeMemory += Context.getTotalMemory();
    }
    double MB = Bytes / 1e6;
    double Total = Lexing + Parsing;
    OS << formatv("{0} files, {1:F1} MB, {2} tokens: lex {3:F1} MB/s, parse "
                  "{4:F1} MB/s, both {5:F1} MB/s; live bytes per source byte: "
                  "tokens {6:F2}, tree {7:F2} (with slack {8:F2})\n",
                  Files.size(), MB, TokenCount, MB / Lexing, MB / Parsing,
                  MB / Total, double(TokenBytes) / Bytes,
                  double(TreeBytes) / Bytes, double(TreeMemory) / Bytes);
  }
  return true;
}
