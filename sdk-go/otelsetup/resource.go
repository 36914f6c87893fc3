package otelsetup

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/resource"
)

var theResource struct {
	once sync.Once
	res  *resource.Resource
}

// resource describes this process. Command-line arguments are left out, since
// they may hold secrets, and so is the owner, whose look-up may ask a network
// service.
func (s *setup) resource() *resource.Resource {
	theResource.once.Do(func() { theResource.res = newResource(s.env) })
	return theResource.res
}

func newResource(env func(string) string) *resource.Resource {
	res, err := resource.New(context.Background(),
		// What is known of the build comes first: the environment overrides it.
		resource.WithAttributes(buildAttributes(env)...),
		resource.WithTelemetrySDK(),
		resource.WithHost(),
		resource.WithOSType(),
		resource.WithContainerID(),
		resource.WithProcessPID(),
		resource.WithProcessExecutableName(),
		resource.WithProcessExecutablePath(),
		resource.WithProcessRuntimeName(),
		resource.WithProcessRuntimeVersion(),
		resource.WithFromEnv(),
	)
	if res == nil {
		res = resource.Default()
	}
	if err != nil && res.Len() == 0 {
		say("resource detection: %v", err)
	}
	return res
}

// distro names what instrumented the program.
const distro = "opentelemetry-go-compile-instrumentation"

const sdkModule = "github.com/open-telemetry/opentelemetry-go-compile-instrumentation/sdk"

func buildAttributes(env func(string) string) []attribute.KeyValue {
	attrs := []attribute.KeyValue{
		attribute.String("telemetry.distro.name", distro),
		attribute.String("service.instance.id", newUUID()),
	}
	bi, _ := debug.ReadBuildInfo()
	attrs = append(attrs, attribute.String("service.name", serviceName(bi, os.Args)))
	if bi == nil {
		return attrs
	}
	if v := bi.Main.Version; v != "" && v != "(devel)" {
		attrs = append(attrs, attribute.String("service.version", v))
	}
	for _, m := range bi.Deps {
		if m.Path == sdkModule {
			attrs = append(attrs, attribute.String("telemetry.distro.version", m.Version))
		}
	}
	for _, kv := range bi.Settings {
		if kv.Key == "vcs.revision" {
			attrs = append(attrs, attribute.String("vcs.ref.head.revision", kv.Value))
		}
	}
	return attrs
}

var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// serviceName is the name of the main package's folder, as `go install` names
// the binary; the binary's own name for files built by name.
func serviceName(bi *debug.BuildInfo, args []string) string {
	if bi != nil && bi.Path != "" && bi.Path != "command-line-arguments" {
		parts := strings.Split(strings.TrimSuffix(bi.Path, ".test"), "/")
		last := len(parts) - 1
		if last > 0 && majorVersion.MatchString(parts[last]) {
			last--
		}
		if parts[last] != "" {
			return parts[last]
		}
	}
	if len(args) > 0 && args[0] != "" {
		return strings.TrimSuffix(filepath.Base(args[0]), ".exe")
	}
	return "unknown_service:go"
}

func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}
