import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";

/** Names of the containers of a fleet, those that have ended included; kept ones aside or not. */
export async function containersOf(
  stateDir: string,
  which: "all" | "ofJobs",
): Promise<readonly string[]> {
  const filter = `label=herdctl.state=${stateDir}`;
  const format = '{{.Names}} {{.Label "herdctl.job"}}';
  const args = ["ps", "--all", "--filter", filter, "--format", format];
  const { stdout } = await promisify(execFile)("docker", args);
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.split(" "))
    .filter(([, jobId]) => which === "all" || jobId !== "")
    .map(([name = ""]) => name);
}

/** How many containers were seen at one time. */
export interface Samples extends AsyncDisposable {
  readonly most: number;
  readonly taken: number;
}

const pauseMs = 100;

/** Counts the containers of a fleet again and again, until it is disposed. */
export function sampleContainers(stateDir: string): Samples {
  const stop = new AbortController();
  const seen = { most: 0, taken: 0 };
  const sampling = (async () => {
    while (!stop.signal.aborted) {
      const names = await containersOf(stateDir, "all");
      seen.most = Math.max(seen.most, names.length);
      seen.taken += 1;
      await delay(pauseMs);
    }
  })();
  return {
    get most() {
      return seen.most;
    },
    get taken() {
      return seen.taken;
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await sampling;
    },
  };
}
