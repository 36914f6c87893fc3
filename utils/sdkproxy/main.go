// Command sdkproxy turns the SDK's folder into a file-system module proxy:
//
//	sdkproxy -src sdk-go -out build/share/otel/proxy -version-file build/share/otel/sdk-version
//
// Every go.mod below the folder is a module; all of them get the one version
// v0.1.0-dev.h<hash of the content>, since the go command's module cache never
// changes what a version holds. What the modules require of each other is set
// to that version, and replace directives, which serve work on the SDK itself,
// are dropped. The result depends on the files' names and bytes alone, and
// nothing is written when it is there already.
package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	modzip "golang.org/x/mod/zip"
)

// generation enters the hash; raise it when the same sources are to be packed
// in another way.
const generation = "2"

func main() {
	src := flag.String("src", "", "folder of the SDK's modules")
	out := flag.String("out", "", "folder of the proxy")
	versionFile := flag.String("version-file", "", "file that receives the version")
	flag.Parse()
	if *src == "" || *out == "" || *versionFile == "" || flag.NArg() != 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*src, *out, *versionFile); err != nil {
		fmt.Fprintln(os.Stderr, "sdkproxy:", err)
		os.Exit(1)
	}
}

// A mod is one module: its files by their path inside it.
type mod struct {
	dir   string // slash-separated, relative to the source folder, "." for the root
	path  string
	files []string
	goMod *modfile.File
}

func run(src, out, versionFile string) error {
	mods, err := find(src)
	if err != nil {
		return err
	}
	version, err := contentVersion(src, mods)
	if err != nil {
		return err
	}
	if complete(out, versionFile, version, mods) {
		return nil
	}
	// A proxy that is half written must not be taken for a whole one: it is
	// made beside the old one and then put in its place.
	tmp := out + ".tmp"
	if err := os.RemoveAll(tmp); err != nil {
		return err
	}
	for _, m := range mods {
		if err := pack(src, tmp, version, m, mods); err != nil {
			return fmt.Errorf("%s: %w", m.path, err)
		}
	}
	if err := writeSums(src, tmp, mods); err != nil {
		return err
	}
	if err := os.RemoveAll(out); err != nil {
		return err
	}
	if err := os.Rename(tmp, out); err != nil {
		return err
	}
	return os.WriteFile(versionFile, []byte(version+"\n"), 0o666)
}

func find(src string) ([]*mod, error) {
	byDir := map[string]*mod{}
	var files []string
	err := filepath.WalkDir(src, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(src, p)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		base := path.Base(rel)
		if d.IsDir() {
			if rel != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata") {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() || !wanted(base) {
			return nil
		}
		files = append(files, rel)
		if base != "go.mod" {
			return nil
		}
		data, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		f, err := modfile.Parse(p, data, nil)
		if err != nil {
			return err
		}
		if f.Module == nil {
			return fmt.Errorf("%s: no module line", p)
		}
		byDir[path.Dir(rel)] = &mod{dir: path.Dir(rel), path: f.Module.Mod.Path, goMod: f}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if byDir["."] == nil {
		return nil, fmt.Errorf("%s holds no go.mod", src)
	}
	for _, f := range files {
		dir := path.Dir(f)
		for byDir[dir] == nil {
			dir = path.Dir(dir)
		}
		byDir[dir].files = append(byDir[dir].files, f)
	}
	var mods []*mod
	for _, m := range byDir {
		sort.Strings(m.files)
		mods = append(mods, m)
	}
	sort.Slice(mods, func(i, j int) bool { return mods[i].path < mods[j].path })
	return mods, nil
}

// wanted keeps what a build of the modules needs; tests stay at home.
func wanted(base string) bool {
	if strings.HasSuffix(base, "_test.go") {
		return false
	}
	switch path.Ext(base) {
	case ".go", ".s", ".h":
		return !strings.HasPrefix(base, ".")
	}
	return base == "go.mod" || base == "go.sum" || base == "LICENSE"
}

func contentVersion(src string, mods []*mod) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "sdkproxy %s\n", generation)
	for _, m := range mods {
		fmt.Fprintf(h, "module %s %d\n", m.path, len(m.files))
		for _, f := range m.files {
			data, err := os.ReadFile(filepath.Join(src, filepath.FromSlash(f)))
			if err != nil {
				return "", err
			}
			fmt.Fprintf(h, "%s %x\n", f, sha256.Sum256(data))
		}
	}
	return "v0.1.0-dev.h" + hex.EncodeToString(h.Sum(nil))[:12], nil
}

func complete(out, versionFile, version string, mods []*mod) bool {
	got, err := os.ReadFile(versionFile)
	if err != nil || strings.TrimSpace(string(got)) != version {
		return false
	}
	for _, m := range mods {
		if _, err := os.Stat(filepath.Join(folder(out, m), version+".zip")); err != nil {
			return false
		}
	}
	return true
}

// writeSums gathers the checksums of all that the modules need, so that a build
// asks nobody for them.
func writeSums(src, out string, mods []*mod) error {
	lines := map[string]bool{}
	for _, m := range mods {
		data, err := os.ReadFile(filepath.Join(src, filepath.FromSlash(m.dir), "go.sum"))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		for _, line := range strings.Split(string(data), "\n") {
			if line != "" {
				lines[line] = true
			}
		}
	}
	// A sum of the modules themselves would be one of an earlier version.
	for line := range lines {
		for _, m := range mods {
			if strings.HasPrefix(line, m.path+" ") {
				delete(lines, line)
			}
		}
	}
	var text strings.Builder
	for _, line := range slices.Sorted(maps.Keys(lines)) {
		text.WriteString(line + "\n")
	}
	return os.WriteFile(filepath.Join(out, "go.sum"), []byte(text.String()), 0o666)
}

func folder(out string, m *mod) string {
	escaped, err := module.EscapePath(m.path)
	if err != nil {
		escaped = m.path
	}
	return filepath.Join(out, filepath.FromSlash(escaped), "@v")
}

func pack(src, out, version string, m *mod, all []*mod) error {
	goMod, err := released(m, all, version)
	if err != nil {
		return err
	}
	var files []modzip.File
	for _, f := range m.files {
		inside := strings.TrimPrefix(f, m.dir+"/")
		switch inside {
		case "go.mod":
			files = append(files, memFile{inside, goMod})
		case "go.sum": // read in main modules only
		default:
			data, err := os.ReadFile(filepath.Join(src, filepath.FromSlash(f)))
			if err != nil {
				return err
			}
			files = append(files, memFile{inside, data})
		}
	}
	var zip bytes.Buffer
	if err := modzip.Create(&zip, module.Version{Path: m.path, Version: version}, files); err != nil {
		return err
	}
	info, err := json.Marshal(struct{ Version string }{version})
	if err != nil {
		return err
	}
	dir := folder(out, m)
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "list"), []byte(version+"\n"), 0o666),
		os.WriteFile(filepath.Join(dir, version+".info"), info, 0o666),
		os.WriteFile(filepath.Join(dir, version+".mod"), goMod, 0o666),
		os.WriteFile(filepath.Join(dir, version+".zip"), zip.Bytes(), 0o666),
	)
}

// released is a module's go.mod as others see it.
func released(m *mod, all []*mod, version string) ([]byte, error) {
	f := m.goMod
	for _, r := range append([]*modfile.Replace(nil), f.Replace...) {
		if err := f.DropReplace(r.Old.Path, r.Old.Version); err != nil {
			return nil, err
		}
	}
	for _, r := range append([]*modfile.Require(nil), f.Require...) {
		for _, o := range all {
			if o.path == r.Mod.Path {
				if err := f.AddRequire(r.Mod.Path, version); err != nil {
					return nil, err
				}
			}
		}
	}
	f.Cleanup()
	return f.Format()
}

// memFile is a file of a module archive. Archives hold no times, so that the
// same content gives the same bytes.
type memFile struct {
	name string
	data []byte
}

func (f memFile) Path() string                 { return f.name }
func (f memFile) Lstat() (os.FileInfo, error)  { return memInfo{f}, nil }
func (f memFile) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(f.data)), nil }
