import type { HerdctlServer } from "../runtime/interface.ts";

/**
 * The bridge for a claude in a container, where there need be no Node: `sh` and `curl`. Each message is
 * posted on its own, until somebody answers it: herdctl may be gone and come back. Answers are written
 * one at a time, because a pipe takes no more than a page at once.
 */
const program = `
turn=$(mktemp -u)
say() {
  until mkdir "$turn" 2>/dev/null; do sleep 0.02; done
  printf '%s\\n' "$1"
  rmdir "$turn"
}
refuse() {
  case "$1" in *'"id":'*) ;; *) return ;; esac
  id=\${1#*'"id":'}; id=\${id%%[,\\}]*}
  say '{"jsonrpc":"2.0","id":'"$id"',"error":{"code":-32600,"message":"herdctl refuses this message"}}'
}
ask() {
  while :; do
    answer=$(printf '%s' "$1" | curl --silent --unix-socket "$socket" --write-out ' %{http_code}' \\
      --header 'content-type: application/json' --data-binary @- http://herdctl/)
    case "$answer" in
    *' 200') say "\${answer% *}"; return ;;
    *' 202') return ;;
    *' 400') refuse "$1"; return ;;
    esac
    sleep 1
  done
}
socket=$1
while IFS= read -r line; do ask "$line" & done
kill $(jobs -p) 2>/dev/null
`.trim();

/** How a claude in a container starts the bridge to a job's socket. */
export function shellBridge(socketPath: string): HerdctlServer["bridge"] {
  const args = ["-c", program, "herdctl-bridge", socketPath];
  return { type: "stdio", command: "sh", args, env: {}, alwaysLoad: true };
}
