const secretPart =
  /key|token|secret|pass|cred|auth(?!ors?(?:_|$))|private|dsn|cookie|signature|salt/i;
const secretWord = /(?:^|[_-])(?:bearer|conn|headers|jwt|pat|pin|pw|pwd|tok|webhook)(?:[_-]|$)/i;

// What these hold is everywhere in honest output.
const plainNames = new Set(["CI", "LOGNAME", "NODE_ENV", "PWD", "SHELL", "TERM", "TMPDIR"]);
const plainLastWord = new Set(
  (
    "ARN BRANCH COMMIT DIGEST DIR DIRECTORY EDITOR EMAIL FILE FOLDER HOME HOST HOSTNAME IMAGE LANG " +
    "LANGUAGE LEVEL LOCALE MODE MODEL NAME OWNER PATH PORT PROFILE PROJECT REF REGION REPO " +
    "REPOSITORY ROOT SHA TAG TIMEZONE TZ USER USERNAME VERSION WORKSPACE ZONE"
  ).split(" "),
);

/** What the name of a variable, a header, a flag or a field of an address says of its value. */
export function judgeName(name: string): "secret" | "plain" | "unknown" {
  if (plainNames.has(name)) return "plain";
  if (secretPart.test(name) || secretWord.test(name)) return "secret";
  const lastWord = name.slice(name.lastIndexOf("_") + 1).toUpperCase();
  return plainLastWord.has(lastWord) ? "plain" : "unknown";
}
