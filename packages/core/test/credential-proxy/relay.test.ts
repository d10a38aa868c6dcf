import { execFile } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { withRelay } from "../../src/runner/runtime/container/credential-proxy/plan-proxy.ts";

/** Runs a command behind the relay, where `socat` listens as this shell script says. */
async function behindRelay(
  listens: string,
  command: string,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const folder = await mkdtemp(join(tmpdir(), "herdctl-relay-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const socat = `#!/bin/sh\ncase "$1" in TCP-LISTEN:*) ${listens};; *) test -e listening;; esac\n`;
  await writeFile(join(folder, "socat"), socat);
  await chmod(join(folder, "socat"), 0o755);
  const [program = "", ...args] = withRelay("/run/proxy.sock", ["sh", "-c", command]);
  const env = { PATH: `${folder}:/usr/bin:/bin` };
  return promisify(execFile)(program, args, { cwd: folder, env });
}

describe("the relay in a container", () => {
  it("listens before the command begins, however slow it is", async () => {
    const { stdout } = await behindRelay("sleep 0.5; touch listening", "ls listening");
    expect(stdout).toBe("listening\n");
  });

  it("says so when it cannot listen, and nothing begins", async () => {
    await expect(behindRelay("exit 1", "echo begun")).rejects.toMatchObject({
      code: 125,
      stdout: "",
      stderr: expect.stringMatching(/^docker: socat could not listen on port \d+\n$/),
    });
  });
});
