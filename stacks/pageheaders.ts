import {
  type HeadersFrameOption,
  type HeadersReferrerPolicy,
  type ResponseCustomHeader,
  ResponseHeadersPolicy,
  type ResponseSecurityHeadersBehavior,
} from "aws-cdk-lib/aws-cloudfront";
import { Duration } from "aws-cdk-lib/core";
import type { Stack } from "sst/constructs";

/** In place of a header of this name that S3 sends. */
const override = true;

/** CloudFront has settings of their own for these, and refuses them among the others. */
const known: Record<string, (value: string) => ResponseSecurityHeadersBehavior> = {
  "content-security-policy": (value) => ({ contentSecurityPolicy: { contentSecurityPolicy: value, override } }),
  "referrer-policy": (value) => ({ referrerPolicy: { referrerPolicy: value as HeadersReferrerPolicy, override } }),
  "strict-transport-security": (value) => ({
    strictTransportSecurity: {
      accessControlMaxAge: Duration.seconds(Number(/max-age=(\d+)/.exec(value)?.[1])),
      includeSubdomains: /; *includeSubDomains/.test(value),
      preload: /; *preload/.test(value),
      override,
    },
  }),
  "x-content-type-options": () => ({ contentTypeOptions: { override } }),
  "x-frame-options": (value) => ({ frameOptions: { frameOption: value as HeadersFrameOption, override } }),
};

/** Headers of pages and files (packages/web/site.ts), in place of any that S3 sends. */
export function headersPolicy(stack: Stack, id: string, headers: Record<string, string>): ResponseHeadersPolicy {
  const all = Object.entries(headers);
  const security = all.map(([name, value]) => known[name]?.(value) ?? {});
  const others = all.filter(([name]) => !Object.hasOwn(known, name));
  return new ResponseHeadersPolicy(stack, id, {
    securityHeadersBehavior: Object.assign({}, ...security),
    customHeadersBehavior: {
      customHeaders: others.map(([header, value]): ResponseCustomHeader => ({ header, value, override })),
    },
  });
}
