import { ConfigurationError, errorKindOf, FleetManagerError, isErrorCode } from "@herdctl/core";
import { z } from "zod";

/** An error on the wire: its code and message beside its facts. */
export interface ErrorBody {
  readonly code: string;
  readonly message: string;
  readonly [fact: string]: unknown;
}

/** Every answer that is not a success, and the `error` event of a stream. */
export interface ErrorAnswer {
  readonly error: ErrorBody;
}

export const errorAnswer: z.ZodType<ErrorAnswer> = z.object({
  error: z.looseObject({ code: z.string(), message: z.string() }),
});

/** An error inside an answer or event. */
export const errorField: z.ZodType<Error> = z.codec(
  z.looseObject({ code: z.string(), message: z.string() }),
  z.instanceof(Error),
  { decode: toFleetError, encode: toErrorBody },
);

/** What a client may know of a thrown value: nothing of an error that is not ours. */
export function toErrorBody(error: unknown): ErrorBody {
  const { code } = errorKindOf(error);
  if (error instanceof ConfigurationError) {
    return { ...error.context, problems: error.problems, code, message: error.message };
  }
  if (error instanceof FleetManagerError) return { ...error.context, code, message: error.message };
  return { code, message: "Something in the daemon went wrong; its log says what." };
}

/** The error that the daemon threw, as far as the wire carries it. */
export function toFleetError(body: ErrorBody): FleetManagerError {
  const { code, message, ...context } = body;
  return new FleetManagerError(message, {
    code: isErrorCode(code) ? code : "INTERNAL",
    ...(Object.keys(context).length > 0 && { context }),
  });
}
