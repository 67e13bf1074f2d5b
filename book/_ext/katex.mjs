// Renders formulas: one JSON line in ({tex, display}), one JSON line out
// ({html, width} or {error}). formulas.py starts this once for the whole build.
import { createInterface } from "node:readline";
import { rendered } from "./formula.mjs";

const macros = JSON.parse(process.argv[2]);

for await (const line of createInterface({ input: process.stdin })) {
  const { tex, display } = JSON.parse(line);
  let answer;
  try {
    answer = rendered(tex, { displayMode: display, macros: { ...macros }, strict: "error" });
  } catch (error) {
    answer = { error: error.rawMessage ?? error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
