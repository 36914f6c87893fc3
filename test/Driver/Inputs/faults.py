#!/usr/bin/env python3
"""Builds in APP that end before their time.

    faults.py APP KILLS

Kills builds at random moments; starts several at once; damages the state; fills
disks; takes rights away. After each the user's folder is as it was, the next build
is right, and what dead processes left behind goes away. Prints `ok` and `not ok` lines.
"""
import hashlib
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import time

app, kills = pathlib.Path(sys.argv[1]), int(sys.argv[2])
cache = pathlib.Path(os.environ["OTEL_CACHE_DIR"])
out = app.parent / "faults.bin"
temp = app.parent / "temp"
temp.mkdir(exist_ok=True)
os.environ["TMPDIR"] = str(temp)
failed = 0
random.seed(int(os.environ.get("SEED", time.time_ns() % 1000000)))


def check(what, holds, more=""):
    global failed
    failed += not holds
    print("%s %s %s" % ("ok" if holds else "not ok", what, "" if holds else more),
          flush=True)


def tree():
    h = hashlib.sha256()
    for path in sorted(app.rglob("*")):
        h.update(str(path).encode())
        if path.is_file():
            h.update(path.read_bytes())
    return h.hexdigest()


def start(*flags, target=out, **env):
    return subprocess.Popen(["otel", *flags, "go", "build", "-o", target, "."],
                            cwd=app, env=dict(os.environ, **env), text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            start_new_session=True)


def is_right(what, want="6", **env):
    out.unlink(missing_ok=True)
    build = start(**env)
    text, _ = build.communicate(timeout=600)
    got = subprocess.run([out], capture_output=True, text=True).stdout.strip() \
        if out.exists() else ""
    check(what, build.returncode == 0 and got == want,
          "status %d, printed %r: %s" % (build.returncode, got, text))


def generations():
    return [p for p in cache.glob("state/*/g-*")]


before = tree()
is_right("first build")
began = time.monotonic()
edited = app / "main.go"
original = edited.read_text()
is_right("nothing changed")
usual = max(time.monotonic() - began, 0.2)

for number in range(kills):
    # Half of them from the beginning, half with little to do.
    if number % 2:
        shutil.rmtree(cache, ignore_errors=True)
    edited.write_text(original + "\nvar _ = %d\n" % random.getrandbits(60))
    now = tree()
    build = start()
    time.sleep(random.uniform(0, usual))
    if build.poll() is None:
        if number % 4 < 2:
            build.kill()
        else:
            os.killpg(build.pid, signal.SIGKILL)
    build.communicate(timeout=60)
    check("kill %d: folder" % number, tree() == now)
    is_right("kill %d: next build" % number)
edited.write_text(original)
is_right("after the kills")
# Every folder of a generation is whole: what the killed ones began is gone.
left = [g for g in generations() if not (g / "state").exists()]
check("abandoned folders", not left, left)
# Nor is there anything of the go commands that died with them; a compiler that
# lost its parents may have worked for a moment longer.
for _ in range(100):
    left = [*temp.iterdir(), *cache.glob("work/*")]
    if not left:
        break
    time.sleep(0.2)
    start().communicate(timeout=600)
check("temporary folders", not left, left)

builds = [start(target=app.parent / ("faults.bin%d" % i)) for i in range(8)]
texts = [b.communicate(timeout=600)[0] for b in builds]
check("eight at once", all(b.returncode == 0 for b in builds), texts)
shutil.rmtree(cache)
builds = [start(target=app.parent / ("faults.bin%d" % i)) for i in range(8)]
texts = [b.communicate(timeout=600)[0] for b in builds]
check("eight at once, from nothing", all(b.returncode == 0 for b in builds), texts)
got = {subprocess.run([app.parent / ("faults.bin%d" % i)], capture_output=True,
                      text=True).stdout.strip() for i in range(8)}
check("eight at once: programs", got == {"6"}, got)

other = os.environ["OTHER_RULES"]
for _ in range(2):
    is_right("one rule set")
    is_right("another rule set", want="3", OTEL_RULES=other)
pair = [start(), start(target=app.parent / "faults.other", OTEL_RULES=other)]
check("two rule sets at once", all(b.wait(600) == 0 for b in pair))

for damage in ("state", "overlay.json", "go.mod", "lock"):
    for path in cache.glob("state/*/g-*/" + damage):
        path.write_bytes(os.urandom(500))
    is_right("damaged " + damage)
for path in cache.glob("state/*/current"):
    path.write_text("../../nowhere")
is_right("damaged current")
for path in cache.glob("plans/*"):
    path.write_text("garbage")
edited.write_text(original + "\n// edited\n")
is_right("damaged plans")
edited.write_text(original)
for path in cache.glob("state/*/g-*"):
    shutil.rmtree(path)
is_right("state removed")

# The clock: files of the future and of long ago, and a state of the future.
for when in (time.time() + 10 * 86400, 86400):
    for path in [*app.rglob("*"), *cache.rglob("*")]:
        os.utime(path, (when, when))
    is_right("times of %d" % when)
    stamp = edited.stat()
    edited.write_text(original.replace("add(1, 2)", "add(2, 2)"))
    os.utime(edited, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    is_right("an edit with its old time", want="8")
    edited.write_text(original)
is_right("clock right again")

# Ctrl-C goes to all processes of the terminal's group.
edited.write_text(original + "\nvar _ = %d\n" % random.getrandbits(60))
signal.signal(signal.SIGINT, signal.SIG_DFL)
shutil.rmtree(cache)
build = start()
time.sleep(usual / 2)
os.killpg(build.pid, signal.SIGINT)
text, _ = build.communicate(timeout=60)
check("Ctrl-C: temporary folders", not [*temp.iterdir()], [*temp.iterdir()])
edited.write_text(original)
is_right("after Ctrl-C")



def with_mount(what, folder, options, inside):
    """Calls inside() while something is mounted on folder; where this process may
    not mount, says so."""
    folder.mkdir(exist_ok=True)
    if os.geteuid() != 0 or subprocess.run(
            ["mount", *options, folder], capture_output=True).returncode != 0:
        print("no mount here: not tried: " + what)
        return
    try:
        inside()
    finally:
        subprocess.run(["umount", folder], check=True)


def fails(what, words, **env):
    """A build that is not to succeed, nor to leave a program."""
    out.unlink(missing_ok=True)
    build = start(**env)
    text, _ = build.communicate(timeout=600)
    check(what, build.returncode == 1 and words in text and not out.exists(), text)


# Disks without room: for what is prepared, for what the go command makes on its
# way, for its cache. Nothing is built in part, and where there is room again all
# is well.
small = app.parent / "small"


def edit():
    """Something that no cache knows."""
    edited.write_text(original + "\nvar _ = %d\n" % random.getrandbits(60))


def full_state():
    (small / "fill").write_bytes(b"x" * 60000)
    env = {"OTEL_CACHE_DIR": str(small / "cache")}
    fails("full disk: cache", "otel: error: ", **env)
    fails("full disk: cache, in words", "No space left", **env)
    (small / "fill").unlink()
    is_right("room again: cache", **env)


def full_temp():
    edit()
    (small / "fill").write_bytes(b"x" * 60000)
    fails("full disk: temporary files", "o space left", TMPDIR=str(small))
    left = [p for p in small.iterdir() if p.name != "fill"]
    check("full disk: temporary folders", not left, left)
    (small / "fill").unlink()


def full_go_cache():
    edit()
    go_cache = small / "gocache"
    go_cache.mkdir()
    # The go command has many words for this.
    fails("full disk: go's cache", "", GOCACHE=str(go_cache))


tmpfs = ["-t", "tmpfs", "-o", "size=64k", "none"]
with_mount("full disk", small, tmpfs, full_state)
with_mount("full disk", small, tmpfs, full_temp)
is_right("room again: temporary files")
with_mount("full disk", small, tmpfs, full_go_cache)
is_right("room again: go's cache")

edited.write_text(original)
(app.parent / "file").write_text("")
build = start(OTEL_CACHE_DIR=str(app.parent / "file"))
text, _ = build.communicate(timeout=600)
check("no cache", build.returncode == 1 and "otel: error: " in text, text)

check("folder at the end", tree() == before)
sys.exit(failed != 0)
