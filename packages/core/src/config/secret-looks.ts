import { judgeName } from "./secret-names.ts";

const shortest = 4;
// Shorter runs of letters and digits are words such as `utf8`, `node24` and `s3`.
const shortestRun = 8;
// Longer ones are no word of any language.
const longestWord = 24;

/** Tells whether masking a value leaves other output readable. */
export function isWorthHiding(value: string): boolean {
  return value.length >= shortest && !/^(?:true|false|null|none|\d{1,5})$/i.test(value);
}

/** Tells whether a value is made like a key: a run that is no word and no number. */
export function looksLikeKey(value: string): boolean {
  return hasKeyRun(value, shortestRun) || value.search(knownToken) >= 0;
}

/** Tells whether a value is plainly no secret: words, numbers, names, paths and addresses of such. */
export function looksPlain(value: string): boolean {
  if (looksLikeKey(value)) return false;
  const isOneWord = !/\s/.test(value);
  return !isOneWord || URL.canParse(value) || !/[!#$%^&|<>{}\\`]/.test(value);
}

function hasKeyRun(value: string, shortestMixed: number): boolean {
  return (value.match(/[\p{L}\p{N}]+/gu) ?? []).some(
    (run) =>
      run.length >= longestWord ||
      (run.length >= shortestMixed && /\p{L}/u.test(run) && /\p{N}/u.test(run)),
  );
}

// Bounded where it could begin again and again: the file of an agent from elsewhere is read with these, too.
// By the starts that their makers gave them so that they are found; a webhook is open to whoever knows it.
const knownToken = new RegExp(
  [
    /\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}|\bnpm_\w{30,}|\bhf_\w{20,}/,
    /\bxox[a-z]-[\w-]{10,}|\bxapp-[\w-]{10,}|\bsk-[\w-]{16,}|\b[sr]k_(?:live|test)_\w{10,}/,
    /\bA(?:KIA|SIA)[A-Z\d]{16}\b|\bAIza[\w-]{30,}|\bherdctl_[\w-]{30,}/,
    /\beyJ[\w-]{8,1024}\.eyJ[\w-]{8,8192}\.[\w-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+?-----END/,
    /(?<=\bhooks\.slack\.com\/(?:services|workflows|triggers)\/)[\w/-]+/,
    /(?<=\bdiscord(?:app)?\.com\/api\/webhooks\/)[\w/-]+/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "g",
);

/** The secrets within a text, wherever it stands: who logs in to an address, fields of one, known tokens. */
export function secretsWithin(text: string): readonly string[] {
  const tokens = text.match(knownToken) ?? [];
  return text.includes("://") ? [...tokens, ...logins(text), ...fields(text)] : tokens;
}

/** The same for a text that is an address for programs: its path may be the key, as with a webhook. */
export function secretsOfAddress(address: string): readonly string[] {
  const [, path = ""] = /^[a-z][\w+.-]*:\/\/[^/?#]+([^?#]*)/i.exec(address) ?? [];
  const keys = path.split("/").filter((segment) => hasKeyRun(segment, 2 * shortestRun));
  return [...secretsWithin(address), ...keys];
}

function logins(text: string): readonly string[] {
  return [...text.matchAll(/\b[a-z][\w+.-]{0,30}:\/\/([^\s/?#"'<>]+)@/gi)].flatMap(
    ([, login = ""]) => {
      const [user = "", ...rest] = login.split(":");
      const password = rest.join(":");
      // `$USER:$PASSWORD` is for a shell; `ssh://git@…` says nothing.
      if (password === "") return looksPlain(user) ? [] : [user];
      if (password.startsWith("$")) return [];
      // A word would be masked wherever else it stands: together with its user it is not.
      return [login, ...[password, decoded(password)].filter((form) => !looksPlain(form))];
    },
  );
}

function fields(text: string): readonly string[] {
  return [...text.matchAll(/[?&]([\w.-]+)=([^&#\s"'$<>]+)/g)].flatMap(([, name = "", value = ""]) =>
    judgeName(name) === "secret" ? [value, decoded(value)] : [],
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
