/**
 * The paths that the API answers. Every other path is a page of the client. The local server and the distribution in
 * the cloud both go by these lists.
 */
export const apiPaths = ["/v1/*", "/docs", "/docs/*", "/openapi.json", "/health", "/.well-known/security.txt"];

/** The paths of pages that search engines read: the API answers them with a page that the client takes over. */
export const readPaths = ["/places/*", "/sitemap.xml", "/robots.txt"];

const isAmong = (paths: string[], path: string) =>
  paths.some((each) => (each.endsWith("*") ? path.startsWith(each.slice(0, -1)) : path === each));

/** Returns whether the API answers this path. */
export function isApiPath(path: string): boolean {
  return isAmong(apiPaths, path) || isReadPath(path);
}

/** Returns whether the API answers this path with a page, which has the headers of pages. */
export function isReadPath(path: string): boolean {
  return isAmong(readPaths, path);
}

/** The file that a page's path is answered with: the home has one of its own, which holds its whole screen as markup. */
export function pageFile(path: string): string {
  return path === "/" ? "/index.html" : "/app.html";
}

/** The pages on which Stripe's element takes a card, or a bank asks for its owner. They alone may load Stripe's script. */
export const payPages = "/pay/*";

/** Returns whether the page of a path has other headers than the rest. */
export function hasOwnPolicy(path: string): boolean {
  return path.startsWith(payPages.slice(0, -1));
}

type Sources = { script?: string; image?: string; connect?: string; frame?: string; policies?: string };

/** What a page may load, beside what is its own. */
const policyWith = ({ script = "", image = "", connect = "", frame = "", policies = "" }: Sources = {}) =>
  [
    "default-src 'none'",
    `script-src 'self'${script}`,
    "style-src 'self'",
    `img-src 'self' data:${image}`,
    "font-src 'self'",
    `connect-src 'self'${connect}`,
    ...(frame ? [`frame-src${frame}`] : []),
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    // Gives the address of the service worker and no other (src/offline/worker.ts).
    `trusted-types worker${policies}`,
  ].join("; ");

/** The headers of every page and of every file that a page loads. */
export const pageHeaders: Record<string, string> = {
  "content-security-policy": policyWith(),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
  "referrer-policy": "strict-origin-when-cross-origin",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/**
 * The headers of the pages of payment: with the sources that Stripe names (https://docs.stripe.com/security/guide), and
 * a policy `default` for the scripts that Stripe's script loads, which takes its own alone (src/pay/element.ts).
 */
export const payHeaders: Record<string, string> = {
  ...pageHeaders,
  "content-security-policy": policyWith({
    script: " https://js.stripe.com https://*.js.stripe.com",
    image: " https://*.stripe.com",
    connect: " https://api.stripe.com",
    frame: " https://js.stripe.com https://*.js.stripe.com https://hooks.stripe.com",
    policies: " default",
  }),
};

/** The headers of a page or a file. */
export function headersOf(path: string): Record<string, string> {
  return hasOwnPolicy(path) ? payHeaders : pageHeaders;
}

/** A file with a fingerprint in its name never changes; everything else is asked for again. */
export function cacheControl(path: string): string {
  return path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}
