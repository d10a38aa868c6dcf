/** Severity of a log entry, low to high. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** Facts of a log entry: plain JSON values. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where herdctl's own log goes; pass one to take it over. A logger that throws never breaks a job. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

/** Drops everything. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Low to high, to compare two levels. */
export const logLevels: readonly LogLevel[] = ["debug", "info", "warn", "error"];
