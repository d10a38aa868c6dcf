import type { ClaudeCommand, ClaudeProcess, Launcher } from "../interface.ts";
import { type DockerClient, dockerClient } from "./credential-proxy/client-command.ts";
import { withRelay } from "./credential-proxy/plan-proxy.ts";
import type { ContainerPlace } from "./container-place.ts";
import { containerWorkspace } from "./workspace-path.ts";

export interface ContainerLauncherOptions {
  /** Starts the `docker` command on this machine. */
  readonly launcher: Launcher;
  readonly place: ContainerPlace;
  /** Claude's environment, one variable a line, for what the runtime wants it to have. */
  readonly envFile: (wanted: ClaudeCommand["env"]) => string;
  /** Where that is written for a moment. */
  readonly secretsPath: string;
  /** The container's way out, where that is a proxy. */
  readonly proxy: RunProxy | undefined;
  readonly clientEnv: Readonly<Record<string, string>>;
  /** Folder on the host that claude's sessions are in. */
  readonly claudeHome: string;
  /** Lets the container's user read what the runtime has written for it. */
  readonly beforeStart: () => Promise<void>;
  readonly onProcess: (claude: ClaudeProcess) => void;
}

/** The proxy of a run. */
export interface RunProxy extends NonNullable<DockerClient["proxy"]> {
  /** Socket as the container sees it, where its programs reach the network through it. */
  readonly relayTo: string | undefined;
}

/**
 * Starts claude in a container. The `docker` command stays in the foreground and stands for it: it has
 * its stdio and ends with its exit code, so that what holds for a claude on this machine holds for it.
 */
export function createContainerLauncher(options: ContainerLauncherOptions): Launcher {
  const { launcher } = options;
  const seen = <T extends ClaudeProcess>(claude: T): T => {
    options.onProcess(claude);
    return claude;
  };
  return {
    cwd: containerWorkspace,
    claudePath: "claude",
    env: { ...launcher.env, CLAUDE_CONFIG_DIR: options.claudeHome },
    start: (command) => seen(launcher.start(toDockerCommand(options, command))),
    async startDetached(command, files) {
      await options.beforeStart();
      return seen(await launcher.startDetached(toDockerCommand(options, command), files));
    },
    attach: (record) => seen(launcher.attach(record)),
  };
}

function toDockerCommand(options: ContainerLauncherOptions, command: ClaudeCommand): ClaudeCommand {
  const { secretsPath, place, proxy } = options;
  const { container, keepsContainer } = place;
  const claude = withRelay(proxy?.relayTo, [command.command, ...command.args]);
  return {
    ...dockerClient({
      envFile: options.envFile(command.env),
      secretsPath,
      ...(proxy && { proxy }),
      command: place.command,
      args: [...place.args, ...claude],
    }),
    env: options.clientEnv,
    container,
    ...(keepsContainer && { keepsContainer }),
  };
}
