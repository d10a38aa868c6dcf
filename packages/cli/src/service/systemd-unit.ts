import type { ServicePlan } from "./service-plan.ts";

/** The unit of a user's systemd. */
export function renderSystemdUnit(plan: ServicePlan): string {
  return `[Unit]
Description=${escapePercent(plan.description)}

[Service]
Type=exec
WorkingDirectory=${escapePercent(plan.workingDirectory)}
Environment=${quoteValue(`PATH=${plan.path}`)}
ExecStart=${commandLine(plan.start)}
ExecReload=/bin/kill -HUP $MAINPID
ExecStop=${commandLine(plan.stop)}
# Jobs that the next start goes on with outlive a restart: only the daemon itself is ended.
KillMode=process
TimeoutStopSec=90
Restart=on-failure
RestartSec=5
# Neither a wrong configuration nor another daemon goes away by trying again.
RestartPreventExitStatus=2 4
SuccessExitStatus=130

[Install]
WantedBy=default.target
`;
}

// systemd looks for variables in the arguments, and not in the path of what it runs.
function commandLine([program = "", ...args]: readonly string[]): string {
  return [quoteValue(program), ...args.map(quoteUnitWord)].join(" ");
}

/** An argument of a command as systemd takes it. */
export function quoteUnitWord(word: string): string {
  return quoteValue(word).replaceAll("$", "$$$$");
}

function quoteValue(text: string): string {
  return `"${escapePercent(text).replaceAll(/[\\"]/g, String.raw`\$&`)}"`;
}

function escapePercent(text: string): string {
  return text.replaceAll("%", "%%");
}
