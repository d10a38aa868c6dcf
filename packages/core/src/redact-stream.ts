/** Text that comes in pieces, with its secrets replaced although a piece may end in the middle of one. */
export interface RedactedStream {
  /** What of the text so far may be shown by now. */
  push(piece: string): string;
  /** The rest: nothing more comes. */
  end(): string;
}

/** Holds back the end of the text for as long as it could be the start of one of `secrets`. */
export function createRedactedStream(
  secrets: readonly string[],
  redact: (text: string) => string,
): RedactedStream {
  let held = "";
  return {
    push(piece) {
      held += piece;
      const safe = safeLength(held, secrets);
      const shown = held.slice(0, safe);
      held = held.slice(safe);
      return redact(shown);
    },
    end() {
      const shown = redact(held);
      held = "";
      return shown;
    },
  };
}

/** Characters that no secret can reach into which is not complete yet. */
function safeLength(text: string, secrets: readonly string[]): number {
  let safe = text.length;
  for (const secret of secrets) {
    for (let length = Math.min(secret.length - 1, text.length); length > 0; length--) {
      if (!text.endsWith(secret.slice(0, length))) continue;
      safe = Math.min(safe, text.length - length);
      break;
    }
  }
  return beforeSecrets(text, secrets, safe);
}

// A whole secret that lies across the cut stays in one piece.
function beforeSecrets(text: string, secrets: readonly string[], cut: number): number {
  if (cut === 0) return 0;
  for (const secret of secrets) {
    const start = text.lastIndexOf(secret, cut - 1);
    if (start >= 0 && start + secret.length > cut) return beforeSecrets(text, secrets, start);
  }
  return cut;
}
