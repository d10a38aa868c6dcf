import type { ServicePlan } from "./service-plan.ts";

/** The property list of a launchd agent. */
export function renderLaunchdPlist(plan: ServicePlan): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  ${quotePlistWord(labelOf(plan.name))}
  <key>ProgramArguments</key>
  <array>
${plan.start.map((word) => `    ${quotePlistWord(word)}`).join("\n")}
  </array>
  <key>WorkingDirectory</key>
  ${quotePlistWord(plan.workingDirectory)}
  <key>EnvironmentVariables</key>
  <dict>
    <key>PATH</key>
    ${quotePlistWord(plan.path)}
  </dict>
  <key>RunAtLoad</key>
  <true/>
  <key>KeepAlive</key>
  <dict>
    <key>SuccessfulExit</key>
    <false/>
  </dict>
  <!-- Jobs that the next start goes on with outlive a restart. -->
  <key>AbandonProcessGroup</key>
  <true/>
  <key>ExitTimeOut</key>
  <integer>90</integer>
  <key>StandardOutPath</key>
  ${quotePlistWord(plan.logFile)}
  <key>StandardErrorPath</key>
  ${quotePlistWord(plan.logFile)}
</dict>
</plist>
`;
}

/** What launchd knows a service by. */
export function labelOf(service: string): string {
  return `dev.herdctl.${service}`;
}

/** A text as an element of a property list. */
export function quotePlistWord(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return `<string>${escaped}</string>`;
}
