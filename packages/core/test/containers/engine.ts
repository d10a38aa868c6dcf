import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

/** Without an engine, these tests are skipped on a laptop and fail in CI. */
export const noEngine: boolean =
  process.env["CI"] !== "true" &&
  spawnSync("docker", ["version"], { stdio: "ignore" }).status !== 0;

/** What `docker` prints. */
export async function docker(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)("docker", args)).stdout.trim();
}

/** Names of the containers of a job, those that have ended included. */
export async function containersOf(jobId: string): Promise<readonly string[]> {
  const filter = `label=herdctl.job=${jobId}`;
  const names = await docker("ps", "--all", "--filter", filter, "--format", "{{.Names}}");
  return names.split("\n").filter((name) => name !== "");
}

/** Ids of the containers that the agents of a fleet keep, in the order of their names. */
export async function keptContainers({
  stateDir,
}: {
  readonly stateDir: string;
}): Promise<readonly string[]> {
  const filters = [`label=herdctl.state=${stateDir}`, "label=herdctl.warm"];
  const flags = filters.flatMap((filter) => ["--filter", filter]);
  const lines = await docker(
    "ps",
    "--all",
    "--no-trunc",
    ...flags,
    "--format",
    "{{.Names}} {{.ID}}",
  );
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .toSorted()
    .map((line) => line.split(" ")[1] ?? "");
}
