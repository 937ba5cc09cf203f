/** The page to go back to: one of this site, never another address. */
export function backOf(search: string): string {
  const back = new URLSearchParams(search).get("back") ?? "/";
  return /^\/(?![/\\])/.test(back) ? back : "/";
}
