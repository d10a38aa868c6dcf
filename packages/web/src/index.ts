export type { FleetAddress } from "./client/address.ts";
export { createFleetClient, type FleetClient } from "./client/client.ts";
export { probeDaemon } from "./client/probe.ts";
export { operations, streams } from "./contract.ts";
export type {
  Operation,
  Operations,
  OperationTypes,
  RequestParts,
  Stream,
  Streams,
  StreamTypes,
} from "./contract-types.ts";
export type { FleetTarget, HeldConversation } from "./fleet-target.ts";
export { localOperations } from "./local-operations.ts";
export type { ReachedFleet } from "./mcp/mcp-server.ts";
export { serveMcp, type ServeMcpOptions } from "./mcp/serve-mcp.ts";
export type {
  ClientTriggerOptions,
  ConversationInfo,
  ConversationRef,
  ConversationStreamOptions,
  FleetEvent,
  FleetOperations,
  JobLinesOptions,
  MessageOptions,
  OpenOptions,
  ScopeOptions,
  StreamedEvent,
  StreamOptions,
  UsageFilter,
} from "./operations.ts";
export type { Gap } from "./ring.ts";
export {
  createFleetServer,
  type FleetServer,
  type FleetServerOptions,
  type TcpOptions,
  type TcpService,
} from "./server/server.ts";
