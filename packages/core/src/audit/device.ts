/** The first match counts: many browsers and systems also name the ones they descend from. */
const browsers = [
  ["Edge", /\bEdg(e|A|iOS)?\//],
  ["Opera", /\b(OPR|Opera)\b/],
  ["Samsung Internet", /\bSamsungBrowser\//],
  ["Firefox", /\b(Firefox|FxiOS)\//],
  ["Chrome", /\b(Chrome|CriOS)\//],
  ["Safari", /\bSafari\//],
] as const;
const systems = [
  ["iPhone", /\biPhone\b/],
  ["iPad", /\biPad\b/],
  ["Android", /\bAndroid\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Linux", /\bLinux\b/],
] as const;

/** Shortens a User-Agent to the device as people know it, "Firefox on Linux", without version. Null when unknown. */
export function describeDevice(agent: string | undefined): string | null {
  const text = agent?.slice(0, 512) ?? "";
  const [browser, system] = [browsers, systems].map((known) => known.find(([, sign]) => sign.test(text))?.[0]);
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? null;
}
