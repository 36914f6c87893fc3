package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		p := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(p), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

var sdk = map[string]string{
	"go.mod":               "module example.com/sdk\n\ngo 1.24\n",
	"sdk.go":               "package sdk\n\nconst Name = \"sdk\"\n",
	"sdk_test.go":          "package sdk\n",
	"notes.txt":            "not packed",
	"hook/redis/go.mod":    "module example.com/sdk/hook/redis\n\ngo 1.24\n\nrequire example.com/sdk v0.0.0\n\nreplace example.com/sdk => ../..\n",
	"hook/redis/redis.go":  "package redis\n\nimport _ \"example.com/sdk\"\n",
	"internal/x/x.go":      "package x\n",
	"testdata/broken/x.go": "not go",
}

func pack1(t *testing.T, src, dst string) (version string) {
	t.Helper()
	if err := run(src, filepath.Join(dst, "proxy"), filepath.Join(dst, "sdk-version")); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dst, "sdk-version"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(b))
}

func TestVersionFollowsContent(t *testing.T) {
	a, b := t.TempDir(), t.TempDir()
	write(t, a, sdk)
	write(t, b, sdk)
	va, vb := pack1(t, a, t.TempDir()), pack1(t, b, t.TempDir())
	if va != vb {
		t.Errorf("the same content in two folders: %s and %s", va, vb)
	}
	if !regexp.MustCompile(`^v0\.1\.0-dev\.h[0-9a-f]{12}$`).MatchString(va) {
		t.Error(va)
	}
	write(t, a, map[string]string{"sdk_test.go": "package sdk // changed\n", "notes.txt": "changed"})
	if v := pack1(t, a, t.TempDir()); v != va {
		t.Error("what is not packed must not matter")
	}
	write(t, a, map[string]string{"sdk.go": "package sdk\n"})
	if v := pack1(t, a, t.TempDir()); v == va {
		t.Error("changed content, same version")
	}
}

func TestArchivesAreDeterministicAndReleased(t *testing.T) {
	src := t.TempDir()
	write(t, src, sdk)
	one, two := t.TempDir(), t.TempDir()
	v := pack1(t, src, one)
	pack1(t, src, two)
	for _, name := range []string{"example.com/sdk/@v/" + v + ".zip", "example.com/sdk/hook/redis/@v/" + v + ".zip"} {
		x, err := os.ReadFile(filepath.Join(one, "proxy", name))
		if err != nil {
			t.Fatal(err)
		}
		y, _ := os.ReadFile(filepath.Join(two, "proxy", name))
		if string(x) != string(y) {
			t.Errorf("%s differs", name)
		}
	}
	mod, err := os.ReadFile(filepath.Join(one, "proxy", "example.com/sdk/hook/redis/@v", v+".mod"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(mod), "replace") || !strings.Contains(string(mod), "require example.com/sdk "+v) {
		t.Errorf("%s", mod)
	}
}

func TestNothingIsWrittenTwice(t *testing.T) {
	src, dst := t.TempDir(), t.TempDir()
	write(t, src, sdk)
	v := pack1(t, src, dst)
	zip := filepath.Join(dst, "proxy/example.com/sdk/@v", v+".zip")
	old := time.Now().Add(-time.Hour)
	if err := os.Chtimes(zip, old, old); err != nil {
		t.Fatal(err)
	}
	pack1(t, src, dst)
	if st, err := os.Stat(zip); err != nil || time.Since(st.ModTime()) < time.Minute {
		t.Error("the archive was written again")
	}
	if err := os.Remove(zip); err != nil {
		t.Fatal(err)
	}
	pack1(t, src, dst)
	if _, err := os.Stat(zip); err != nil {
		t.Error("a missing archive is made again: ", err)
	}
}

// The go command takes modules from it.
func TestGoCommandUsesIt(t *testing.T) {
	src, dst, user := t.TempDir(), t.TempDir(), t.TempDir()
	write(t, src, sdk)
	v := pack1(t, src, dst)
	write(t, user, map[string]string{
		"go.mod":  "module user\n\ngo 1.24\n\nrequire example.com/sdk/hook/redis " + v + "\n",
		"main.go": "package main\n\nimport _ \"example.com/sdk/hook/redis\"\n\nfunc main() {}\n",
	})
	cmd := exec.Command("go", "build", "-mod=mod", "-o", filepath.Join(user, "x"), ".")
	cmd.Dir = user
	cmd.Env = append(os.Environ(), "GOPROXY=file://"+filepath.Join(dst, "proxy"), "GONOSUMDB=example.com/*",
		"GOMODCACHE="+t.TempDir(), "GOFLAGS=-modcacherw", "GOWORK=off")
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
}
