# lit configuration: tests are run through the built tools.
import os
import lit.formats

config.name = "otel-rewrite"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".go", ".test", ".toml"]
config.excludes = ["Inputs", "e2e", "exporters", "sdk", "lit.cfg.py", "lit.site.cfg.py.in"]
config.test_source_root = os.path.join(config.source_root, "test")
config.test_exec_root = os.path.join(config.binary_root, "test")
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.binary_root, "bin"), config.llvm_tools_dir,
     config.environment["PATH"]])
for name in ("HOME", "GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOFLAGS",
             "GONOSUMDB", "GOSUMDB", "GOTOOLCHAIN", "XDG_CACHE_HOME"):
    if name in os.environ:
        config.environment[name] = os.environ[name]
config.substitutions.append(("%root", config.source_root))
config.substitutions.append(("%inputs", os.path.join(config.test_source_root, "Inputs")))
