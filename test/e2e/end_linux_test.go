package e2e

import (
	"os/exec"
	"syscall"
)

// endWithParent keeps a server from outliving tests that were killed. It is for
// commands that TestMain starts: the signal comes when the starting thread
// ends, and that of TestMain, which is locked, ends with the process.
func endWithParent(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
