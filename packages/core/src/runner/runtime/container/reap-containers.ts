import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { endContainer } from "../../../processes/end-container.ts";
import { jobLabel, stateLabel } from "./labels.ts";

const run = promisify(execFile);

export interface ReapOptions {
  /** Only containers with the label of this state directory are looked at. */
  readonly stateDir: string;
  /** Tells whether somebody runs this container for that job. */
  readonly isWanted: (container: { readonly name: string; readonly jobId: string }) => boolean;
}

/**
 * Ends containers that were left behind: those of this state directory that nobody runs. Resolves with
 * their names; rejects when the engine does not answer.
 */
export async function reapContainers(options: ReapOptions): Promise<readonly string[]> {
  const { stateDir, isWanted } = options;
  const filter = `label=${stateLabel}=${stateDir}`;
  const format = `{{.Names}} {{.Label "${jobLabel}"}}`;
  const args = ["ps", "--all", "--no-trunc", "--filter", filter, "--format", format];
  const { stdout } = await run("docker", args, { timeout: 10_000 });
  const left = stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [name = "", jobId = ""] = line.split(" ");
      return { name, jobId };
    })
    .filter((container) => !isWanted(container));
  await Promise.all(left.map(({ name }) => endContainer(name, { mayBegin: false })));
  return left.map(({ name }) => name);
}
