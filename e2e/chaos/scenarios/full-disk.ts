import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runKills } from "../run-kills.ts";
import { cannotMount, type Scenario } from "./scenario.ts";

/** A disk that fills up while the daemon works on it, and is emptied after its death. */
export const fullDisk: Scenario = {
  name: "a disk that fills up loses nothing that was accepted",
  ...cannotMount,
  async run(seed) {
    const report = await runKills({
      seed,
      kills: 3,
      runtime: "scripted",
      stages: ["anywhere"],
      prepare: mountSmallDisk,
      disturb: fillSoon,
    });
    return report.violations;
  },
};

function mountSmallDisk(stateDir: string): Disposable {
  mkdirSync(stateDir, { recursive: true });
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m,mode=0700", "tmpfs", stateDir]);
  return { [Symbol.dispose]: () => void execFileSync("umount", ["--lazy", stateDir]) };
}

// Once it works: a daemon that finds its disk full does not start at all.
function fillSoon(stateDir: string, began: Promise<unknown>): Disposable {
  const ballast = join(stateDir, "ballast");
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  void began.then(() => {
    if (!isOver) timer = setTimeout(() => fill(ballast), 200);
  });
  return {
    [Symbol.dispose]() {
      isOver = true;
      clearTimeout(timer);
      rmSync(ballast, { force: true });
    },
  };
}

function fill(ballast: string): void {
  try {
    writeFileSync(ballast, Buffer.alloc(8 * 1024 * 1024));
  } catch {
    // Full, as it should be.
  }
}
