import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createFleetClient,
  createFleetServer,
  type FleetClient,
  type FleetServer,
  type FleetServerOptions,
} from "../src/index.ts";
import { RecordedFleet } from "./recorded-fleet.ts";

export interface ServedFleet extends AsyncDisposable {
  readonly fleet: RecordedFleet;
  readonly server: FleetServer;
  readonly client: FleetClient;
  readonly folder: string;
  readonly socketPath: string;
}

/** A recorded fleet behind a real socket in a folder of its own. */
export async function serveRecorded(options: FleetServerOptions = {}): Promise<ServedFleet> {
  const folder = await mkdtemp(join(tmpdir(), "herdctl-web-"));
  const socketPath = join(folder, "herdctl.sock");
  const fleet = new RecordedFleet();
  const server = createFleetServer(fleet, options);
  await server.listen({ socketPath });
  const client = createFleetClient({ socketPath });
  return {
    fleet,
    server,
    client,
    folder,
    socketPath,
    async [Symbol.asyncDispose]() {
      client.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
