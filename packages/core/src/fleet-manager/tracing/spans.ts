import type { Attributes, Link, Span, SpanContext, Tracer } from "@opentelemetry/api";

type Api = typeof import("@opentelemetry/api");

/** A span to begin. */
export interface SpanStart {
  readonly name: string;
  readonly kind: "internal" | "client";
  readonly attributes: Attributes;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What it is a part of; by itself, it is a trace of its own. */
  readonly parent?: Span | SpanContext | undefined;
  readonly links?: readonly Link[];
}

/** Spans of whoever registered an OpenTelemetry SDK. */
export interface Spans {
  begin(start: SpanStart): Span;
  /** Ends a span that failed; `type` says how, in a word of which there are few. */
  fail(span: Span, type: string, message?: string): void;
}

/** Makes spans with a tracer. */
export function createSpans(
  tracer: Tracer,
  { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace }: Api,
): Spans {
  return {
    begin: ({ name, kind, attributes, at, parent, links = [] }) => {
      const options = {
        kind: kind === "client" ? SpanKind.CLIENT : SpanKind.INTERNAL,
        attributes,
        startTime: at,
        links: [...links],
      };
      return tracer.startSpan(name, options, contextOf(parent));
    },
    fail: (span, type, message) => {
      span.setAttribute("error.type", type);
      span.setStatus({ code: SpanStatusCode.ERROR, ...(message !== undefined && { message }) });
    },
  };

  function contextOf(parent: SpanStart["parent"]): typeof ROOT_CONTEXT {
    if (!parent) return ROOT_CONTEXT;
    return "spanContext" in parent
      ? trace.setSpan(ROOT_CONTEXT, parent)
      : trace.setSpanContext(ROOT_CONTEXT, parent);
  }
}
