import { execFile, type ExecFileException } from "node:child_process";

export interface DockerAnswer {
  /** Of the `docker` command; `undefined` where there is none, or it took too long. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  /** What it, or the system in its place, said went wrong. */
  readonly stderr: string;
}

export interface AskDockerOptions {
  /** Milliseconds. */
  readonly timeout: number;
  /** Default: this process's own. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Asks the engine something. Never rejects. */
export function askDocker(
  args: readonly string[],
  { timeout, env = process.env }: AskDockerOptions,
): Promise<DockerAnswer> {
  // A client that waits for an engine may not heed a SIGTERM.
  const options = { timeout, env: { ...env }, killSignal: "SIGKILL" } as const;
  return new Promise((resolve) => {
    execFile("docker", args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ exitCode: 0, stdout, stderr });
      if (typeof error.code === "number") return resolve({ exitCode: error.code, stdout, stderr });
      resolve({ exitCode: undefined, stdout, stderr: `${stderr}${reasonOf(error, timeout)}` });
    });
  });
}

function reasonOf({ code, killed, message }: ExecFileException, timeout: number): string {
  if (code === "ENOENT") return "exec: docker: not found";
  return killed ? `no answer within ${timeout / 1_000} s` : message;
}
