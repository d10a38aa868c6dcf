import type { ApprovalFolders } from "./approval-files.ts";
import { quote } from "./quote.ts";

/** What the script needs to know. */
export interface ApprovalHookOptions {
  /** `case` pattern of the calls that wait; others pass. */
  readonly shellPattern: string;
  /** Milliseconds to wait for a verdict. */
  readonly hold: number;
  /** Refuses a call without a verdict, and does not put it off: the process has to stay. */
  readonly staysAlive?: boolean;
  readonly folders: ApprovalFolders;
  readonly attempt: number;
}

const inSubagent =
  "This needs a person, and only the main conversation can ask one. Go on without it, or end and say " +
  "in your report what is to be done.";
const nextPlease =
  "This needs a person, and another call of the same message waits for one already. Make this call " +
  "again once that one is decided.";

const noAnswer = "Nobody has decided about this call in time.";
const putOff = `mkdir "$turn" || answer deny ${quote(nextPlease)}
answer defer 'A person decides about this call.'`;

/**
 * Script of a PreToolUse hook that puts a tool call before a person: it writes a request, looks for a
 * verdict for a while, then puts the call off, which ends the process; the resumed session makes the
 * call anew and finds the verdict. All in `sh`, without herdctl: it may be gone, or outside a container.
 *
 * Of several such calls in one message only one can be put off; Claude Code forgets the others, so they
 * are refused. A call put off by a subagent would be lost, too. Exit status 2 refuses; any other failure
 * of a hook lets the call pass.
 */
export function approvalHook(options: ApprovalHookOptions): string {
  const polls = Math.max(1, Math.ceil(options.hold / pollMs));
  return `
call=$(cat)
answer() {
  printf '{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"%s","permissionDecisionReason":"%s"}}' "$1" "$2"
  exit 0
}
refuse() { echo "herdctl: $1" >&2; exit 2; }
verdict() {
  [ -f "$verdicts/$id.json" ] || return 0
  cat "$verdicts/$id.json" || refuse 'the verdict on this call cannot be read'
  exit 0
}
name=\${call#*\\"tool_name\\":\\"}; name=\${name%%\\"*}
input=\${call#*\\"tool_input\\":}
case "$name $input" in
${options.shellPattern}) ;;
*) exit 0 ;;
esac
case "\${call%%\\"tool_input\\":*}" in
*'"agent_id":"'*) answer deny ${quote(inSubagent)} ;;
esac
id=\${call##*\\"tool_use_id\\":\\"}; id=\${id%%\\"*}
case "$id" in
'' | *[!A-Za-z0-9_-]*) refuse 'this call has no id to ask a person about' ;;
esac
requests=${quote(options.folders.requests)}
verdicts=${quote(options.folders.verdicts)}
turn="$requests/put-off.${options.attempt}"
verdict
[ -d "$turn" ] && answer deny ${quote(nextPlease)}
printf '%s' "$call" > "$requests/$id.partial" && mv "$requests/$id.partial" "$requests/$id.request" ||
  refuse 'a person cannot be asked about this call'
polls=0
while [ "$polls" -lt ${polls} ]; do
  sleep 0.25 || sleep 1
  verdict
  polls=$((polls + 1))
done
${options.staysAlive ? `answer deny ${quote(noAnswer)}` : putOff}
`.trim();
}

const pollMs = 250;
