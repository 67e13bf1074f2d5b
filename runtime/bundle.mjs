// Joins a script with all that it imports: node bundle.mjs '{"from": …, "to": …, "form": "iife"}'
import { build } from "esbuild";

const { from, to, form } = JSON.parse(process.argv[2]);
await build({
  entryPoints: [from],
  outfile: to,
  format: form,
  bundle: true,
  minify: true,
  target: "es2022",
  legalComments: "eof",
  external: ["./pyodide/*"],
  logLevel: "error",
});
