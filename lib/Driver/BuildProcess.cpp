//===- BuildProcess.cpp - the go command as a child -----------------------===//

#include "otelrewrite/Driver/BuildProcess.h"

#include "ProcessVectors.h"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace llvm;
using namespace otelrewrite;

/// What is passed on. A terminal sends its signals to the child too, so that
/// only those that a process sent to this one are.
static constexpr int ForwardedSignals[] = {SIGINT, SIGQUIT, SIGTERM,
                                           SIGHUP, SIGUSR1, SIGUSR2};

static sigset_t makeSignalSet() {
  sigset_t Set;
  sigemptyset(&Set);
  for (int Signal : ForwardedSignals)
    sigaddset(&Set, Signal);
  sigaddset(&Set, SIGCHLD);
  return Set;
}

[[noreturn]] static void becomeChild(ProcessVectors &V, pid_t Parent,
                                     const sigset_t &Mask, int StandardError) {
  // An orphan would go on writing while the next build begins.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != Parent)
    _exit(127);
  if (StandardError >= 0)
    dup2(StandardError, STDERR_FILENO);
  sigprocmask(SIG_SETMASK, &Mask, nullptr);
  execvpe(V.argv()[0], V.argv(), V.envp());
  std::perror(V.argv()[0]);
  _exit(127);
}

Expected<BuildStatus> otelrewrite::runBuild(StringRef Program,
                                            ArrayRef<std::string> Args,
                                            const Environment &Env,
                                            const BuildWatcher *Watcher) {
  ProcessVectors V(Program, Args, Env);
  int Pipe[2] = {-1, -1};
  if (Watcher && pipe2(Pipe, O_CLOEXEC) != 0)
    return errnoError("make a pipe for", Program);
  sigset_t Set = makeSignalSet(), Old;
  sigprocmask(SIG_BLOCK, &Set, &Old);
  // A parent may have told this process to ignore its children, which would
  // lose the exit status.
  struct sigaction Default = {}, OldChild;
  Default.sa_handler = SIG_DFL;
  sigaction(SIGCHLD, &Default, &OldChild);
  int Signals = signalfd(-1, &Set, SFD_CLOEXEC);
  pid_t Parent = getpid();
  pid_t Pid = Signals < 0 ? -1 : fork();
  if (Pid == 0)
    becomeChild(V, Parent, Old, Pipe[1]);
  if (Pid < 0)
    return errnoError("run", Program);
  if (Pipe[1] >= 0)
    close(Pipe[1]);

  int Status = 0;
  bool IsRunning = true;
  pollfd Fds[2] = {{Signals, POLLIN, 0}, {Pipe[0], POLLIN, 0}};
  char Buffer[1 << 14];
  auto readOutput = [&] {
    ssize_t N = read(Fds[1].fd, Buffer, sizeof Buffer);
    if (N > 0)
      Watcher->Output(StringRef(Buffer, static_cast<size_t>(N)));
    else if (N == 0 || errno != EINTR)
      Fds[1].fd = -1;
  };
  while (IsRunning) {
    int Ready = poll(Fds, 2, Watcher ? 200 : -1);
    if (Ready < 0 && errno != EINTR)
      break;
    if (Watcher)
      Watcher->Tick();
    if (Fds[1].fd >= 0 && Fds[1].revents != 0)
      readOutput();
    signalfd_siginfo Info;
    if (!(Fds[0].revents & POLLIN) ||
        read(Signals, &Info, sizeof Info) != sizeof Info)
      continue;
    if (Info.ssi_signo != SIGCHLD) {
      if (Info.ssi_code <= 0) // of kill() and its like
        kill(Pid, static_cast<int>(Info.ssi_signo));
      continue;
    }
    IsRunning = waitpid(Pid, &Status, WNOHANG) != Pid;
  }
  // What it said last; a process that it left behind may hold the pipe.
  while (Fds[1].fd >= 0 && poll(Fds + 1, 1, 0) > 0)
    readOutput();
  if (Pipe[0] >= 0)
    close(Pipe[0]);
  close(Signals);
  sigaction(SIGCHLD, &OldChild, nullptr);
  sigprocmask(SIG_SETMASK, &Old, nullptr);
  BuildStatus Out;
  if (WIFSIGNALED(Status))
    Out.Signal = WTERMSIG(Status);
  else
    Out.ExitCode = WEXITSTATUS(Status);
  return Out;
}

void otelrewrite::endBySignal(int Signal) {
  std::signal(Signal, SIG_DFL);
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, Signal);
  sigprocmask(SIG_UNBLOCK, &Set, nullptr);
  std::raise(Signal);
  std::_Exit(128 + Signal);
}
