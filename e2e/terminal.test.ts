import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createTestFleet } from "@herdctl/testing";
import { expect, test } from "vitest";
import { bin, herdctl } from "./herdctl.ts";

// Runs its arguments on a terminal of their own, which it closes once the fleet runs.
const closeTerminal = `
import os, pty, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
said = b""
while b"control socket" not in said:
    said += os.read(terminal, 4096)
os.close(terminal)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

test("closing the terminal stops the fleet cleanly", async () => {
  await using fleet = await createTestFleet({ agents: { idle: {} } });
  const where = { cwd: fleet.dir, env: fleet.env };
  const start = [process.execPath, bin, "start"];
  const { stdout } = await promisify(execFile)("python3", ["-c", closeTerminal, ...start], where);
  expect(stdout).toBe("0\n");
  const log = await herdctl(["logs", "--json"], where);
  expect(log.stdout).toContain("stopped");
});
