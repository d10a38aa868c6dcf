import { timedOutFile } from "../state/attempt-files.ts";
import { interruptInside } from "./kept-container.ts";

/**
 * Shell programs that become claude (`exec`, so the pid stays). `$0` is the label in the process list,
 * the arguments are the files for its stdio, where it has some, and claude's command. Descriptor 3 is
 * a pipe from herdctl. Only subshells set variables: what the environment names so stays as it is.
 */

/** Waits for `go`, which comes once the process is recorded; ends without it. */
const gate = `read -r herdctl_go <&3 || exit 75`;

/** Tells whether claude runs; the start time tells it from a later process with its pid. */
const isRunning = `
  look() { IFS= read -r stat <"/proc/$$/stat" || { [ ! -d /proc/self ] && kill -0 $$; return; }
    set -- \${stat##*) }; [ "$1" != Z ] && now=\${20}; }
  look; born=$now
  claude() { now=; look && [ "$now" = "$born" ]; }`;

interface Contained {
  readonly container?: string;
  readonly keepsContainer?: true;
}

// The client of a container that stays hands no signals on.
const ask = ({ container, keepsContainer }: Contained): string =>
  keepsContainer ? `docker exec ${container} /bin/sh -c '${interruptInside}'` : "kill -INT $$";

/** Asks claude to stop, then kills it and whatever carries the job's marker. */
const end = (contained: Contained): string => `
  claude && ${ask(contained)}
  tries=0
  while [ $tries -lt 20 ] && claude; do tries=$((tries + 1)); sleep 0.2; done
  claude && kill -KILL $$
  IFS=" " read -r self rest </proc/self/stat
  for file in /proc/[0-9]*/environ; do
    pid=\${file#/proc/}; pid=\${pid%/environ}
    [ "$pid" = "$self" ] || ! grep -qsF "HERDCTL_JOB=$HERDCTL_JOB" "$file" || kill -KILL "$pid"
  done${contained.container === undefined ? "" : `\n  docker rm --force ${contained.container}`}`;

/**
 * Stays beside a claude that must not outlive herdctl. herdctl writes `ok` when claude has ended; a
 * pipe that closes without it means that herdctl died.
 */
const lifeline = (contained: Contained): string => `{
  trap "" INT TERM HUP${isRunning}
  read -r ok <&3 && exit${end(contained)}
} </dev/null >/dev/null 2>&1 &`;

const timerSeconds = 5;

/**
 * Looks every few seconds whether claude still runs, and ends it when its time is over: a file beside
 * its stdout then tells why it ended.
 */
const timer = (seconds: number, contained: Contained): string => `{${isRunning}
  left=${seconds}
  while [ $left -gt 0 ] && claude; do left=$((left - ${timerSeconds})); sleep ${timerSeconds}; done
  claude || exit
  : >"\${2%/*}/${timedOutFile}"${end(contained)}
} 3<&- </dev/null >/dev/null 2>&1 &`;

const takeFiles = `exec <"$1" >>"$2" 2>>"$3"; shift 3`;
const start = `exec 3<&-; exec "$@"`;

export interface GatedCommandOptions {
  /** Tells job and agent in the process list. */
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Ends claude when this process dies (`lifeline`), or when so many seconds are over. */
  readonly watcher?: "lifeline" | number;
  /** Container that the watcher ends with it; letters, digits and dashes. */
  readonly container?: string;
  /** That container was there before: claude in it is asked to stop before it is ended. */
  readonly keepsContainer?: true;
  /** Paths that the shell opens for claude; without them it has the shell's own stdio. */
  readonly stdio?: { readonly stdin: string; readonly stdout: string; readonly stderr: string };
}

/** Arguments of `sh` that run `command` behind the gate. */
export function gatedCommand(options: GatedCommandOptions): string[] {
  const { watcher, stdio } = options;
  const program = [
    gate,
    ...(watcher === "lifeline" ? [lifeline(options)] : []),
    ...(typeof watcher === "number" ? [timer(watcher, options)] : []),
    ...(stdio ? [takeFiles] : []),
    start,
  ];
  const files = stdio ? [stdio.stdin, stdio.stdout, stdio.stderr] : [];
  return ["-c", program.join("\n"), options.label, ...files, options.command, ...options.args];
}
