import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { createDirectories, FleetManagerError } from "@herdctl/core";
import { probeDaemon } from "@herdctl/web";
import { connectToOwnDaemon } from "../connect.ts";
import type { Context } from "../context.ts";
import { toJson } from "../terminal/json.ts";
import { writeEnvironment } from "./environment-file.ts";
import { isInstalled, stopOwnDaemon } from "./own-service.ts";
import { type InstallOptions, type PlannedService, planService } from "./plan-service.ts";

interface Options extends InstallOptions {
  readonly print?: boolean;
}

/** `herdctl service install` */
export async function installService(options: Options, context: Context): Promise<void> {
  const { output } = context;
  const planned = await planService(options, context);
  if (options.print) return print(planned, options, context);
  const { kind, service, plan, place, environmentFile, environment } = planned;
  await isInstalled(planned);
  const before = await kind.state(service);
  {
    await using daemon = await connectToOwnDaemon(options, context);
    if (daemon) await stopOwnDaemon(daemon.fleet, before, { leaveRunning: true });
  }
  await createDirectories(place.stateDir);
  await writeEnvironment(environmentFile, environment);
  await mkdir(dirname(plan.logFile), { recursive: true, mode: 0o700 });
  await mkdir(dirname(service.file), { recursive: true });
  await writeFile(service.file, kind.render(plan));
  await kind.activate(service);
  await untilAnswering(planned);
  const state = await kind.state(service);
  const facts = { name: service.name, file: service.file, environmentFile };
  if (options.json) {
    return output.print(toJson({ ...facts, environment: Object.keys(environment), ...state }, 2));
  }
  tell(planned, context);
  if (state.lingers === false) {
    output.note("It stops when you log out. To keep it running: loginctl enable-linger");
  }
}

function print(
  { kind, service, plan, environmentFile, environment }: PlannedService,
  { json }: Options,
  { output }: Context,
): void {
  const text = kind.render(plan);
  if (!json) return output.write(text);
  const names = Object.keys(environment);
  output.print(toJson({ file: service.file, text, environmentFile, environment: names }, 2));
}

function tell(
  { service, claude, environmentFile, environment }: PlannedService,
  { output }: Context,
): void {
  const names = Object.keys(environment);
  output.print(`Installed and started ${service.name}.`);
  output.print(`  service      ${service.file}`);
  output.print(`  environment  ${environmentFile} (${["PATH", ...names].join(", ")})`);
  output.print(`  claude       ${claude.path}`);
  if (process.argv[1]?.includes("/_npx/")) {
    output.note(
      "npx removes what it runs in time: install herdctl, and then the service once more.",
    );
  }
}

const startDeadline = 60_000;
const pollInterval = 50;

async function untilAnswering({ kind, service, place, plan }: PlannedService): Promise<void> {
  const end = performance.now() + startDeadline;
  while (!(await probeDaemon(place.socketPath))) {
    if (performance.now() > end) {
      throw new FleetManagerError(
        `${service.name} is installed, but its daemon does not answer. What it said: ` +
          kind.logOf(service, plan.logFile),
        { code: "SERVICE_MANAGER", context: { file: service.file } },
      );
    }
    await delay(pollInterval);
  }
}
