import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const module = fileURLToPath(new URL("process.mjs", import.meta.url));

/** A process that runs this script as its child, as the bootstrap does with a command. */
function runThrough(script: string): ReturnType<typeof spawn> {
  const source = `
    import { forwardSignals, run } from ${JSON.stringify(module)};
    forwardSignals();
    process.exitCode = await run(process.execPath, ["-e", ${JSON.stringify(script)}], { cwd: "." });`;
  return spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

test("ends with the exit code of the command", async () => {
  const [code] = await once(runThrough("process.exit(7)"), "exit");
  expect(code).toBe(7);
});

test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("hands %s on and waits", async (signal) => {
  const child = runThrough(
    `process.on("${signal}", () => setTimeout(() => process.exit(9), 50)); setInterval(() => {}, 1e6); console.log("up");`,
  );
  if (child.stdout) await once(child.stdout, "data");
  child.kill(signal);
  const [code] = await once(child, "exit");
  expect(code).toBe(9);
});

test("ends with 128 and the number of the signal that ended the command", async () => {
  const [code] = await once(runThrough('process.kill(process.pid, "SIGTERM")'), "exit");
  expect(code).toBe(143);
});
