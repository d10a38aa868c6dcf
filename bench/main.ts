import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { figures } from "./figures.ts";

// Each in a process of its own: what one leaves on the heap is not the next one's figure.
const program = fileURLToPath(new URL("figure.ts", import.meta.url));
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(figures, name));

if (unknown.length > 0) {
  console.error(
    `no such figure: ${unknown.join(", ")}. There are: ${Object.keys(figures).join(", ")}`,
  );
  process.exitCode = 2;
} else {
  const missed: string[] = [];
  for (const name of asked.length > 0 ? asked : Object.keys(figures)) {
    const args = ["--expose-gc", "--conditions=herdctl-source", program, name];
    const [code] = await once(spawn(process.execPath, args, { stdio: "inherit" }), "exit");
    if (code !== 0) missed.push(name);
  }
  console.log(missed.length === 0 ? "\nevery target met" : `\nmissed: ${missed.join(", ")}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}
