import { rm } from "node:fs/promises";
import { connectToOwnDaemon } from "../connect.ts";
import type { Context } from "../context.ts";
import { toJson } from "../terminal/json.ts";
import { isInstalled, stopOwnDaemon } from "./own-service.ts";
import { findService, type ServiceOptions } from "./plan-service.ts";

/** `herdctl service uninstall` */
export async function uninstallService(options: ServiceOptions, context: Context): Promise<void> {
  const { output } = context;
  const found = await findService(options, context);
  const { kind, service, environmentFile } = found;
  const { name, file } = service;
  if (!(await isInstalled(found))) {
    if (options.json) return output.print(toJson({ name, file, uninstalled: false }, 2));
    return output.note(`There is no service ${name}.`);
  }
  const state = await kind.state(service);
  if (state.active) {
    await using daemon = await connectToOwnDaemon(options, context);
    if (daemon) await stopOwnDaemon(daemon.fleet, state, { leaveRunning: false });
  }
  await kind.deactivate(service);
  await rm(environmentFile, { force: true });
  output.print(
    options.json ? toJson({ name, file, uninstalled: true }, 2) : `Uninstalled ${name}.`,
  );
}
