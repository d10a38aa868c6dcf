import { keepAlive } from "../../../processes/kept-container.ts";
import type { DockerConfig } from "../docker-config.ts";
import { hostUser } from "./host-facts.ts";
import { type ContainerLabels, jobLabel, labelFlags, warmLabel } from "./labels.ts";
import { type Mount, toMountFlag } from "./mount.ts";
import { containerWorkspace } from "./workspace-path.ts";

/** A container, planned. */
export interface ContainerPlan extends ContainerLabels {
  readonly name: string;
  readonly config: DockerConfig;
  readonly mounts: readonly Mount[];
}

export interface ContainerToRun extends ContainerPlan {
  readonly jobId: string;
}

export interface ContainerToKeep extends ContainerPlan {
  readonly slot: number;
}

/** User that a container of this configuration runs as. */
export function userOf({ user }: DockerConfig): string {
  return user ?? hostUser();
}

/** Arguments of `docker run`, down to the image: the same cage for claude and for every check. */
export function runFlags(container: ContainerToRun): readonly string[] {
  const { config, jobId } = container;
  return ["--interactive", "--rm", ...cage(container, { [jobLabel]: jobId }), config.image];
}

/** Arguments of `docker run` for the same cage, in which nothing runs until something is started there. */
export function keepFlags(container: ContainerToKeep): readonly string[] {
  const { config, slot } = container;
  return [
    "--detach",
    "--rm",
    ...cage(container, { [warmLabel]: String(slot) }),
    // Its first process is one that nothing in there can end, and that does not end by itself.
    "--init=false",
    "--stop-signal=SIGKILL",
    "--entrypoint=/bin/sh",
    config.image,
    "-c",
    keepAlive,
  ];
}

function cage(
  container: ContainerPlan,
  labels: Readonly<Record<string, string>>,
): readonly string[] {
  const { name, config, mounts } = container;
  return [
    `--name=${name}`,
    ...config.flags,
    `--user=${userOf(config)}`,
    `--workdir=${containerWorkspace}`,
    ...labelFlags(container, labels),
    ...mounts.map(toMountFlag),
  ];
}
