//===- Doctor.cpp - is everything here that a build needs? ----------------===//

#include "otelrewrite/Answers/Doctor.h"

#include "Paint.h"

#include "otelrewrite/Driver/BuildAnalysis.h"
#include "otelrewrite/Driver/Files.h"
#include "otelrewrite/Driver/Modules.h"
#include "otelrewrite/Driver/RuleFiles.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace llvm;
using namespace otelrewrite;

namespace {
class Doctor {
public:
  explicit Doctor(const Settings &S) : S(S) {}
  std::vector<Finding> run();

private:
  void add(Finding::Level Level, StringRef Topic, const Twine &Text,
           const Twine &Advice = "") {
    Out.push_back({Level, Topic.str(), Text.str(), Advice.str()});
  }
  void good(StringRef Topic, const Twine &Text) {
    add(Finding::Level::Good, Topic, Text);
  }
  void checkInstallation();
  void checkRules(const GoTool *Go);
  void checkCaches();
  void checkModule(GoTool &Go);
  void checkProxy(GoTool &Go);
  void checkFlags(GoTool &Go);
  void checkRuntimePatch(GoTool &Go);
  void checkCollector();
  void checkDirectory(StringRef Topic, StringRef What, StringRef Dir);

  const Settings &S;
  std::vector<Finding> Out;
};
} // namespace

static StringRef getVariable(const char *Name) {
  const char *Value = std::getenv(Name);
  return Value ? Value : "";
}

void Doctor::checkInstallation() {
  auto Sdk = SdkModules::find(S);
  if (!Sdk) {
    add(Finding::Level::Error, "otel",
        S.Version + ", but its SDK is not there: " + toString(Sdk.takeError()),
        "install otel again, or name its share/otel with --resource-dir");
    return;
  }
  if (Sdk->findModule((getSDKPath() + "/otelsetup").str()).empty()) {
    add(Finding::Level::Error, "otel",
        S.Version + ", but " + S.ResourceDir + "/proxy does not have its SDK",
        "install otel again, or name its share/otel with --resource-dir");
    return;
  }
  good("otel", S.Version + ", sdk " + Sdk->getVersion());
}

void Doctor::checkRules(const GoTool *Go) {
  DiagnosticEngine Diags;
  auto Rules = Go ? RuleFiles::loadProject(S, *Go, nullptr, Diags)
                  : RuleFiles::load(S, Diags);
  if (!Rules) {
    add(Finding::Level::Error, "rules", toString(Rules.takeError()),
        "name rule files that are there with --rules or OTEL_RULES");
    return;
  }
  size_t N = Rules->getRules().getRules().size();
  if (Diags.hasErrors()) {
    const Diagnostic &D = Diags.getDiagnostics().front();
    std::string Where;
    if (D.File)
      Where = D.File->getName().str() + ":" +
              std::to_string(D.getPosition().Line) + ": ";
    add(Finding::Level::Error, "rules", Where + D.Message,
        "`otel rules check` shows all errors");
    return;
  }
  std::string Text = std::to_string(N) + (N == 1 ? " rule" : " rules");
  if (!S.RulePaths.empty())
    Text += ", yours included";
  good("rules", Text);
}

void Doctor::checkDirectory(StringRef Topic, StringRef What, StringRef Dir) {
  std::string Probe = joinPath(Dir, ".otel-doctor");
  if (Error E = writeFileAtomically(Probe, "")) {
    add(Finding::Level::Error, Topic,
        What + " cannot be written: " + toString(std::move(E)),
        "give yourself the right to, or name another folder");
    return;
  }
  sys::fs::remove(Probe);
  auto Space = sys::fs::disk_space(Dir);
  if (Space && Space->available < (uint64_t(1) << 30)) {
    add(Finding::Level::Warning, Topic,
        What + " " + Dir + " has " + std::to_string(Space->available >> 20) +
            " MB free",
        "the first instrumented build needs about 500 MB");
    return;
  }
  good(Topic, What + " " + Dir);
}

void Doctor::checkCaches() {
  auto Cache = CacheLayout::find(S.CacheDir);
  if (!Cache) {
    add(Finding::Level::Error, "cache", toString(Cache.takeError()));
    return;
  }
  checkDirectory("cache", "prepared builds in", Cache->getRoot());
}

void Doctor::checkModule(GoTool &Go) {
  StringRef Mod = Go.getEnv("GOMOD"), Work = Go.getEnv("GOWORK");
  if (Go.getEnv("GO111MODULE") == "off") {
    add(Finding::Level::Error, "module", "GO111MODULE=off",
        "instrumented builds need modules: unset GO111MODULE");
    return;
  }
  if (!Work.empty() && Work != "off") {
    good("module", "workspace " + Work);
    return;
  }
  if (Mod.empty() || Mod == "/dev/null") {
    add(Finding::Level::Note, "module", "there is no go.mod here",
        "run otel in the folder of a program, or `otel go run pkg@version`");
    return;
  }
  if (sys::fs::exists(
          joinPath(sys::path::parent_path(Mod), "vendor/modules.txt")))
    add(Finding::Level::Note, "module", Mod + " is vendored",
        "instrumented builds take modules from the module cache: let it be "
        "filled once (`go mod download`)");
  else
    good("module", Mod);
}

void Doctor::checkProxy(GoTool &Go) {
  StringRef Proxy = Go.getEnv("GOPROXY");
  if (Proxy == "off")
    add(Finding::Level::Note, "proxy", "GOPROXY=off",
        "the modules that the SDK needs must be in the module cache already");
  else
    good("proxy", Proxy);
  if (Go.getEnv("GOFLAGS").contains("-mod=vendor"))
    add(Finding::Level::Note, "proxy", "GOFLAGS has -mod=vendor",
        "otel builds from the module cache instead");
}

void Doctor::checkFlags(GoTool &Go) {
  StringRef Flags = Go.getEnv("GOFLAGS");
  if (Flags.contains("-otelmark="))
    add(Finding::Level::Warning, "GOFLAGS",
        "holds a build that `otel setup` prepared",
        "prepare again after changing imports, rules or go.mod; or unset "
        "GOFLAGS and use `otel go`");
  else if (Flags.contains("-toolexec"))
    add(Finding::Level::Note, "GOFLAGS", Flags,
        "otel runs this -toolexec program too, after its own work");
}

void Doctor::checkRuntimePatch(GoTool &Go) {
  ListRequest List;
  List.Patterns = {"runtime"};
  List.Flags = {"-mod=mod"};
  List.Env = {{"GOWORK", "off"}, {"GOFLAGS", ""}};
  auto Result = listPackages(Go, List);
  const GoPackage *Runtime = Result && Result->Failure.empty()
                                 ? Result->Graph.find("runtime")
                                 : nullptr;
  if (!Result)
    consumeError(Result.takeError());
  StringRef Version = Go.getEnv("GOVERSION");
  if (!Runtime) {
    add(Finding::Level::Warning, "go", Version + " in " + Go.getEnv("GOROOT"),
        "its standard library cannot be listed: is the installation whole?");
    return;
  }
  auto Misfit = checkRuntime(*Runtime, {}, Version);
  if (!Misfit) {
    add(Finding::Level::Warning, "go", toString(Misfit.takeError()));
    return;
  }
  if (Misfit->empty())
    good("go", Version + " in " + Go.getEnv("GOROOT"));
  else
    add(Finding::Level::Warning, "go", Version + ": " + *Misfit,
        "programs are instrumented, and spans are linked through "
        "context.Context alone; Go 1.26 is what otel is made for");
}

/// Does something accept connections at \p Host and \p Port? Empty if so.
static std::string tryConnect(const std::string &Host,
                              const std::string &Port) {
  addrinfo Hints{}, *List = nullptr;
  Hints.ai_socktype = SOCK_STREAM;
  if (int E = getaddrinfo(Host.c_str(), Port.c_str(), &Hints, &List))
    return gai_strerror(E);
  std::string Why = "no address";
  for (addrinfo *A = List; A; A = A->ai_next) {
    int Socket = socket(A->ai_family, A->ai_socktype | SOCK_NONBLOCK, 0);
    if (Socket < 0)
      continue;
    int Error = 0;
    if (connect(Socket, A->ai_addr, A->ai_addrlen) != 0) {
      Error = errno;
      if (Error == EINPROGRESS) {
        pollfd Poll{Socket, POLLOUT, 0};
        Error = ETIMEDOUT;
        socklen_t Size = sizeof(Error);
        if (poll(&Poll, 1, 1000) == 1)
          getsockopt(Socket, SOL_SOCKET, SO_ERROR, &Error, &Size);
      }
    }
    close(Socket);
    if (Error == 0) {
      freeaddrinfo(List);
      return {};
    }
    Why = std::strerror(Error);
  }
  freeaddrinfo(List);
  return Why;
}

void Doctor::checkCollector() {
  StringRef Exporter = getVariable("OTEL_TRACES_EXPORTER");
  if (getVariable("OTEL_SDK_DISABLED").equals_insensitive("true")) {
    add(Finding::Level::Note, "telemetry", "OTEL_SDK_DISABLED=true",
        "programs run from here emit nothing");
    return;
  }
  if (!Exporter.empty() && Exporter != "otlp") {
    good("telemetry", "OTEL_TRACES_EXPORTER=" + Exporter);
    return;
  }
  StringRef Url = getVariable("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
  if (Url.empty())
    Url = getVariable("OTEL_EXPORTER_OTLP_ENDPOINT");
  std::string Given = Url.empty() ? "http://localhost:4318" : Url.str();
  auto [Scheme, Rest] = StringRef(Given).split("://");
  if (Rest.empty()) {
    add(Finding::Level::Error, "collector", "`" + Given + "` is not a URL",
        "write the endpoint as http://HOST:4318");
    return;
  }
  StringRef Authority = Rest.split('/').first;
  std::string Host, Port;
  if (Authority.starts_with("[")) {
    auto [H, P] = Authority.drop_front().split(']');
    Host = H.str();
    Port = P.starts_with(":") ? P.drop_front().str() : "";
  } else {
    auto [H, P] = Authority.split(':');
    Host = H.str();
    Port = P.str();
  }
  if (Port.empty())
    Port = Scheme == "https" ? "443" : "80";
  std::string Why = tryConnect(Host, Port);
  if (Why.empty())
    good("collector", "something listens at " + Given);
  else
    add(Finding::Level::Note, "collector",
        "nothing answers at " + Given + " (" + Why + ")",
        "start a collector, set OTEL_EXPORTER_OTLP_ENDPOINT, or run programs "
        "with OTEL_TRACES_EXPORTER=console to see traces in the terminal");
}

std::vector<Finding> Doctor::run() {
  checkInstallation();
  auto Go = GoTool::find();
  std::string Problem;
  if (!Go)
    Problem = toString(Go.takeError());
  else if (Error E = Go->loadEnvironment())
    Problem = toString(std::move(E));
  // The project's own rules count where there is a project to look at.
  checkRules(Problem.empty() ? &*Go : nullptr);
  if (!Problem.empty()) {
    add(Finding::Level::Error, "go", Problem);
  } else {
    checkRuntimePatch(*Go);
    checkDirectory("cache", "go's build cache", Go->getEnv("GOCACHE"));
    checkModule(*Go);
    checkProxy(*Go);
    checkFlags(*Go);
  }
  checkCaches();
  checkCollector();
  return std::move(Out);
}

std::vector<Finding> otelrewrite::examine(const Settings &S) {
  return Doctor(S).run();
}

void otelrewrite::print(ArrayRef<Finding> Findings, raw_ostream &OS,
                        bool Colour) {
  Paint P(Colour);
  size_t Width = 0;
  for (const Finding &F : Findings)
    Width = std::max(Width, F.Topic.size());
  unsigned NumErrors = 0, NumWarnings = 0;
  for (const Finding &F : Findings) {
    switch (F.Result) {
    case Finding::Level::Good:
      OS << P.good("ok  ");
      break;
    case Finding::Level::Note:
      OS << P.in("1;36", "note");
      break;
    case Finding::Level::Warning:
      OS << P.warn("warn");
      ++NumWarnings;
      break;
    case Finding::Level::Error:
      OS << P.bad("fail");
      ++NumErrors;
      break;
    }
    OS << "  " << F.Topic << std::string(Width - F.Topic.size(), ' ') << "  "
       << F.Text << '\n';
    if (!F.Advice.empty())
      OS << std::string(Width + 8, ' ') << F.Advice << '\n';
  }
  if (NumErrors)
    OS << "\ninstrumented builds do not work here yet\n";
  else if (NumWarnings)
    OS << "\ninstrumented builds work here, with what is said above\n";
  else
    OS << "\ninstrumented builds work here\n";
}

json::Value otelrewrite::toJSON(ArrayRef<Finding> Findings) {
  static constexpr StringLiteral Names[] = {"ok", "note", "warning", "error"};
  json::Array Out;
  for (const Finding &F : Findings)
    Out.push_back(json::Object{{"result", Names[static_cast<int>(F.Result)]},
                               {"topic", F.Topic},
                               {"text", F.Text},
                               {"advice", F.Advice}});
  return Out;
}
