// Compiles Python sources by the Python that will run them: its byte code is its own.
//
//   node compile.mjs JOB    JOB is JSON: {pyodide, from, to, sources}
//
// `from` is a folder of packages, `to` the zip to write. With `sources` the .py files go in as well,
// for what shows its own code.
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";

const job = JSON.parse(process.argv[2]);
const { loadPyodide } = await import(pathToFileURL(`${job.pyodide}/pyodide.mjs`).href);
// Without the columns of each instruction byte code is a quarter smaller.
const env = { PYTHONNODEBUGRANGES: "1", HOME: "/home/reader" };
const python = await loadPyodide({ indexURL: job.pyodide, env });
mkdirSync(dirname(job.to), { recursive: true });
for (const [place, folder] of [["/from", job.from], ["/to", dirname(job.to)]]) {
  python.FS.mkdir(place);
  python.FS.mount(python.FS.filesystems.NODEFS, { root: folder }, place);
}
python.globals.set("target", `/to/${job.to.split("/").pop()}`);
python.globals.set("with_sources", job.sources);
python.runPython(`
import ast, importlib.util, marshal, pathlib, warnings, zipfile

warnings.simplefilter("ignore")  # of other people's code

DAY = (2026, 1, 1, 0, 0, 0)  # the same bytes from every build

def put(archive, name, data):
    entry = zipfile.ZipInfo(name, DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, data, compresslevel=9)

def is_documented(node):
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None

def without_docstrings(tree):
    """Half of SymPy is documentation, which no page shows."""
    for node in ast.walk(tree):
        if is_documented(node):
            body = node.body
            body[:] = body[1:] or [ast.Pass(lineno=1, col_offset=0)]
    return tree

def compiled(path, name):
    tree = ast.parse(path.read_bytes())
    tree = tree if with_sources else without_docstrings(tree)
    code = compile(tree, name, "exec", dont_inherit=True)
    hash_based_unchecked = (1).to_bytes(4, "little")
    return importlib.util.MAGIC_NUMBER + hash_based_unchecked + bytes(8) + marshal.dumps(code)

root = pathlib.Path("/from")
with zipfile.ZipFile(target, "w") as archive:
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if path.is_dir() or "__pycache__" in name:
            continue
        if path.suffix != ".py" or with_sources:
            put(archive, name, path.read_bytes())
        if path.suffix == ".py":
            put(archive, name + "c", compiled(path, name))
`);
