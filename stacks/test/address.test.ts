import { fileURLToPath } from "node:url";
import { Template } from "aws-cdk-lib/assertions";
import { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { App as CdkApp, Stack as CdkStack } from "aws-cdk-lib/core";
import type { StackContext } from "sst/constructs";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { synth } from "../synth.ts";
import { site } from "../web.ts";
import { read } from "./template.ts";

let client: Awaited<ReturnType<typeof site>>;
async function web({ stack }: StackContext) {
  const gateway = new HttpApi(stack, "http");
  client = await site(stack, gateway, gateway);
}

const made: Awaited<ReturnType<typeof synth>>[] = [];
async function synthesised() {
  const one = await synth("arm_64", (app) => app.stack(web));
  made.push(one);
  const { properties } = read(one);
  const [distribution] = properties("web", "AWS::CloudFront::Distribution");
  return { properties, template: one.templates.web, distribution: distribution?.DistributionConfig };
}
afterEach(() => vi.unstubAllEnvs());
afterAll(() => Promise.all(made.map(({ remove }) => remove())));

describe("the address", () => {
  test("is CloudFront's own without a domain, whose name other stacks may import at any time", async () => {
    const all = await synthesised();
    expect(all.distribution).not.toHaveProperty("Aliases");
    expect(all.distribution).not.toHaveProperty("WebACLId");
    expect(all.properties("web", "AWS::Route53::RecordSet")).toEqual([]);
    expect(client.url).toBe(`https://${client.domain}`);
    const exported = Object.values(all.template?.findOutputs("*") ?? {}).map(({ Value }) => Value);
    expect(exported).toContainEqual({ "Fn::GetAtt": [expect.stringMatching(/^site/), "DomainName"] });
  }, 60_000);

  test("is WEB_DOMAIN with its certificate, at TLS 1.2 or newer", async () => {
    const certificate = "arn:aws:acm:us-east-1:123456789012:certificate/1-2-3";
    vi.stubEnv("WEB_DOMAIN", "app.example.com");
    vi.stubEnv("WEB_CERTIFICATE", certificate);
    vi.stubEnv("WEB_ZONE", "Z123");
    const firewall = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/x/1-2";
    vi.stubEnv("WEB_FIREWALL", firewall);
    const { distribution, template, properties } = await synthesised();
    expect(distribution.WebACLId).toBe(firewall);
    const own = { "Fn::GetAtt": [expect.stringMatching(/^site/), "DomainName"] };
    expect(properties("web", "AWS::Route53::RecordSet")).toEqual(
      ["A", "AAAA"].map((Type) => ({
        ...{ Name: "app.example.com", Type, HostedZoneId: "Z123" },
        AliasTarget: { DNSName: own, HostedZoneId: "Z2FDTNDATAQYW2" },
      })),
    );
    expect(client).toEqual({ url: "https://app.example.com", domain: "app.example.com" });
    expect(distribution).toMatchObject({
      Aliases: ["app.example.com"],
      ViewerCertificate: { AcmCertificateArn: certificate, MinimumProtocolVersion: "TLSv1.2_2021" },
    });
    const exported = Object.values(template?.findOutputs("*") ?? {}).map(({ Value }) => Value);
    expect(exported).toContainEqual({ "Fn::GetAtt": [expect.stringMatching(/^site/), "DomainName"] });
  }, 60_000);

  test.each([
    [{ WEB_DOMAIN: "app.example.com" }, "WEB_DOMAIN goes with WEB_CERTIFICATE"],
    [{ WEB_CERTIFICATE: "arn:aws:acm:us-east-1:123456789012:certificate/1-2-3" }, "WEB_DOMAIN goes with"],
    [
      { WEB_DOMAIN: "app.example.com", WEB_CERTIFICATE: "arn:aws:acm:eu-west-2:123456789012:certificate/1" },
      "WEB_DOMAIN goes with",
    ],
    [{ WEB_ZONE: "Z123" }, "WEB_ZONE goes with WEB_DOMAIN"],
    [{ WEB_FIREWALL: "arn:aws:wafv2:eu-west-2:123456789012:regional/webacl/x/1" }, "WEB_FIREWALL is the ARN"],
  ])("is refused with %j", async (environment, message) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    await expect(synthesised()).rejects.toThrow(message);
  });
});

test("the certificate and the firewall of us-east-1 are one template, without a firewall unless it is asked for", () => {
  const app = new CdkApp();
  const stack = new CdkStack(app, "global");
  new CfnInclude(stack, "all", { templateFile: fileURLToPath(new URL("../global.yaml", import.meta.url)) });
  const template = Template.fromStack(stack);
  expect(Object.keys(template.toJSON().Outputs)).toEqual(["Certificate", "Firewall"]);
  expect(template.toJSON().Parameters.RequestsPerAddress.Default).toBe(0);
  template.hasResource("AWS::WAFv2::WebACL", {
    Condition: "HasFirewall",
    Properties: { Scope: "CLOUDFRONT", DefaultAction: { Allow: {} } },
  });
  const [{ Rules }] = Object.values(template.findResources("AWS::WAFv2::WebACL")).map(({ Properties }) => Properties);
  expect(Rules[0].Statement.RateBasedStatement).toEqual({
    AggregateKeyType: "IP",
    EvaluationWindowSec: 300,
    Limit: { Ref: "RequestsPerAddress" },
  });
});
