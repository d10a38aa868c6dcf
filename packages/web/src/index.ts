export { operations, streams } from "./contract.ts";
export type {
  FleetEvent,
  FleetOperations,
  JobLinesOptions,
  StreamedEvent,
  StreamOptions,
} from "./operations.ts";
