import { proxySocket } from "./plan-proxy.ts";
import { proxyFile } from "./proxy-file.ts";
import { writeSecret } from "./secret-files.ts";
import type { ProxySettings } from "./settings.ts";

export interface DockerClient {
  /** Environment of what runs in the container, one variable a line. */
  readonly envFile: string;
  /** Where secrets are written for a moment: no container sees these, whose names begin so. */
  readonly secretsPath: string;
  /** Started beside the client, and gone with it. */
  readonly proxy?: {
    readonly settings: ProxySettings;
    /** Folder of its socket on the host; the container sees it. */
    readonly folder: string;
  };
  /** Of `docker`: the command, then what comes after `--env-file`. */
  readonly command: "run" | "exec";
  readonly args: readonly string[];
}

// On the command line everybody could read the values, as names for the client's own environment they
// would act on the client. The files are gone before anything runs, which reads from open descriptors.
const takeEnvFile = `exec 9<"$1" && /bin/rm -f "$1" && shift || exit 125`;

// The client's pid, by which the proxy knows for how long it is wanted, is that of this shell. Whatever
// the proxy writes to its log so early is why it did not start.
const startProxy = `
exec 8<"$1" && /bin/rm -f "$1" || exit 125
( cd "$2" && exec "$3" --no-warnings "$4" $$ <&8 8<&- 9<&- >/dev/null 2>proxy.log ) &
exec 8<&-
tries=0
until [ -S "$2/${proxySocket}" ]; do
  tries=$((tries + 1))
  if [ -s "$2/proxy.log" ] || [ $tries -gt 1000 ]; then
    echo "docker: the credential proxy did not start: $(/usr/bin/tail -c 2000 "$2/proxy.log")" >&2
    exit 125
  fi
  /bin/sleep 0.02
done
shift 4`;

const runClient = `exec docker "$@"`;

/**
 * The shell command that becomes the `docker` client. Writes the files with secrets, which that shell
 * removes.
 */
export function dockerClient(client: DockerClient): {
  readonly command: string;
  readonly args: readonly string[];
} {
  const { secretsPath, proxy } = client;
  const program = [takeEnvFile, ...(proxy ? [startProxy] : []), runClient].join("\n");
  const given = [
    writeSecret(secretsPath, "env", client.envFile),
    ...(proxy
      ? [
          writeSecret(secretsPath, "proxy", JSON.stringify(proxy.settings)),
          proxy.folder,
          process.execPath,
          proxyFile(),
        ]
      : []),
  ];
  const docker = [client.command, "--env-file", "/dev/fd/9", ...client.args];
  return { command: "/bin/sh", args: ["-c", program, "herdctl", ...given, ...docker] };
}
