import { execFileSync } from "node:child_process";
import { join } from "node:path";
import type { IHttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import {
  AccessLevel,
  AllowedMethods,
  type BehaviorOptions,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HttpVersion,
  OriginRequestPolicy,
  PriceClass,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from "aws-cdk-lib/aws-cloudfront";
import { HttpOrigin, S3BucketOrigin } from "aws-cdk-lib/aws-cloudfront-origins";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import { CfnRecordSet } from "aws-cdk-lib/aws-route53";
import { BlockPublicAccess, Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { BucketDeployment, CacheControl, Source } from "aws-cdk-lib/aws-s3-deployment";
import { Annotations, Duration, RemovalPolicy } from "aws-cdk-lib/core";
import type { IDependable } from "constructs";
import type { Stack } from "sst/constructs";
import { useProject } from "sst/project.js";
import { apiPaths, cacheControl, pageHeaders, payHeaders, payPages, readPaths } from "../packages/web/site.ts";
import { edgeSecret } from "./edge.ts";
import { headersPolicy } from "./pageheaders.ts";

/** Where the web client is: `url` without a slash at its end, and `domain`, its host. */
export type Site = { url: string; domain: string };

/**
 * Answers every path that names no file with the page that `pageFile` gives: the home's own, or the one that all other
 * paths share. A file has a dot in its name and stands at the top,
 * as `/sw.js` does, or is below one of two folders: a missing one is answered 404, never by a page.
 */
export const pageFunction = `function handler(event) {
  var request = event.request;
  var isFile = /^\\/(assets\\/|\\.well-known\\/|[^/]+\\.[^/.]+$)/.test(request.uri);
  if (!isFile) request.uri = request.uri === "/" ? "/index.html" : "/app.html";
  return request;
}
`;

/** Tells the API the viewer's address, in place of what a viewer sends under that name (functions/src/api/viewer.ts). */
export const viewerFunction = `function handler(event) {
  var request = event.request;
  request.headers["x-viewer-address"] = { value: event.viewer.ip };
  return request;
}
`;

/** Each of these would otherwise be kept for ten seconds, and given to other callers of the same path. */
const errors = [400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504];

/**
 * One origin for the web client and the API: a private bucket holds the built client, and CloudFront answers pages and
 * files from it and passes the API's paths on, unchanged but for a secret and the viewer's address. Its address is
 * WEB_DOMAIN with the certificate WEB_CERTIFICATE, or else CloudFront's own. The client is uploaded after `answer`, the
 * API's Lambda, is in place, and files of earlier releases stay, because pages that are open still load them.
 */
export async function site(stack: Stack, gateway: IHttpApi, answer: IDependable): Promise<Site> {
  const bucket = new Bucket(stack, "web", {
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    encryption: BucketEncryption.S3_MANAGED,
    enforceSSL: true,
    removalPolicy: RemovalPolicy.DESTROY,
    autoDeleteObjects: true,
  });
  const pages = pagesOf(stack, bucket);
  const distribution = new Distribution(stack, "site", {
    ...domainOf(stack),
    ...firewall(),
    defaultBehavior: pages,
    defaultRootObject: "index.html",
    additionalBehaviors: {
      ...(await apiOf(stack, gateway, pages.responseHeadersPolicy)),
      [payPages]: { ...pages, responseHeadersPolicy: headersPolicy(stack, "payHeaders", payHeaders) },
    },
    // Without a page of its own: an answer of the API passes as it is.
    errorResponses: errors.map((httpStatus) => ({ httpStatus, ttl: Duration.seconds(0) })),
    httpVersion: HttpVersion.HTTP2_AND_3,
    priceClass: PriceClass.PRICE_CLASS_100,
  });
  addressOf(stack, distribution);
  // The stack `delivery` may stop to import it when the site gets a domain of its own.
  stack.exportValue(distribution.distributionDomainName);

  const source = Source.asset(clientOf(stack));
  const logGroup = new LogGroup(stack, "webLogs", { retention: RetentionDays.ONE_MONTH });
  const upload = (id: string, path: string, files: { exclude: string[]; include?: string[] }) =>
    new BucketDeployment(stack, id, {
      sources: [source],
      destinationBucket: bucket,
      cacheControl: [CacheControl.fromString(cacheControl(path))],
      prune: false,
      logGroup,
      ...files,
    });
  const assets = upload("webAssets", "/assets/", { exclude: ["*"], include: ["assets/*"] });
  assets.node.addDependency(answer);
  const uploaded = upload("webPages", "/index.html", { exclude: ["assets/*"] });
  uploaded.node.addDependency(assets);

  const domain = process.env.WEB_DOMAIN || distribution.distributionDomainName;
  return { url: `https://${domain}`, domain };
}

function pagesOf(stack: Stack, bucket: Bucket): BehaviorOptions {
  // With the permission to list, S3 answers a missing file with 404 instead of 403.
  Annotations.of(stack).acknowledgeWarning(
    "@aws-cdk/aws-cloudfront-origins:listBucketSecurityRisk",
    "No path is empty once the function has seen it, so none lists the files; they are public anyway.",
  );
  return {
    origin: S3BucketOrigin.withOriginAccessControl(bucket, {
      originAccessLevels: [AccessLevel.READ, AccessLevel.LIST],
    }),
    allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
    cachePolicy: CachePolicy.CACHING_OPTIMIZED,
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    responseHeadersPolicy: headersPolicy(stack, "pageHeaders", pageHeaders),
    functionAssociations: [onRequest(stack, "page", pageFunction)],
  };
}

/** The API compresses its answers itself. The pages that it makes have the headers `pageHeaders` of all pages. */
async function apiOf(
  stack: Stack,
  { apiId }: IHttpApi,
  pageHeaders: BehaviorOptions["responseHeadersPolicy"],
): Promise<Record<string, BehaviorOptions>> {
  const behavior: BehaviorOptions = {
    origin: new HttpOrigin(`${apiId}.execute-api.${stack.region}.${stack.urlSuffix}`, {
      customHeaders: { "X-Origin-Secret": await edgeSecret(stack) },
    }),
    allowedMethods: AllowedMethods.ALLOW_ALL,
    cachePolicy: CachePolicy.CACHING_DISABLED,
    // API Gateway knows itself by its own host only.
    originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
    viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
    functionAssociations: [onRequest(stack, "viewer", viewerFunction)],
  };
  // A program that was given the wrong address would send its key in clear at each request, and not notice.
  const ofPrograms = { ...behavior, viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY };
  const ofPages = pageHeaders ? { ...behavior, responseHeadersPolicy: pageHeaders } : behavior;
  return Object.fromEntries([
    ...apiPaths.map((path) => [path, path.startsWith("/v1/") ? ofPrograms : behavior]),
    ...readPaths.map((path) => [path, ofPages]),
  ]);
}

function onRequest(stack: Stack, id: string, code: string) {
  const edge = { code: FunctionCode.fromInline(code), runtime: FunctionRuntime.JS_2_0 };
  return { function: new EdgeFunction(stack, id, edge), eventType: FunctionEventType.VIEWER_REQUEST };
}

/** The hosted zone of CloudFront, for all distributions. */
const zoneOfCloudFront = "Z2FDTNDATAQYW2";

/** Leads WEB_DOMAIN to the distribution, where WEB_ZONE names its hosted zone in Route 53; otherwise it is done by hand. */
function addressOf(stack: Stack, { distributionDomainName: dnsName }: Distribution): void {
  const { WEB_DOMAIN: name, WEB_ZONE: hostedZoneId } = process.env;
  if (!hostedZoneId) return;
  if (!name) throw new Error("WEB_ZONE goes with WEB_DOMAIN, a name in that zone.");
  for (const type of ["A", "AAAA"]) {
    const aliasTarget = { dnsName, hostedZoneId: zoneOfCloudFront };
    new CfnRecordSet(stack, `address${type}`, { name, type, hostedZoneId, aliasTarget });
  }
}

/** The firewall that WEB_FIREWALL names (global.yaml). It costs a fee a month, so there is none by default. */
function firewall(): { webAclId?: string } {
  const { WEB_FIREWALL: webAclId } = process.env;
  if (!webAclId) return {};
  if (!/^arn:[\w-]+:wafv2:us-east-1:\d+:global\/webacl\//.test(webAclId))
    throw new Error("WEB_FIREWALL is the ARN of a firewall for CloudFront, in us-east-1.");
  return { webAclId };
}

function domainOf(stack: Stack) {
  const { WEB_DOMAIN: domain, WEB_CERTIFICATE: certificate } = process.env;
  if (!domain && !certificate) return {};
  if (!domain || !/^arn:[\w-]+:acm:us-east-1:/.test(certificate ?? "")) {
    throw new Error("WEB_DOMAIN goes with WEB_CERTIFICATE, the ARN of a certificate for it in us-east-1.");
  }
  return {
    domainNames: [domain],
    certificate: Certificate.fromCertificateArn(stack, "certificate", certificate as string),
    minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
  };
}

/** The folder with the client, built now. The context `client` names another one. */
function clientOf(stack: Stack): string {
  const given = stack.node.tryGetContext("client");
  if (given) return given;
  const folder = join(useProject().paths.root, "packages/web");
  execFileSync(process.execPath, [join(folder, "node_modules/vite/bin/vite.js"), "build"], {
    cwd: folder,
    stdio: "inherit",
  });
  return join(folder, "dist");
}

/** What the API says of where weaknesses are reported, as the environment of the deploy has it. */
export function reports(): Record<string, string> {
  const { SECURITY_CONTACT, SECURITY_EXPIRES } = process.env;
  return SECURITY_CONTACT && SECURITY_EXPIRES ? { SECURITY_CONTACT, SECURITY_EXPIRES } : {};
}
