/**
 * The program of a warm worker, in Python's standard library alone (3.8 or newer). It is handed to the interpreter as
 * text, so that it needs no file beside the bundle.
 *
 * As a server (no argument) it imports kfp's executor once, reads jobs as JSON lines from stdin, writes what becomes of
 * them to stdout, and sees at descriptor 3 that its parent is gone. For each job it forks a supervisor, which adopts all
 * that the task leaves behind and ends it with the task, or when the parent is gone; the supervisor forks the task.
 * The task leaves the loop and runs at the top of this program, so that it ends as any Python program ends: threads are
 * awaited, exit handlers run, an exception is printed, the code is the interpreter's.
 * With KFP_TS_TASK in its environment it is the task itself and reads its job from the file of its argument.
 */
export const workerSource = String.raw`
import sys
if sys.path and sys.path[0] in ("", "."): del sys.path[0]
import ctypes, gc, json, os, select, signal, tempfile, time

LIFELINE = 3
# prctl is Linux's; elsewhere the process group is all there is.
try:
    _libc = ctypes.CDLL(None)
    _prctl = _libc.prctl if sys.platform == "linux" else None
except Exception:
    _prctl = None

def prctl(option, value):
    if _prctl is not None: _prctl(option, value, 0, 0, 0)

def die_with_parent(): prctl(1, signal.SIGKILL)
def adopt_orphans(): prctl(36, 1)

def say(channel, message):
    data = (json.dumps(message) + "\n").encode()
    try:
        while data: data = data[os.write(channel, data):]
    except OSError:
        pass

def start_of(pid):
    try:
        with open("/proc/%d/stat" % pid) as file: return file.read().rsplit(")", 1)[1].split()[19]
    except OSError:
        return ""

def children_of(pid):
    found = []
    try:
        for name in os.listdir("/proc"):
            if not name.isdigit(): continue
            try:
                with open("/proc/%s/stat" % name) as file: fields = file.read().rsplit(")", 1)[1].split()
                if int(fields[1]) == pid and fields[0] != "Z": found.append(int(name))
            except OSError:
                pass
    except OSError:
        pass
    return found

def group_kill(group):
    try: os.killpg(group, signal.SIGKILL)
    except OSError: pass

def end_all(task):
    """Ends what is left: killing a process hands its children to us, so it is repeated until there are none."""
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        group_kill(task)
        try:
            while os.waitpid(-1, os.WNOHANG)[0] != 0: pass
        except ChildProcessError:
            return
        for pid in children_of(os.getpid()):
            try: os.kill(pid, signal.SIGKILL)
            except OSError: pass
        time.sleep(0.002)

def wake_on_children():
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading, writing

def drain(wake):
    try: os.read(wake, 4096)
    except OSError: pass

def supervise(job, channel):
    """Forks the task and gives it its job; the supervisor itself never returns."""
    os.setsid()
    adopt_orphans()
    wake, wake_end = wake_on_children()
    gate_read, gate_write = os.pipe()
    task = os.fork()
    if task == 0:
        die_with_parent()
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.close(gate_write)
        # Its start is told before it does anything.
        os.read(gate_read, 1)
        for fd in (gate_read, wake, wake_end, channel, LIFELINE): os.close(fd)
        return job
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.close(gate_read)
    say(channel, {"id": job["id"], "group": task, "start": start_of(task)})
    os.close(gate_write)
    status = None
    watched = [wake, LIFELINE]
    while status is None:
        select.select(watched, [], [], 5)
        drain(wake)
        if select.select([LIFELINE], [], [], 0)[0]:
            end_all(task)
            os._exit(0)
        try:
            while True:
                pid, ended = os.waitpid(-1, os.WNOHANG)
                if pid == 0: break
                if pid == task: status = ended
        except ChildProcessError:
            break
    end_all(task)
    if status is None: end = {"signal": signal.SIGKILL}
    elif os.WIFSIGNALED(status): end = {"signal": os.WTERMSIG(status)}
    else: end = {"code": os.WEXITSTATUS(status)}
    say(channel, dict(end, id=job["id"]))
    os._exit(0)

def later(version, wanted):
    import re
    numbers = lambda text: [int(part) for part in re.findall(r"\d+", text)[:3]]
    return numbers(version)[:1] == numbers(wanted)[:1] and numbers(version) >= numbers(wanted)

def satisfied(requirement):
    """Whether a requirement is met here. The common forms need no package to be understood."""
    import re
    from importlib import metadata
    plain = re.fullmatch(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:==\s*([A-Za-z0-9.!+-]+))?\s*", requirement)
    old = re.search(r";\s*python_version\s*<\s*[\"'](\d+)\.(\d+)[\"']\s*$", requirement)
    if old and sys.version_info[:2] >= (int(old[1]), int(old[2])): return True
    try:
        if plain:
            version = metadata.version(plain[1])
            if plain[2] is None or version == plain[2]: return True
            # The compiler asks for its own version of kfp; a later one of the same major executes what it wrote.
            if plain[1] == "kfp" and later(version, plain[2]): return True
        try: from packaging.requirements import Requirement
        except ImportError: from pip._vendor.packaging.requirements import Requirement
        parsed = Requirement(requirement)
        if parsed.marker is not None and not parsed.marker.evaluate(): return True
        if parsed.url or parsed.extras: return False
        return parsed.specifier.contains(metadata.version(parsed.name), prereleases=True)
    except Exception:
        return False

def packages():
    found = set()
    for folder in sys.path:
        try: found.update(name for name in os.listdir(folder) if name.endswith((".dist-info", ".egg-info")))
        except OSError: pass
    return sorted(found)

def warm(name):
    """Imports what an executor imports, but not its main module, which runs anew in each task."""
    os.environ["_KFP_RUNTIME"] = "true"
    try:
        import argparse, importlib, logging, runpy
        package = name.rpartition(".")[0]
        for module in ("executor", "kfp_config", "utils"):
            try: importlib.import_module(package + "." + module)
            except ModuleNotFoundError as error:
                # Older ones lack some of these; what an executor itself asks for is another matter.
                if error.name != package + "." + module: raise
        from importlib.util import find_spec
        return None if find_spec(name) else "there is no module " + name
    except BaseException as error:
        return "%s: %s" % (type(error).__name__, error)

def serve():
    channel = os.dup(1)
    # What else was printed may lack the end of its line.
    os.write(channel, b"\n")
    null = os.open(os.devnull, os.O_RDWR)
    requests = os.dup(0)
    os.dup2(null, 0)
    os.dup2(null, 1)
    os.close(null)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    wake, wake_end = wake_on_children()
    gc.collect()
    if hasattr(gc, "freeze"): gc.freeze()
    rest = b""
    while True:
        select.select([requests, wake, LIFELINE], [], [])
        drain(wake)
        try:
            while os.waitpid(-1, os.WNOHANG)[0] != 0: pass
        except ChildProcessError:
            pass
        if select.select([LIFELINE], [], [], 0)[0]: os._exit(0)
        if not select.select([requests], [], [], 0)[0]: continue
        data = os.read(requests, 1 << 20)
        if not data: os._exit(0)
        lines = (rest + data).split(b"\n")
        rest = lines.pop()
        for line in lines:
            request = json.loads(line)
            if "prepare" in request:
                met = all([satisfied(text) for text in request["requirements"]])
                say(channel, {"id": request["id"], "satisfied": met, "problem": warm(request["prepare"]) if met else None,
                    "contents": json.dumps([sys.version, packages()]),
                    "executable": sys.executable, "searched": [folder for folder in sys.path if folder], "folders": sorted({os.path.realpath(sys.prefix), sys.prefix, sys.base_prefix})})
                continue
            if os.fork() != 0: continue
            for fd in (requests, wake, wake_end): os.close(fd)
            return supervise(request, channel)

def enter(job):
    """Becomes the task: its streams, folder and environment, and nothing of the worker's."""
    log = os.open(job["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    if null > 2: os.close(null)
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["env"])
    try:
        import resource
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except Exception:
        pass
    if "fresh" in job:
        path = os.path.join(tempfile.mkdtemp(prefix="tmp.", dir=job["env"].get("TMPDIR")), "task.json")
        with open(path, "w") as file: json.dump(dict(job, fresh=None), file)
        os.execve(sys.executable, [sys.executable, "-c", job["fresh"], path], dict(job["env"], KFP_TS_TASK="1"))
    time.tzset()
    tempfile.tempdir = None

def program(job):
    """What kfp's wrapper does in its shell: the source into a file of its own, and the executor's main module."""
    import types
    os.environ["_KFP_RUNTIME"] = "true"
    sys.stdout.reconfigure(line_buffering=True)
    path = os.path.join(tempfile.mkdtemp(prefix="tmp."), "ephemeral_component.py")
    with open(path, "w", encoding="utf-8", errors="surrogateescape") as file: file.write(job["source"])
    sys.path.insert(0, os.getcwd())
    sys.argv = ["-m", "--component_module_path", path] + job["args"]
    sys.modules["__main__"] = types.ModuleType("__main__")

if os.environ.pop("KFP_TS_TASK", None):
    with open(sys.argv[1], encoding="utf-8") as _file: _job = json.load(_file)
else:
    _job = serve()
    enter(_job)
program(_job)
_main = _job["executor"]
import runpy
runpy._run_module_as_main(_main)
`;
