import { keepAlive } from "../../../processes/kept-container.ts";
import {
  containerClaudeHome,
  containerHome,
  type DockerConfig,
  inMemory,
} from "../docker-config.ts";
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
    ...homeFlags(userOf(config)),
    ...config.flags,
    `--user=${userOf(config)}`,
    `--workdir=${containerWorkspace}`,
    ...labelFlags(container, labels),
    ...mounts.map(toMountFlag),
  ];
}

/** Folders that the user can write to, whatever the image has in their place. */
function homeFlags(user: string): readonly string[] {
  // The engine may take the mode from the image's folder, so the owner has to be right.
  const [, uid, gid] = /^(\d+)(?::(\d+))?$/.exec(user) ?? [];
  const owner = [uid && `,uid=${uid}`, gid && `,gid=${gid}`].join("");
  return [
    `--tmpfs=${containerHome}:${inMemory}${owner},exec,size=256m`,
    `--tmpfs=${containerClaudeHome}:${inMemory}${owner},size=64m`,
  ];
}
