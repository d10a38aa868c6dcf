import type { DockerConfig } from "../docker-config.ts";
import { hostUser } from "./host-facts.ts";
import { type ContainerLabels, labelFlags } from "./labels.ts";
import { type Mount, toMountFlag } from "./mount.ts";
import { containerWorkspace } from "./workspace-path.ts";

export interface ContainerToRun extends ContainerLabels {
  readonly name: string;
  readonly config: DockerConfig;
  readonly mounts: readonly Mount[];
}

/** User that a container of this configuration runs as. */
export function userOf({ user }: DockerConfig): string {
  return user ?? hostUser();
}

/** Arguments of `docker run`, down to the image: the same cage for claude and for every check. */
export function runFlags(container: ContainerToRun): readonly string[] {
  const { name, config, mounts, ...labels } = container;
  return [
    "--interactive",
    "--rm",
    `--name=${name}`,
    ...config.flags,
    `--user=${userOf(config)}`,
    `--workdir=${containerWorkspace}`,
    ...labelFlags(labels),
    ...mounts.map(toMountFlag),
    config.image,
  ];
}
