import { readFileSync } from "node:fs";
import { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { StackContext } from "sst/constructs";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  apiPaths,
  cacheControl,
  isApiPath,
  isReadPath,
  pageFile,
  pageHeaders,
  payHeaders,
  payPages,
} from "../../packages/web/site.ts";
import { edgeSecret, synth } from "../synth.ts";
import { pageFunction, site, viewerFunction } from "../web.ts";
import { read } from "./template.ts";

/** CloudFront's managed policies, by their ids. */
const cachingDisabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const cachingOptimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const allViewerExceptHost = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

async function web({ stack }: StackContext) {
  const gateway = new HttpApi(stack, "http");
  await site(stack, gateway, gateway);
}

let made: Awaited<ReturnType<typeof synth>>;
async function synthesised() {
  const one = await synth("arm_64", (app) => app.stack(web));
  made = one;
  const { properties } = read(one);
  const [distribution] = properties("web", "AWS::CloudFront::Distribution");
  return { properties, template: one.templates.web, distribution: distribution?.DistributionConfig };
}
let all: Awaited<ReturnType<typeof synthesised>>;
beforeAll(async () => {
  all = await synthesised();
}, 120_000);
afterAll(() => made.remove());

type Association = { EventType: string; FunctionARN: { "Fn::GetAtt": string[] } };

/** The code of the one function that a behavior runs before its cache. */
function codeOf({ FunctionAssociations: [one, ...more] }: { FunctionAssociations: Association[] }) {
  expect([one?.EventType, more]).toEqual(["viewer-request", []]);
  const [id = ""] = one?.FunctionARN["Fn::GetAtt"] ?? [];
  const { FunctionCode, FunctionConfig, AutoPublish } =
    all.template?.findResources("AWS::CloudFront::Function")[id]?.Properties ?? {};
  expect([FunctionConfig.Runtime, AutoPublish]).toEqual(["cloudfront-js-2.0", true]);
  return FunctionCode;
}

/** Runs a function of the distribution: the request as it goes on. */
function run(code: string, event: object): { uri: string; headers: Record<string, { value: string }> } {
  return new Function("event", `${code}\nreturn handler(event);`)(event);
}

type Behavior = {
  PathPattern: string;
  TargetOriginId: string;
  AllowedMethods: string[];
  FunctionAssociations: Association[];
};

/** The behaviors of these paths, in the order in which CloudFront looks at them. */
const behaviorsOf = (paths: string[]) =>
  (all.distribution.CacheBehaviors as Behavior[]).filter(({ PathPattern }) => paths.includes(PathPattern));

test("the API's paths go to the API, uncached, with all that the viewer sent but its Host", () => {
  const { distribution, template } = all;
  const [gateway] = Object.keys(template?.findResources("AWS::ApiGatewayV2::Api") ?? {});
  const behaviors = behaviorsOf(apiPaths);
  expect(behaviors.map(({ PathPattern }) => PathPattern)).toEqual(apiPaths);
  for (const behavior of behaviors) {
    expect(behavior).toMatchObject({
      CachePolicyId: cachingDisabled,
      OriginRequestPolicyId: allViewerExceptHost,
      // A program is not led to TLS: it would send its key in clear each time.
      ViewerProtocolPolicy: behavior.PathPattern === "/v1/*" ? "https-only" : "redirect-to-https",
    });
    expect(behavior.AllowedMethods.toSorted()).toEqual(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);
    expect(behavior).not.toHaveProperty("ResponseHeadersPolicyId");
    expect(codeOf(behavior)).toBe(viewerFunction);
    const origin = distribution.Origins.find(({ Id }: { Id: string }) => Id === behavior.TargetOriginId);
    expect(origin).toMatchObject({
      DomainName: {
        "Fn::Join": ["", [{ Ref: gateway }, ".execute-api.eu-west-2.", { Ref: "AWS::URLSuffix" }]],
      },
      CustomOriginConfig: { OriginProtocolPolicy: "https-only", OriginSSLProtocols: ["TLSv1.2"] },
      OriginCustomHeaders: [{ HeaderName: "X-Origin-Secret", HeaderValue: edgeSecret }],
    });
  }
});

test.each(["/v1/me", "/v1/", "/v1", "/v10", "/docs", "/docs/", "/docs/problems", "/docsy", "/openapi.json", "/health"])(
  "%s goes the same way here and on this machine",
  (path) => {
    const patterns = behaviorsOf(apiPaths).map(({ PathPattern }) => PathPattern);
    // CloudFront's patterns: * is any text, also none; case counts.
    const matches = patterns.some((pattern) =>
      new RegExp(`^${pattern.replaceAll(".", "\\.").replaceAll("*", ".*")}$`).test(path),
    );
    expect(matches).toBe(isApiPath(path));
  },
);

test("no error page takes the place of an answer, and no error is kept", () => {
  const responses: { ErrorCode: number }[] = all.distribution.CustomErrorResponses;
  for (const { ErrorCode, ...more } of responses)
    expect([ErrorCode, more]).toEqual([ErrorCode, { ErrorCachingMinTTL: 0 }]);
  // What CloudFront keeps for ten seconds unless told otherwise.
  expect(responses.map(({ ErrorCode }) => ErrorCode)).toEqual([400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504]);
});

test("every other path is a page or a file of a bucket that only the distribution reads", () => {
  const { distribution, properties, template } = all;
  const behavior = distribution.DefaultCacheBehavior;
  expect(behavior).toMatchObject({
    AllowedMethods: ["GET", "HEAD"],
    CachePolicyId: cachingOptimized,
    Compress: true,
    ViewerProtocolPolicy: "redirect-to-https",
  });
  expect(codeOf(behavior)).toBe(pageFunction);
  expect(distribution.DefaultRootObject).toBe("index.html");
  const origin = distribution.Origins.find(({ Id }: { Id: string }) => Id === behavior.TargetOriginId);
  expect(origin.S3OriginConfig).toEqual({ OriginAccessIdentity: "" });
  expect(properties("web", "AWS::CloudFront::OriginAccessControl")).toMatchObject([
    { OriginAccessControlConfig: { SigningBehavior: "always", SigningProtocol: "sigv4" } },
  ]);
  const [[id, bucket] = ["", undefined]] = Object.entries(template?.findResources("AWS::S3::Bucket") ?? {});
  expect(bucket?.Properties.PublicAccessBlockConfiguration).toEqual({
    BlockPublicAcls: true,
    BlockPublicPolicy: true,
    IgnorePublicAcls: true,
    RestrictPublicBuckets: true,
  });
  const [policy] = properties("web", "AWS::S3::BucketPolicy");
  expect(policy?.Bucket).toEqual({ Ref: id });
  const statements: { Effect: string; Action: string | string[]; Principal: object; Condition?: object }[] =
    policy?.PolicyDocument.Statement;
  expect(statements.map(({ Effect, Principal }) => [Effect, Object.keys(Principal)[0]])).toEqual([
    ["Deny", "AWS"],
    ["Allow", "AWS"],
    ["Allow", "Service"],
  ]);
  const [plain, emptied, edges] = statements;
  expect(plain?.Condition).toEqual({ Bool: { "aws:SecureTransport": "false" } });
  expect(JSON.stringify(emptied?.Principal)).toContain("CustomS3AutoDeleteObjects");
  const own = { StringEquals: { "AWS:SourceArn": expect.objectContaining({ "Fn::Join": expect.anything() }) } };
  expect(edges).toMatchObject({
    Action: ["s3:GetObject", "s3:ListBucket"],
    Principal: { Service: "cloudfront.amazonaws.com" },
    Condition: own,
  });
});

test.each([
  "/",
  "/search",
  "/watches/wch_1/why",
  "/offers/off_a.b-c.d",
  "/account/export/exp_1",
  "/places/MUC/",
  "/assets",
  "/index",
  "/..",
  "/.../x",
  "/v1",
  "/%2e",
])("%s is a page", (uri) => {
  const answered = run(pageFunction, { request: { uri, headers: {} } }).uri;
  expect(answered).toBe(uri === "/" ? "/index.html" : "/app.html");
  expect(answered).toBe(pageFile(uri));
});

test("every screen of the client is answered with the page that this machine answers it with", () => {
  const source = ["routes", "others"]
    .map((name) => readFileSync(new URL(`../../packages/web/src/${name}.tsx`, import.meta.url), "utf8"))
    .join("\n");
  const paths = [...source.matchAll(/^ {2}\["(\/[^"]*)", /gm)].map(([, path = ""]) => path.replaceAll(/:\w+/g, "x_1"));
  expect(paths.length).toBeGreaterThan(25);
  for (const uri of paths) {
    // Pages that search engines read come from the API.
    expect(isApiPath(uri)).toBe(isReadPath(uri));
    expect(run(pageFunction, { request: { uri, headers: {} } }).uri).toBe(pageFile(uri));
  }
});

test.each([
  "/index.html",
  "/app.html",
  "/sw.js",
  "/icon.svg",
  "/manifest.webmanifest",
  "/robots.txt",
  "/assets/index-CbXo1xNX.js",
  "/assets/gone",
  "/.well-known/webauthn",
])("%s is a file, also where it is missing", (uri) => {
  expect(run(pageFunction, { request: { uri, headers: {} } }).uri).toBe(uri);
});

test("the API is told the viewer's address, in place of any that the viewer tells", () => {
  const headers = { "x-viewer-address": { value: "203.0.113.9", multiValue: [{ value: "203.0.113.9" }] } };
  const sent = run(viewerFunction, { viewer: { ip: "198.51.100.10" }, request: { uri: "/v1/me", headers } });
  expect(sent).toEqual({ uri: "/v1/me", headers: { "x-viewer-address": { value: "198.51.100.10" } } });
});

/** The headers of a policy, whose id in the template begins with `id`. */
function headersOf(id: string): Record<string, string> {
  const policies = all.template?.findResources("AWS::CloudFront::ResponseHeadersPolicy") ?? {};
  const [, policy] = Object.entries(policies).find(([name]) => name.startsWith(id)) ?? [];
  const { SecurityHeadersConfig, CustomHeadersConfig } = policy?.Properties.ResponseHeadersPolicyConfig ?? {};
  const { StrictTransportSecurity: hsts, ...security } = SecurityHeadersConfig;
  const custom: { Header: string; Value: string; Override: boolean }[] = CustomHeadersConfig.Items;
  for (const { Override } of [hsts, ...Object.values<{ Override: boolean }>(security), ...custom])
    expect(Override).toBe(true);
  return {
    "content-security-policy": security.ContentSecurityPolicy.ContentSecurityPolicy,
    "referrer-policy": security.ReferrerPolicy.ReferrerPolicy,
    "strict-transport-security":
      `max-age=${hsts.AccessControlMaxAgeSec}` +
      `${hsts.IncludeSubdomains ? "; includeSubDomains" : ""}${hsts.Preload ? "; preload" : ""}`,
    "x-content-type-options": security.ContentTypeOptions && "nosniff",
    "x-frame-options": security.FrameOptions.FrameOption,
    ...Object.fromEntries(custom.map(({ Header, Value }) => [Header, Value])),
  };
}

test("pages and files have the headers that they have on this machine, and those of payment their own", () => {
  expect(headersOf("pageHeaders")).toEqual(pageHeaders);
  expect(headersOf("payHeaders")).toEqual(payHeaders);
  const { PathPattern, ...ofPayment } = behaviorsOf([payPages])[0] ?? {};
  const { ResponseHeadersPolicyId, ...others } = all.distribution.DefaultCacheBehavior;
  expect(ofPayment).toEqual({ ...others, ResponseHeadersPolicyId: { Ref: expect.stringMatching(/^payHeaders/) } });
  expect([PathPattern, ResponseHeadersPolicyId]).toEqual([payPages, { Ref: expect.stringMatching(/^pageHeaders/) }]);
  expect(all.distribution.DefaultCacheBehavior.ResponseHeadersPolicyId).toEqual({
    Ref: expect.stringMatching(/^pageHeaders/),
  });
});

test("files with a fingerprint are kept for a year, the others are asked for again; pages come last, and none is removed", () => {
  const uploads = Object.entries(all.template?.findResources("Custom::CDKBucketDeployment") ?? {});
  const parts = uploads.map(([, { Properties }]) => [
    Properties.SystemMetadata["cache-control"],
    Properties.Exclude,
    Properties.Include,
    Properties.Prune,
  ]);
  expect(parts).toEqual([
    [cacheControl("/assets/index-CbXo1xNX.js"), ["*"], ["assets/*"], false],
    [cacheControl("/index.html"), ["assets/*"], undefined, false],
  ]);
  expect(cacheControl("/sw.js")).toBe(cacheControl("/index.html"));
  const [[assets] = [""], [, pages] = ["", undefined]] = uploads;
  expect(pages?.DependsOn).toContain(assets);
  const [gateway] = Object.keys(all.template?.findResources("AWS::ApiGatewayV2::Api") ?? {});
  expect(uploads[0]?.[1].DependsOn).toContain(gateway);
});
