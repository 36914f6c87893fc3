//===- Process.cpp - other programs ---------------------------------------===//

#include "otelrewrite/Driver/Process.h"

#include "ProcessVectors.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Errc.h"
#include "llvm/Support/Program.h"

#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using namespace otelrewrite;

extern char **environ;

Error otelrewrite::errnoError(StringRef What, StringRef Program) {
  std::error_code EC(errno, std::generic_category());
  return createStringError(EC, "cannot %s %s: %s", What.str().c_str(),
                           Program.str().c_str(), EC.message().c_str());
}

Expected<std::string> otelrewrite::findProgram(StringRef Name) {
  auto PathOrErr = sys::findProgramByName(Name);
  if (!PathOrErr)
    return createStringError(PathOrErr.getError(), "no `%s` command in PATH",
                             Name.str().c_str());
  return *PathOrErr;
}

ProcessVectors::ProcessVectors(StringRef Program, ArrayRef<std::string> Args,
                               const Environment &Env) {
  Strings.reserve(Args.size() + Env.size() + 1);
  Strings.push_back(Program.str());
  Strings.insert(Strings.end(), Args.begin(), Args.end());
  size_t NumArgs = Strings.size();
  for (const auto &[Name, Value] : Env)
    Strings.push_back(Name + "=" + Value);
  for (size_t I = 0; I < NumArgs; ++I)
    Argv.push_back(Strings[I].data());
  Argv.push_back(nullptr);
  for (char **E = environ; *E; ++E) {
    StringRef Name = StringRef(*E).split('=').first;
    if (none_of(Env, [&](const auto &Set) { return Set.first == Name; }))
      Envp.push_back(*E);
  }
  for (size_t I = NumArgs; I < Strings.size(); ++I)
    Envp.push_back(Strings[I].data());
  Envp.push_back(nullptr);
}

static int waitFor(pid_t Pid) {
  int Status;
  while (waitpid(Pid, &Status, 0) < 0)
    if (errno != EINTR)
      return 127;
  return WIFEXITED(Status) ? WEXITSTATUS(Status) : 128 + WTERMSIG(Status);
}

Expected<ProcessResult> otelrewrite::runProcess(StringRef Program,
                                                ArrayRef<std::string> Args,
                                                const Environment &Env) {
  ProcessVectors V(Program, Args, Env);
  int Pipes[2][2];
  for (auto &P : Pipes)
    if (pipe2(P, O_CLOEXEC) != 0)
      return errnoError("make a pipe for", Program);
  posix_spawn_file_actions_t Actions;
  posix_spawn_file_actions_init(&Actions);
  posix_spawn_file_actions_addopen(&Actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&Actions, Pipes[0][1], 1);
  posix_spawn_file_actions_adddup2(&Actions, Pipes[1][1], 2);
  pid_t Pid;
  int Failed =
      posix_spawn(&Pid, V.argv()[0], &Actions, nullptr, V.argv(), V.envp());
  posix_spawn_file_actions_destroy(&Actions);
  for (auto &P : Pipes)
    close(P[1]);
  if (Failed) {
    for (auto &P : Pipes)
      close(P[0]);
    errno = Failed;
    return errnoError("run", Program);
  }

  ProcessResult Result;
  std::string *Targets[2] = {&Result.Out, &Result.Err};
  pollfd Fds[2] = {{Pipes[0][0], POLLIN, 0}, {Pipes[1][0], POLLIN, 0}};
  char Buffer[1 << 16];
  for (unsigned Open = 2; Open != 0;) {
    if (poll(Fds, 2, -1) < 0) {
      if (errno == EINTR)
        continue;
      break;
    }
    for (unsigned I = 0; I < 2; ++I) {
      if (Fds[I].fd < 0 || Fds[I].revents == 0)
        continue;
      ssize_t N = read(Fds[I].fd, Buffer, sizeof Buffer);
      if (N > 0) {
        Targets[I]->append(Buffer, static_cast<size_t>(N));
      } else if (N == 0 || errno != EINTR) {
        Fds[I].fd = -1;
        --Open;
      }
    }
  }
  for (auto &P : Pipes)
    close(P[0]);
  Result.Status = waitFor(Pid);
  return Result;
}

Expected<int> otelrewrite::runForeground(StringRef Program,
                                         ArrayRef<std::string> Args,
                                         const Environment &Env) {
  ProcessVectors V(Program, Args, Env);
  // The terminal sends its signals to both; whether to end is the program's
  // decision, and this process reports it.
  struct sigaction Ignore = {}, OldInt, OldQuit;
  Ignore.sa_handler = SIG_IGN;
  sigaction(SIGINT, &Ignore, &OldInt);
  sigaction(SIGQUIT, &Ignore, &OldQuit);
  posix_spawnattr_t Attributes;
  posix_spawnattr_init(&Attributes);
  sigset_t Defaults;
  sigemptyset(&Defaults);
  if (OldInt.sa_handler != SIG_IGN)
    sigaddset(&Defaults, SIGINT);
  if (OldQuit.sa_handler != SIG_IGN)
    sigaddset(&Defaults, SIGQUIT);
  posix_spawnattr_setsigdefault(&Attributes, &Defaults);
  posix_spawnattr_setflags(&Attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t Pid;
  int Failed =
      posix_spawnp(&Pid, V.argv()[0], nullptr, &Attributes, V.argv(), V.envp());
  posix_spawnattr_destroy(&Attributes);
  int Status = Failed ? 127 : waitFor(Pid);
  sigaction(SIGINT, &OldInt, nullptr);
  sigaction(SIGQUIT, &OldQuit, nullptr);
  if (Failed) {
    errno = Failed;
    return errnoError("run", Program);
  }
  return Status;
}

Error otelrewrite::execProcess(StringRef Program, ArrayRef<std::string> Args,
                               const Environment &Env) {
  ProcessVectors V(Program, Args, Env);
  // The go command names a C compiler without its folder.
  execvpe(V.argv()[0], V.argv(), V.envp());
  return errnoError("run", Program);
}
