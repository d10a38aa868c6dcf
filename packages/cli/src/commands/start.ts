import { AsyncLocalStorage } from "node:async_hooks";
import { FleetManager, messageOf, type StopOptions } from "@herdctl/core";
import { createFleetServer, type FleetOperations, localOperations } from "@herdctl/web";
import { Command } from "commander";
import type { Context } from "../context.ts";
import { boundConsoleLog } from "../detached/console-log.ts";
import { reportStarted } from "../detached/report-start.ts";
import { startDetached } from "../detached/start-detached.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { fleetOptions } from "../fleet-options.ts";
import { onHangUp } from "../hang-up.ts";
import { introduceWeb } from "../introduce-web.ts";
import { createNoteLogger } from "../note-logger.ts";
import { parsePort } from "../option-values.ts";
import { findPlace } from "../place.ts";
import { createEventPainter } from "../render/fleet-event.ts";
import { renderSchedules } from "../render/schedule-table.ts";
import { serveWeb, type WebOptions } from "../serve-web.ts";
import { interruptedExitCode, onStopSignal } from "../stop-signals.ts";
import { formatCount } from "../terminal/format.ts";
import type { Output } from "../terminal/output.ts";
import { toJson } from "../terminal/json.ts";

/** `herdctl start` */
export function startCommand(context: Context): Command {
  return new Command("start")
    .description(
      "Runs the fleet in the foreground: its schedules, its queue and the control socket through " +
        "which every other command works. Ctrl-C lets running jobs finish for 30 seconds; a second " +
        "one cancels them. SIGHUP reloads the configuration.",
    )
    .option("--watch", "reload when a configuration file changes")
    .option("--web", "serve the HTTP API over TCP, too, to whoever has a token")
    .option("--host <host>", "where to serve it (default: `web.host`, else localhost)")
    .option("--port <port>", "port to serve it on (default: `web.port`, else 3232)", parsePort)
    .option("--detach", "run it in the background, and return when it answers")
    .addHelpText(
      "after",
      examples({
        "herdctl start": "run the fleet of this folder",
        "herdctl start --watch": "and take up what you edit",
        "herdctl start --detach": "in the background: it outlives this terminal",
        "herdctl start --web --port 4000": "and serve the API on http://localhost:4000",
        "herdctl start --json | tee events.ndjson": "events as JSON, one a line",
      }),
    )
    .action(async (_options: unknown, command: Command) => {
      const options = command.optsWithGlobals<StartOptions>();
      await (options.detach ? startDetached(options, context) : start(options, context));
    });
}

interface StartOptions extends GlobalOptions, WebOptions {
  readonly watch?: boolean;
  readonly detach?: boolean;
}

async function start(options: StartOptions, context: Context): Promise<void> {
  const { output } = context;
  const place = await findPlace(options, context);
  using _log = boundConsoleLog(place.stateDir);
  await using manager = new FleetManager({
    ...fleetOptions(place, context),
    watchConfig: options.watch ?? false,
  });
  const stopAsked = Promise.withResolvers<() => Promise<void>>();
  const askToStop = (how: StopOptions): void => {
    // On behalf of whoever asks, also when it is done later.
    const stop = AsyncLocalStorage.bind(() => manager.stop(how));
    const stopping = how.waitForJobs === false ? stop() : undefined;
    stopAsked.resolve(() => stopping ?? stop());
  };
  using _hangUps = onHangUp(
    {
      onReload: () => void reload(manager, output),
      onLeave: () => askToStop({ reason: "terminal closed" }),
    },
    output,
  );
  await manager.initialize();
  const fleet = localOperations(manager);
  const server = createFleetServer(manager, {
    logger: createNoteLogger(output),
    onStop: askToStop,
  });
  using signals = onStopSignal((count) => {
    if (count === 1)
      output.note("\nStopping: running jobs may finish for 30 s. Once more to cancel them.");
    askToStop({ reason: "signal", ...(count > 1 && { waitForJobs: false }) });
  });
  const failed = new AbortController();
  const events = showEvents(fleet, { options, context, signal: failed.signal });
  try {
    const web = await serveWeb(manager, server, { options, place, output });
    await manager.start();
    await server.listen(place);
    reportStarted(web);
    if (!options.json) await introduce(fleet, place.socketPath, context);
    if (web) introduceWeb(web, options, context);
    const stop = await stopAsked.promise;
    await stop();
    await events;
    if (signals.count > 1) context.exitCode = interruptedExitCode;
  } finally {
    failed.abort();
    await server.close();
  }
}

async function reload(manager: FleetManager, output: Output): Promise<void> {
  try {
    await manager.reload();
  } catch (error) {
    output.note(`Not reloaded, the configuration stays as it was: ${messageOf(error)}`);
  }
}

async function showEvents(
  fleet: FleetOperations,
  {
    options,
    context: { output },
    signal,
  }: { readonly options: GlobalOptions; readonly context: Context; readonly signal: AbortSignal },
): Promise<void> {
  const paint = createEventPainter(output);
  for await (const event of fleet.streamEvents({ signal })) {
    const line = options.json ? toJson(event) : paint(event, new Date());
    if (line !== "") output.print(line);
    if (event.type === "stopped") return;
  }
}

async function introduce(
  fleet: FleetOperations,
  socketPath: string,
  { output }: Context,
): Promise<void> {
  const [status, schedules] = await Promise.all([fleet.getStatus(), fleet.getSchedules()]);
  const { agents, pid, configPath } = status;
  output.print(
    `${output.style("bold", status.name ?? "fleet")} runs ${formatCount(agents.total, "agent")} from ${configPath} (process ${pid})`,
  );
  output.print(output.style("dim", `control socket ${socketPath}`));
  if (schedules.length > 0) {
    output.print(`\n${renderSchedules(schedules, { output, now: Date.now() })}\n`);
  } else {
    output.print("No schedules: jobs come from `herdctl trigger`.");
  }
}
