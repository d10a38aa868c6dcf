/** Characters of one text in an answer: clients cut what is much longer, and models lose the thread in it. */
export const longestText = 20_000;

/** The start of a text, with a sign that there is more. */
export function shorten(text: string, longest: number = longestText): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).toWellFormed()}…`;
}
