export type * from "./config/resolved.ts";
export type * from "./fleet-manager/event-types.ts";
export type * from "./fleet-manager/types.ts";
export type * from "./state/job-record.ts";
export type * from "./state/output-line.ts";
export type * from "./state/store.ts";
export type * from "./runner/runtime/interface.ts";
export { type Clock, systemClock } from "./clock.ts";
export { formatDuration, parseDuration } from "./duration.ts";
export {
  type ErrorCode,
  errorKindOf,
  FleetManagerError,
  type FleetManagerErrorOptions,
  isErrorCode,
  messageOf,
} from "./errors.ts";
export { type Logger, type LogFields, type LogLevel, silentLogger } from "./logger.ts";
export { createRedactor, type Redactor } from "./redact.ts";
