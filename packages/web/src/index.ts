export { createFleetClient, type FleetClient } from "./client/client.ts";
export { probeDaemon } from "./client/probe.ts";
export {
  type Operation,
  operations,
  type Operations,
  type OperationTypes,
  type RequestParts,
  type Stream,
  streams,
  type Streams,
  type StreamTypes,
} from "./contract.ts";
export type { FleetTarget } from "./fleet-target.ts";
export { localOperations } from "./local-operations.ts";
export type {
  FleetEvent,
  FleetOperations,
  JobLinesOptions,
  StreamedEvent,
  StreamOptions,
} from "./operations.ts";
export { createFleetServer, type FleetServer, type FleetServerOptions } from "./server/server.ts";
