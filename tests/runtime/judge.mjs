// node judge.mjs: reads [[exercise, answer], …] as JSON and writes what judge.mjs says of each.
import { readFileSync } from "node:fs";
import { judge } from "../../runtime/page/judge.mjs";

const asked = JSON.parse(readFileSync(0, "utf-8"));
process.stdout.write(JSON.stringify(asked.map(([exercise, answer]) => judge(exercise, answer))));
