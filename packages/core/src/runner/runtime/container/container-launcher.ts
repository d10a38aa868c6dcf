import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { ClaudeCommand, ClaudeProcess, Launcher } from "../interface.ts";
import { containerWorkspace } from "./workspace-path.ts";

export interface ContainerLauncherOptions {
  /** Starts the `docker` command on this machine. */
  readonly launcher: Launcher;
  /** Of the container. */
  readonly name: string;
  /** Arguments of `docker run`, down to the image. */
  readonly runArguments: readonly string[];
  /** Claude's environment, one variable a line, for what the runtime wants it to have. */
  readonly envFile: (wanted: ClaudeCommand["env"]) => string;
  /** Where that is written for a moment. */
  readonly envFilePath: string;
  readonly clientEnv: Readonly<Record<string, string>>;
  /** Folder on the host that claude's sessions are in. */
  readonly claudeHome: string;
  /** Lets the container's user read what the runtime has written for it. */
  readonly beforeStart: () => Promise<void>;
  readonly onProcess: (claude: ClaudeProcess) => void;
}

/**
 * Starts claude in a container. The `docker` command stays in the foreground and stands for it: it has
 * its stdio, hands signals on and ends with its exit code, so that what holds for a claude on this
 * machine holds for it.
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

// On the command line everybody could read the values, as names for the client's own environment they
// would act on the client. The file is gone before the client runs; it reads from the open descriptor.
const withEnvFile = `exec 9<"$1" && /bin/rm -f "$1" && shift && exec docker run --env-file /dev/fd/9 "$@"`;

function toDockerCommand(options: ContainerLauncherOptions, command: ClaudeCommand): ClaudeCommand {
  const { envFilePath, runArguments, name } = options;
  mkdirSync(dirname(envFilePath), { recursive: true, mode: 0o700 });
  writeFileSync(envFilePath, options.envFile(command.env), { mode: 0o600 });
  const claude = [command.command, ...command.args];
  return {
    command: "/bin/sh",
    args: ["-c", withEnvFile, "herdctl", envFilePath, ...runArguments, ...claude],
    env: options.clientEnv,
    container: name,
  };
}
