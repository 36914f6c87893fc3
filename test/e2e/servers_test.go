package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Database servers are started by the first test that wants one, on loopback
// addresses with folders of their own, and end with the test.

// serverDir makes a folder that belongs to a server's user: neither PostgreSQL
// nor MariaDB runs as root.
func serverDir(t *testing.T, name string) (dir string, as *syscall.Credential) {
	t.Helper()
	dir, err := os.MkdirTemp("", "otel-e2e-"+name+"-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	if os.Geteuid() != 0 {
		return dir, nil
	}
	u, err := user.Lookup(name)
	if err != nil {
		u, err = user.Lookup("nobody")
	}
	require.NoError(t, err)
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	require.NoError(t, os.Chown(dir, uid, gid))
	return dir, &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}

func command(dir string, as *syscall.Credential, name string, args ...string) *exec.Cmd {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	endWithParent(cmd)
	if as != nil {
		if cmd.SysProcAttr == nil {
			cmd.SysProcAttr = &syscall.SysProcAttr{}
		}
		cmd.SysProcAttr.Credential = as
	}
	return cmd
}

func serve(t *testing.T, cmd *exec.Cmd, addr string) {
	t.Helper()
	log := &lockedBuffer{}
	cmd.Stdout, cmd.Stderr = log, log
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	require.NoError(t, waitFor(addr, 30*time.Second), "%s: %s", cmd.Path, log)
}

// startPostgres returns the address of a PostgreSQL whose user is postgres.
func startPostgres(t *testing.T) string {
	t.Helper()
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	require.NotEmpty(t, found, "PostgreSQL is not installed: run utils/prerequisites --tests")
	bin := filepath.Dir(found[len(found)-1])
	dir, as := serverDir(t, "postgres")
	data := filepath.Join(dir, "data")
	text, err := command(dir, as, bin+"/initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync", "-E", "UTF8", "--locale=C").CombinedOutput()
	require.NoError(t, err, string(text))
	addr, err := freeAddress()
	require.NoError(t, err)
	_, port, _ := net.SplitHostPort(addr)
	serve(t, command(dir, as, bin+"/postgres", "-D", data, "-p", port, "-k", dir,
		"-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"), addr)
	// It listens before it lets anybody in.
	require.Eventually(t, func() bool {
		return exec.Command(bin+"/pg_isready", "-h", "127.0.0.1", "-p", port).Run() == nil
	}, 20*time.Second, 50*time.Millisecond)
	return addr
}

// startMariaDB returns the address of a MariaDB that has a database shop and
// lets everybody in.
func startMariaDB(t *testing.T) string {
	t.Helper()
	dir, as := serverDir(t, "mysql")
	data := filepath.Join(dir, "data")
	text, err := command(dir, as, "mariadb-install-db", "--no-defaults", "--datadir="+data, "--skip-test-db",
		"--auth-root-authentication-method=normal", "--skip-name-resolve").CombinedOutput()
	require.NoError(t, err, string(text))
	addr, err := freeAddress()
	require.NoError(t, err)
	_, port, _ := net.SplitHostPort(addr)
	init := filepath.Join(dir, "init.sql")
	require.NoError(t, os.WriteFile(init, []byte("CREATE DATABASE shop;\n"), 0o644))
	serve(t, command(dir, as, "mariadbd", "--no-defaults", "--datadir="+data, "--socket="+dir+"/s", "--port="+port,
		"--bind-address=127.0.0.1", "--skip-grant-tables", "--skip-networking=0", "--init-file="+init, "--innodb-flush-log-at-trx-commit=0"), addr)
	return addr
}

func dsnOf(driver, addr string) string {
	host, port, _ := net.SplitHostPort(addr)
	if driver == "mysql" {
		return fmt.Sprintf("root@tcp(%s)/shop", addr)
	}
	return fmt.Sprintf("postgres://postgres:secret@%s:%s/postgres?sslmode=disable", host, port)
}
