/**
 * Reads an address; undefined where it is none. `URL.canParse` of Node 20 would refuse every address with a letter such
 * as ü, once a process has called it some thousand times: it then reads the bytes of a text as another encoding.
 */
export function parseAddress(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
