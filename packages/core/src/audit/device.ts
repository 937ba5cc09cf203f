/** The first that matches counts: many browsers and systems name the ones they descend from as well. */
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

/** A User-Agent as people know the device, "Firefox on Linux": no version and nothing else that was sent. Null when unknown. */
export function describeDevice(agent: string | undefined): string | null {
  const text = agent?.slice(0, 512) ?? "";
  const [browser, system] = [browsers, systems].map((known) => known.find(([, sign]) => sign.test(text))?.[0]);
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? null;
}
