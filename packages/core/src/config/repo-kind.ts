/** What names a repository: `owner/repo` of GitHub, an address that git takes, or a path. */
export function kindOfRepo(repo: string): "name" | "address" | "path" {
  if (/^[\w.-]+\/[\w.-]+$/.test(repo) && !repo.startsWith(".")) return "name";
  const isAddress = /^[a-z][a-z+.-]*:\/\//i.test(repo) || /^[\w.-]+@[\w.-]+:/.test(repo);
  return isAddress ? "address" : "path";
}
