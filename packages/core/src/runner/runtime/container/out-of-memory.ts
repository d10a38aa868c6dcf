import { FleetManagerError } from "../../../errors.ts";
import { askDocker } from "../../../processes/ask-docker.ts";

export interface EndedContainer {
  /** Of the `docker` command; that of claude. */
  readonly exitCode: number | null;
  readonly name: string;
  /** Milliseconds since the epoch: when the container was not there yet. */
  readonly since: number;
}

/** 128 and SIGKILL: the kernel's way to free memory, and that of whoever ends a container. */
const killed = 137;

/** The error of a claude that the kernel ended for its memory; Docker tells it from other ends. */
export async function outOfMemory(ended: EndedContainer): Promise<FleetManagerError | undefined> {
  const { exitCode, name, since } = ended;
  if (exitCode !== killed || !(await hadEvent("oom", name, since))) return undefined;
  return new FleetManagerError(
    "claude needed more memory than its container has. Raise `docker.memory`.",
    { code: "OUT_OF_MEMORY", context: { container: name } },
  );
}

async function hadEvent(event: string, name: string, since: number): Promise<boolean> {
  const filters = ["--filter", `event=${event}`, "--filter", `container=${name}`];
  const times = ["--since", (since / 1_000).toFixed(3), "--until", (Date.now() / 1_000).toFixed(3)];
  const answer = await askDocker(["events", ...times, ...filters], { timeout: 5_000 });
  // An engine that is gone has ended everything itself.
  return answer.exitCode === 0 && answer.stdout !== "";
}
