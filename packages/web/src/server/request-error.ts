import { FleetManagerError } from "@herdctl/core";

/** A request that is not one of the API: it says what is wrong with it, beside an HTTP status. */
export class RequestError extends FleetManagerError {
  readonly status: number;

  constructor(status: number, message: string, context?: Readonly<Record<string, unknown>>) {
    super(message, { code: "INVALID_REQUEST", ...(context && { context }) });
    this.status = status;
  }
}
