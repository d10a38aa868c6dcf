import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { FleetLog } from "../../src/fleet-manager/logs/fleet-log.ts";
import { parseLogLine } from "../../src/fleet-manager/logs/log-files.ts";
import { silentLogger } from "../../src/logger.ts";
import { cannotMount } from "../state/prerequisite.ts";

async function smallDisk(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "herdctl-log-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", folder]);
  onTestFinished(async () => {
    execFileSync("umount", ["--lazy", folder]);
    await rm(folder, { recursive: true, force: true });
  });
  return folder;
}

test.skipIf(cannotMount)(
  "a full disk keeps nothing from who listens, leaves no torn line, and is written to again",
  async () => {
    const stateDir = await smallDisk();
    const said: string[] = [];
    const log = new FleetLog({
      logger: { ...silentLogger, error: (message) => said.push(message) },
      clock: systemClock,
      stateDir,
      onEntry: () => undefined,
    });
    await log.open();
    log.info("before");
    const ballast = join(stateDir, "ballast");
    const filling = writeFile(ballast, Buffer.alloc(2 * 1024 * 1024));
    await expect(filling).rejects.toMatchObject({ code: "ENOSPC" });
    const stream = log.stream({});
    expect((await stream.next()).value).toMatchObject({ message: "before" });
    const long = "x".repeat(50_000);
    log.info(long);
    expect((await stream.next()).value).toMatchObject({ level: "error" });
    expect((await stream.next()).value).toMatchObject({ message: long });
    expect(said).toEqual([expect.stringMatching(/cannot write the log: ENOSPC/)]);

    await rm(ballast);
    log.info("after");
    expect((await stream.next()).value).toMatchObject({ message: "after", seq: 3 });
    await log.close();
    const lines = (await readFile(join(stateDir, "logs", "daemon.jsonl"), "utf8")).trimEnd();
    expect(lines.split("\n").map((line) => parseLogLine(Buffer.from(line))?.message)).toEqual([
      "before",
      "after",
    ]);
  },
);
