// Starts Python with SymPy and nnlib: in the page's worker, and under node for the tests.

const SHELF = "/lib/book"; // where the zips stand that Python imports from

/**
 * @param loadPyodide  Pyodide's own function
 * @param indexURL     where its parts are
 * @param info         what its list of packages says of itself
 * @param zips         {name: bytes, or a promise of them}: what is imported from, in this order;
 *                     Python itself starts while they come
 * @param image        memory of an earlier start with the same files, or null
 * @param bring        (name) => Uint8Array: gets a further file at once, when Python asks for it
 * @param write        (kind, text) => void: what Python prints
 * @returns {python, call, image}: Pyodide's object; call(name, ...args) runs a function of page.py;
 *          image() returns the memory to keep, and is null where it was put back
 */
export async function start({ loadPyodide, indexURL, info, zips, image, bring, write = () => {} }) {
  const clock = new Clock();
  const fill = async (FS) => {
    FS.mkdirTree(SHELF);
    for (const [name, bytes] of Object.entries(zips)) FS.writeFile(`${SHELF}/${name}`, await bytes);
  };
  let lost; // Pyodide would go on without what could not be had
  const python = await loadPyodide({
    indexURL,
    lockFileContents: { info, packages: {} }, // this book brings its own packages
    env: { PYTHONHASHSEED: "0", HOME: "/home/reader" },
    stdout: (text) => write("out", text),
    stderr: (text) => write("error", text),
    // What was imported from them is in the memory that is put back: they must be there before.
    ...(image ? { fsInit: (FS) => fill(FS).catch((error) => (lost = error)) } : {}),
    ...(image ? { _loadSnapshot: image, createPyodideModule: await roomFor(image, indexURL) } : {}),
    ...(image === null ? { _makeSnapshot: true } : {}),
  });
  if (lost) throw lost;
  if (!image) {
    await fill(python.FS);
    const shelf = Object.keys(zips).map((name) => `${SHELF}/${name}`);
    python.runPython(`import sys; sys.path[:0] = ${JSON.stringify(shelf)}; import page`);
  }
  const kept = image === null ? python.makeMemorySnapshot() : null;
  const page = python.pyimport("page");
  const limit = (seconds) => {
    clock.set(seconds);
    python.setInterruptBuffer(seconds ? clock : undefined); // looking at it takes a tenth of the time
  };
  page.connect({ bring: (name) => put(python, name, bring(name)), limit });
  return {
    python,
    image: kept,
    call: (name, ...args) => JSON.parse(page[name](...args.map((arg) => JSON.stringify(arg)))),
  };
}

function put(python, name, bytes) {
  python.FS.writeFile(`${SHELF}/${name}`, bytes);
  return `${SHELF}/${name}`;
}

// Python looks into this "buffer" now and then for a signal: once the time is over it finds one.
// That needs no memory shared between threads, which only pages with special headers may have.
class Clock {
  end = Infinity;
  set(seconds) {
    this.end = seconds ? performance.now() + 1000 * seconds : Infinity;
  }
  get 0() {
    return performance.now() > this.end ? 2 : 0;
  }
  set 0(seen) {
    // Once: what is done after the interruption may take its time.
    if (!seen) this.end = Infinity;
  }
}

// The memory that is put back is larger than the one Pyodide starts with: let it grow first.
async function roomFor(image, indexURL) {
  const { default: create } = await import(`${indexURL}pyodide.asm.mjs`);
  return (settings) => {
    const instantiate = settings.instantiateWasm;
    settings.instantiateWasm = (imports, done) =>
      instantiate(imports, (instance, module) => {
        const { memory } = instance.exports;
        const lacks = image.byteLength - memory.buffer.byteLength;
        if (lacks > 0) memory.grow(Math.ceil(lacks / 65536));
        done(instance, module);
      });
    return create(settings);
  };
}
