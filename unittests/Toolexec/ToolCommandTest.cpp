//===- ToolCommandTest.cpp ------------------------------------------------===//

#include "otelrewrite/Toolexec/ToolCommand.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include "gtest/gtest.h"

using namespace llvm;
using namespace otelrewrite;

using Words = std::vector<std::string>;

static CompileCommand parse(Words Args) {
  auto Command = CompileCommand::parse(std::move(Args));
  if (!Command) {
    ADD_FAILURE() << toString(Command.takeError());
    return {};
  }
  return std::move(*Command);
}

/// A file with \p Text that goes away.
class TempFile {
public:
  explicit TempFile(StringRef Text) {
    int FD;
    EXPECT_FALSE(sys::fs::createTemporaryFile("args", "txt", FD, Path));
    raw_fd_ostream(FD, /*shouldClose=*/true) << Text;
  }
  ~TempFile() { sys::fs::remove(Path); }
  std::string getArgument() const { return "@" + std::string(Path); }

private:
  SmallString<128> Path;
};

TEST(ToolCommand, ClassifiesByBaseName) {
  EXPECT_EQ(classifyTool("/go/pkg/tool/linux_amd64/compile"),
            ToolKind::Compile);
  EXPECT_EQ(classifyTool("link.exe"), ToolKind::Link);
  EXPECT_EQ(classifyTool("cover"), ToolKind::Cover);
  for (const char *Tool : {"asm", "cgo", "vet", "gcc", "buildid", "pack",
                           "preprofile", "covdata", "compiler"})
    EXPECT_EQ(classifyTool(Tool), ToolKind::Other) << Tool;
}

TEST(ToolCommand, KnowsVersionQueries) {
  EXPECT_TRUE(isVersionQuery({"-V=full"}));
  EXPECT_TRUE(isVersionQuery({"-V"}));
  EXPECT_FALSE(isVersionQuery({"-V=full", "x.go"}));
  EXPECT_FALSE(isVersionQuery({}));
}

TEST(CompileCommand, SplitsFlagsAndFiles) {
  // As cmd/go of Go 1.26 writes it.
  Words Args{"-o",
             "/w/b001/_pkg_.a",
             "-trimpath",
             "/w/b001=>",
             "-p",
             "net/http",
             "-lang=go1.26",
             "-std",
             "-complete",
             "-buildid",
             "a/b",
             "-goversion",
             "go1.26.8",
             "-c=2",
             "-race",
             "-otelmark=0123",
             "-nolocalimports",
             "-importcfg",
             "/w/b001/importcfg",
             "-pack",
             "/src/a.go",
             "/src/b.go"};
  CompileCommand Command = parse(Args);
  EXPECT_EQ(Command.getMark(), "0123");
  EXPECT_EQ(Command.getPackagePath(), "net/http");
  EXPECT_EQ(Command.getOutput(), "/w/b001/_pkg_.a");
  EXPECT_EQ(Command.getObjectDir(), "/w/b001");
  EXPECT_EQ(Command.getLang(), "go1.26");
  EXPECT_EQ(Command.getGoVersion(), "go1.26.8");
  EXPECT_EQ(Command.getImportCfg(), "/w/b001/importcfg");
  EXPECT_EQ(Command.getFlag("race"), "true");
  EXPECT_EQ(Command.getFlag("msan"), "");
  EXPECT_EQ(Command.getFiles(),
            ArrayRef<std::string>({"/src/a.go", "/src/b.go"}));
  // Only the mark is gone.
  std::erase(Args, "-otelmark=0123");
  EXPECT_EQ(Command.getWords(), Args);
}

TEST(CompileCommand, LastFlagWins) {
  CompileCommand Command =
      parse({"-lang=go1.26", "-p", "a", "-lang=go1.21", "x.go"});
  EXPECT_EQ(Command.getLang(), "go1.21");
}

TEST(CompileCommand, ReplacesAndAddsFiles) {
  CompileCommand Command = parse({"-p", "a", "x.go", "y.go"});
  Command.replaceFile(1, "/w/y.go");
  Command.addFile("/w/z.go");
  EXPECT_EQ(Command.getWords(),
            (Words{"-p", "a", "x.go", "/w/y.go", "/w/z.go"}));
}

TEST(CompileCommand, RejectsWhatItWouldMisread) {
  // A flag with a value that is not known here would shift the files.
  auto Command = CompileCommand::parse({"-p", "a", "-new", "value", "x.go"});
  ASSERT_FALSE(static_cast<bool>(Command));
  EXPECT_EQ(toString(Command.takeError()),
            "compile: `value` is no Go file; this compiler has a flag that is "
            "not known here");
  auto Short = CompileCommand::parse({"-p"});
  ASSERT_FALSE(static_cast<bool>(Short));
  EXPECT_EQ(toString(Short.takeError()),
            "compile: flag `-p` needs an argument");
}

TEST(ResponseFiles, ExpandAsObjabiDoes) {
  TempFile Inner("-p\r\na\\\\b\r\n");
  TempFile Outer("\n-o\n" + Inner.getArgument() + "\nline\\nbreak\n\n");
  std::string Argument = Outer.getArgument();
  auto Out = expandResponseFiles({"-x", Argument, "f.go"});
  ASSERT_TRUE(static_cast<bool>(Out)) << toString(Out.takeError());
  EXPECT_EQ(*Out, (Words{"-x", "-o", "-p", "a\\b", "line\nbreak", "f.go"}));
}

TEST(ResponseFiles, RoundTrip) {
  Words Args{"a b", "c\\d", "e\nf", "\\n"};
  std::string Text;
  for (const std::string &Arg : Args)
    Text += encodeResponseWord(Arg) + "\n";
  TempFile File(Text);
  std::string Argument = File.getArgument();
  auto Out = expandResponseFiles({Argument});
  ASSERT_TRUE(static_cast<bool>(Out)) << toString(Out.takeError());
  EXPECT_EQ(*Out, Args);
}

TEST(ResponseFiles, FailWithThePath) {
  auto Missing = expandResponseFiles({"@/nowhere/args"});
  ASSERT_FALSE(static_cast<bool>(Missing));
  EXPECT_EQ(toString(Missing.takeError()),
            "'/nowhere/args': No such file or directory");
  TempFile Bad("a\\x\n");
  std::string Argument = Bad.getArgument();
  auto Out = expandResponseFiles({Argument});
  ASSERT_FALSE(static_cast<bool>(Out));
  EXPECT_NE(toString(Out.takeError()).find("bad escape"), std::string::npos);
}

TEST(ImportCfg, LooksThroughTheMap) {
  ImportCfg Cfg = ImportCfg::parse("# import config\n"
                                   "importmap golang.org/x/net=vendor/x/net\n"
                                   "packagefile fmt=/c/fmt.a\n"
                                   "packagefile vendor/x/net=/c/net.a\n"
                                   "modinfo \"x\"\n");
  EXPECT_EQ(Cfg.lookup("fmt"), "/c/fmt.a");
  EXPECT_EQ(Cfg.lookup("golang.org/x/net"), "/c/net.a");
  EXPECT_EQ(Cfg.lookup("os"), "");
}
