// Runs Python as the page does, under node: node run.mjs FOLDER CODE, where FOLDER holds the built
// runtime and CODE is Python whose last line gives a text. EXTRA is a folder to import from as well;
// what comes on standard input is the text `given` there.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { start } from "../../runtime/page/start.mjs";

const [folder, code, extra] = process.argv.slice(2);
const about = JSON.parse(readFileSync(`${folder}/about.json`, "utf-8"));
const bytes = (name) => new Uint8Array(readFileSync(`${folder}/${about.files[name].name}`));
const indexURL = `${folder}/${about.pyodide.folder}/`;
const { loadPyodide } = await import(pathToFileURL(`${indexURL}pyodide.mjs`).href);
const options = {
  loadPyodide,
  indexURL,
  info: about.pyodide.info,
  zips: { "sympy.zip": bytes("sympy.zip"), "book.zip": bytes("book.zip") },
  bring: bytes,
};
let runtime = await start({ ...options, image: process.env.AGAIN ? null : undefined });
if (process.env.AGAIN) runtime = await start({ ...options, image: runtime.image });
const { python } = runtime;
if (extra) {
  python.FS.mkdir("/extra");
  python.FS.mount(python.FS.filesystems.NODEFS, { root: extra }, "/extra");
  python.runPython("import sys; sys.path.append('/extra')");
}
python.globals.set("given", readFileSync(0, "utf-8"));
try {
  process.stdout.write(String(python.runPython(code)));
} catch (error) {
  process.stderr.write(String(error.message).slice(-3000));
  process.exitCode = 1;
}
