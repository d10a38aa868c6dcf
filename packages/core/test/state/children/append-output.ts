import { setTimeout } from "node:timers/promises";
import { openJobOutput } from "../../../src/state/job-output.ts";

// Appends numbered lines to an output in several batches.
const [file = "", count = "0"] = process.argv.slice(2);
const output = await openJobOutput({ file, attempt: 1 });
for (let index = 0; index < Number(count); index++) {
  output.append({ type: "assistant", text: `Schäfer 🐑 ${index}` });
  if (index % 50 === 0) await setTimeout(2);
}
const size = await output.close();
process.stdout.write(`${JSON.stringify(size)}\n`);
