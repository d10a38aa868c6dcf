/**
 * Shell programs that become claude (`exec`, so the pid stays). `$0` is the label in the process list,
 * the arguments are claude's command, descriptor 3 is a pipe from herdctl.
 */

/** Waits for `go`, which comes once the process is recorded; ends without it. */
const gate = `read -r go <&3 || exit 75`;

/**
 * A watcher that stays beside claude. herdctl writes `ok` when claude has ended; a pipe that closes
 * without it means that herdctl died: claude is asked to stop, then it and whatever carries the job's
 * marker is killed. The start time tells claude from a later process with its pid.
 */
const watcher = `
look() { IFS= read -r stat <"/proc/$$/stat" || { [ ! -d /proc/self ] && kill -0 $$; return; }
  set -- \${stat##*) }; [ "$1" != Z ] && now=\${20}; }
look; born=$now
claude() { now=; look && [ "$now" = "$born" ]; }
{
  trap "" INT TERM HUP
  read -r ok <&3 && exit
  claude && kill -INT $$
  tries=0
  while [ $tries -lt 20 ] && claude; do tries=$((tries + 1)); sleep 0.2; done
  claude && kill -KILL $$
  IFS=" " read -r self rest </proc/self/stat
  for file in /proc/[0-9]*/environ; do
    pid=\${file#/proc/}; pid=\${pid%/environ}
    [ "$pid" = "$self" ] || ! grep -qsF "HERDCTL_JOB=$HERDCTL_JOB" "$file" || kill -KILL "$pid"
  done
} </dev/null >/dev/null 2>&1 &`;

const start = `exec 3<&-; exec "$@"`;

/** Arguments of `sh` that run `command` behind the gate, with or without the watcher. */
export function gatedCommand(options: {
  /** Tells job and agent in the process list. */
  readonly label: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly lifeline: boolean;
}): string[] {
  const program = [gate, ...(options.lifeline ? [watcher] : []), start].join("\n");
  return ["-c", program, options.label, options.command, ...options.args];
}
