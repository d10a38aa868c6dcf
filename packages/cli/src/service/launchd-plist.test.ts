import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { renderLaunchdPlist } from "./launchd-plist.ts";

const plist = renderLaunchdPlist({
  name: "herdctl-f",
  description: "herdctl fleet f",
  start: ["/opt/node", "--env-file=/a & <b>/service.env", "/opt/herdctl.js", "start"],
  stop: [],
  workingDirectory: "/fleets/a & b",
  path: "/opt/bin:/usr/bin",
  logFile: "/s/logs/console.log",
});

test("a parser of property lists reads what launchd is to do", () => {
  const script =
    "import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";
  const parsed: unknown = JSON.parse(
    execFileSync("python3", ["-c", script], { input: plist, encoding: "utf8" }),
  );
  expect(parsed).toEqual({
    Label: "dev.herdctl.herdctl-f",
    ProgramArguments: ["/opt/node", "--env-file=/a & <b>/service.env", "/opt/herdctl.js", "start"],
    WorkingDirectory: "/fleets/a & b",
    EnvironmentVariables: { PATH: "/opt/bin:/usr/bin" },
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    AbandonProcessGroup: true,
    ExitTimeOut: 90,
    StandardOutPath: "/s/logs/console.log",
    StandardErrorPath: "/s/logs/console.log",
  });
});
