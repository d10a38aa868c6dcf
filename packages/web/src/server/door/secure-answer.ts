/** What every answer over TCP says to browsers. */
const headers: Readonly<Record<string, string>> = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Has browsers keep, frame, guess and pass on as little as possible. */
export function secureAnswer(answer: Headers): void {
  for (const [name, value] of Object.entries(headers)) answer.set(name, value);
  if (!answer.has("cache-control")) answer.set("cache-control", "no-store");
}
