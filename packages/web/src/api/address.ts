type Value = string | number | boolean | null | undefined | (string | number)[];
export type Query = Record<string, Value>;

/** `?a=1&b=2,3`, without what is null, undefined, an empty text or an empty list. */
export function search(query: Query = {}): string {
  const parameters = Object.entries(query).flatMap(([name, value]) => {
    const text = Array.isArray(value) ? value.join(",") : String(value ?? "");
    return text === "" ? [] : [`${name}=${encodeURIComponent(text).replaceAll("%2C", ",")}`];
  });
  return parameters.length > 0 ? `?${parameters.join("&")}` : "";
}

/** How the client asks for JSON, whether early or not. */
export const asking: RequestInit = { headers: { accept: "application/json" }, credentials: "same-origin" };
