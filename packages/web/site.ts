/**
 * The paths that the API answers. Every other path is a page of the client. The local server and the distribution in
 * the cloud both go by this list.
 */
export const apiPaths = ["/v1/*", "/docs", "/docs/*", "/openapi.json", "/health"];

export function isApiPath(path: string): boolean {
  return apiPaths.some((each) => (each.endsWith("*") ? path.startsWith(each.slice(0, -1)) : path === each));
}

/** The headers of every page and of every file that a page loads. */
export const pageHeaders: Record<string, string> = {
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
  "referrer-policy": "strict-origin-when-cross-origin",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** A file with a fingerprint in its name never changes; everything else is asked for again. */
export function cacheControl(path: string): string {
  return path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
}
