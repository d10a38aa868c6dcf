import { connectToOwnDaemon } from "../connect.ts";
import type { Context } from "../context.ts";
import { toJson } from "../terminal/json.ts";
import { isInstalled } from "./own-service.ts";
import { findService, type ServiceOptions } from "./plan-service.ts";
import type { ServiceState } from "./service-plan.ts";

/** `herdctl service status` */
export async function showService(options: ServiceOptions, context: Context): Promise<void> {
  const { output } = context;
  const found = await findService(options, context);
  const { name, file } = found.service;
  const installed = await isInstalled(found);
  const state = installed ? await found.kind.state(found.service) : none;
  const daemonPid = await askPid(options, context);
  const facts = { name, file, installed, ...state };
  if (options.json) return output.print(toJson({ ...facts, daemonPid: daemonPid ?? null }, 2));
  const shown = installed ? file : "not installed: `herdctl service install`";
  output.print(`${output.style("bold", name)}  ${shown}`);
  if (installed) output.print(describe(state));
  output.print(describeDaemon(daemonPid, state));
  if (state.lingers === false) {
    output.note("It stops when you log out. To keep it running: loginctl enable-linger");
  }
}

const none: ServiceState = { enabled: false, active: false };

async function askPid(options: ServiceOptions, context: Context): Promise<number | undefined> {
  await using daemon = await connectToOwnDaemon(options, context);
  return daemon && (await daemon.fleet.getStatus()).pid;
}

function describe({ enabled, active, pid }: ServiceState): string {
  const start = enabled ? "starts by itself" : "does not start by itself";
  return `${active ? `runs as process ${pid}` : "does not run"}, ${start}`;
}

function describeDaemon(daemonPid: number | undefined, { pid }: ServiceState): string {
  if (daemonPid === undefined) return "no daemon answers";
  if (daemonPid === pid) return "its daemon answers";
  return `a daemon answers that is not this service (process ${daemonPid})`;
}
