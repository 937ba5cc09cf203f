import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Match } from "aws-cdk-lib/assertions";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import core from "../../packages/core/package.json";
import { type Bundle, synth } from "../synth.ts";
import { alarms, formulaOf, toListed } from "./alarmlist.ts";
import { testCalls } from "./calling.ts";
import { lambdas, stacks } from "./deployed.ts";
import { reasons } from "./findings.ts";
import { testMail } from "./mail.ts";
import { testRelease } from "./releasing.ts";
import { testStopping } from "./stopping.ts";
import { plain, read, statementsOf } from "./template.ts";

let made: Awaited<ReturnType<typeof synth>>;
let properties: ReturnType<typeof read>["properties"];
let lambda: ReturnType<typeof read>["lambda"];
beforeAll(async () => {
  vi.stubEnv("ALARM_EMAIL", "ada@example.com");
  vi.stubEnv("MAIL_DOMAIN", "mail.example.com");
  made = await synth("arm_64");
  ({ properties, lambda } = read(made));
}, 120_000);
afterAll(() => made.remove());

test("sends every path of the HTTP API to one Lambda, which answers for CORS itself", () => {
  const { template } = lambda("api", "api/lambda");
  const [alias = ""] = Object.keys(template.findResources("AWS::Lambda::Alias"));
  expect(properties("api", "AWS::ApiGatewayV2::Route")).toMatchObject([
    { RouteKey: "$default", AuthorizationType: "NONE" },
  ]);
  expect(properties("api", "AWS::ApiGatewayV2::Integration")).toMatchObject([
    { IntegrationType: "AWS_PROXY", IntegrationUri: { Ref: alias }, PayloadFormatVersion: "2.0" },
  ]);
  template.hasResourceProperties("AWS::ApiGatewayV2::Api", { ProtocolType: "HTTP", CorsConfiguration: Match.absent() });
  template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
    DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
  });
});

test("logs the time, method, status and latency of a request, not its caller or path", () => {
  const [stage] = properties("api", "AWS::ApiGatewayV2::Stage");
  const values = Object.values(JSON.parse(stage?.AccessLogSettings.Format));
  const known = "httpMethod integrationErrorMessage requestId requestTime responseLatency responseLength status";
  expect(values.sort()).toEqual(known.split(" ").map((name) => `$context.${name}`));
});

testCalls(() => made);

test("lets only its senders use a queue, and its callers call a Lambda", () => {
  const usersOf = (action: string) =>
    stacks
      .flatMap((stack) =>
        properties(stack, "AWS::IAM::Policy").flatMap(({ PolicyDocument, Roles }) =>
          PolicyDocument.Statement.map(plain)
            .filter(({ Action }: { Action: string[] }) => Action.some((one) => one.startsWith(action)))
            .map(() => Roles[0].Ref.replace(/Role\w+$/, "")),
        ),
      )
      .sort();
  expect(usersOf("sqs:Send")).toEqual(["api", "feedback"]);
  expect(usersOf("lambda:Invoke").join(" ")).toBe(
    "api api api book book clean export help sweep sweep wake wake wake wake",
  );
  for (const { Effect, Condition } of stacks.flatMap((stack) =>
    properties(stack, "AWS::SQS::QueuePolicy").flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
  ))
    expect([Effect, Condition]).toEqual(["Deny", { Bool: { "aws:SecureTransport": "false" } }]);
});

describe("alarms", () => {
  test("fire at these thresholds, and report when they are over", () => {
    const found = properties("alarms", "AWS::CloudWatch::Alarm");
    const [topic] = Object.keys(made.templates.alarms?.findResources("AWS::SNS::Topic") ?? {});
    for (const { AlarmActions, OKActions } of found) {
      expect([AlarmActions, OKActions]).toEqual([[{ Ref: topic }], [{ Ref: topic }]]);
    }
    const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
    expect(found.map(toListed).sort(byName)).toEqual(alarms.toSorted(byName));
  });

  test("ring for the part of a provider's own offers that is unreadable or for another question", () => {
    const named = "test-travel-conductor-offersUnfitDuffel";
    const alarm = properties("alarms", "AWS::CloudWatch::Alarm").find(({ AlarmName }) => AlarmName === named);
    const metrics: { Expression?: string; MetricStat?: { Metric: object } }[] = alarm?.Metrics;
    expect(metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])).toMatchObject(
      ["OffersRead", "OffersUnreadable", "OffersMisfit"].map((MetricName) => ({
        MetricName,
        Dimensions: [{ Name: "provider", Value: "duffel" }],
      })),
    );
    const percent = formulaOf(metrics);
    expect([percent(95, 5, 0), percent(100, 0, 5), percent(90, 10, 10), percent(1, 1, 0)]).toEqual([5, 5, 20, 0]);
  });

  test("mail the address that the deploy names, and accept only CloudWatch and Budgets in this account", () => {
    expect(properties("alarms", "AWS::SNS::Subscription")).toMatchObject([
      { Protocol: "email", Endpoint: "ada@example.com" },
    ]);
    const statements = properties("alarms", "AWS::SNS::TopicPolicy").flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    );
    expect(statements.filter(({ Effect }) => Effect === "Allow")).toMatchObject(
      ["cloudwatch", "budgets"].map((service) => ({
        Action: "sns:Publish",
        Principal: { Service: `${service}.amazonaws.com` },
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      })),
    );
  });
});

testMail(() => made);
testRelease(() => made);
testStopping(() => made);

test("keeps every log for a month", () => {
  const groups = stacks.flatMap((stack) => properties(stack, "AWS::Logs::LogGroup"));
  expect(groups.map(({ RetentionInDays }) => RetentionInDays)).toEqual(
    [...lambdas, "the access log", "the upload"].map(() => 30),
  );
});

test("lets only the API and the clocks call a Lambda", () => {
  const callers = stacks.flatMap((stack) => properties(stack, "AWS::Lambda::Permission"));
  const clock = (name: string) => [
    "lambda:InvokeFunction",
    "events.amazonaws.com",
    expect.stringMatching(new RegExp(`^\\{"Fn::GetAtt":\\["${name}Rule`)),
  ];
  expect(callers.map(({ Action, Principal, SourceArn }) => [Action, Principal, JSON.stringify(SourceArn)])).toEqual([
    [
      "lambda:InvokeFunction",
      "apigateway.amazonaws.com",
      expect.stringMatching(/execute-api:[^"]*:",\{"Ref":"httpApi/),
    ],
    ...["sweep", "carry"].map(clock),
    ["lambda:InvokeFunction", "sns.amazonaws.com", expect.stringMatching(/^\{"Ref":"mailReports/)],
    ...["wake", "clean", "flush", "tend"].map(clock),
  ]);
});

describe.each(lambdas)(
  "$bundle",
  ({ stack, bundle, secrets, shipped, maxStartBytes, environment = {}, more = [], after = [] }) => {
    test("runs on nodejs24.x and arm64, keeps its log for a month, and has no tracing", () => {
      const { own, template } = lambda(stack, bundle);
      expect(own).toMatchObject({ Runtime: "nodejs24.x", Architectures: ["arm64"] });
      expect(own).not.toHaveProperty("TracingConfig");
      const log = template.findResources("AWS::Logs::LogGroup")[own.LoggingConfig.LogGroup.Ref];
      expect(log?.Properties.RetentionInDays).toBe(30);
    });

    test("has the places of its secrets in its environment, not their values", () => {
      expect(lambda(stack, bundle).own.Environment.Variables).toEqual({
        AWS_NODEJS_CONNECTION_REUSE_ENABLED: "1",
        SST_APP: "travel-conductor",
        SST_STAGE: "test",
        SST_SSM_PREFIX: "/sst/travel-conductor/test/",
        ...Object.fromEntries(secrets.map((name) => [`SST_Secret_value_${name}`, "__FETCH_FROM_SSM__"])),
        ...environment,
      });
    });

    test("may write its own log, read its own secrets, use its own services, and nothing else", () => {
      const { own, template } = lambda(stack, bundle);
      const role = own.Role["Fn::GetAtt"][0];
      expect(template.findResources("AWS::IAM::Role")[role]?.Properties).not.toHaveProperty("ManagedPolicyArns");
      expect(template.findResources("AWS::IAM::Role")[role]?.Properties).not.toHaveProperty("Policies");
      const policies = [
        ...properties(stack, "AWS::IAM::Policy"),
        // Where a policy would be too long, the CDK writes the rest of it as one that is managed.
        ...properties(stack, "AWS::IAM::ManagedPolicy"),
      ].filter(({ Roles }) => Roles.some((one: { Ref: string }) => one.Ref === role));
      const secret = (place: string, name: string) =>
        `arn:aws:ssm:eu-west-2:123456789012:parameter/sst/travel-conductor/${place}/Secret/${name}/value`;
      expect(policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement.map(plain))).toEqual([
        {
          Effect: "Allow",
          Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
          Resource: [`${own.LoggingConfig.LogGroup.Ref}.Arn`],
        },
        ...more,
        ...secrets.map((name) => ({
          Effect: "Allow",
          Action: ["ssm:GetParameters"],
          Resource: [secret("test", name), secret(".fallback", name)],
        })),
        ...after,
      ]);
    });

    test("ships without source maps and the turning of product time, with only the packages it needs, and starts with little code", async () => {
      const { folder, start, later } = made.bundles[bundle] as Bundle;
      const files = await readdir(folder, { recursive: true });
      expect(files.filter((file) => file.endsWith(".map"))).toEqual([]);
      expect(files.filter((file) => file.endsWith(".lua"))).toEqual(["gate.lua"]);
      expect(files).toEqual(expect.arrayContaining(["zones.json", "airports.json"]));
      for (const file of files.filter((file) => file.endsWith(".mjs"))) {
        expect(await readFile(join(folder, file), "utf8")).not.toMatch(/sourceMappingURL|slower than real time/);
      }
      const found = [...start.sources, ...later.sources].map(
        (file) => /.*node_modules\/((@[^/]+\/)?[^/]+)/.exec(file)?.[1],
      );
      expect([...new Set(found)].filter(Boolean).sort()).toEqual(shipped.toSorted());
      expect(start.sources.filter((file) => /^packages\/(core\/data|.*api\/openapi)|@neondatabase/.test(file))).toEqual(
        [],
      );
      expect(start.bytes).toBeLessThan(maxStartBytes);
    });
  },
);

test.each(["argon2", "bcrypt"] as const)("ships %s for arm64, in the version of core's package.json", async (name) => {
  const { folder } = made.bundles["api/lambda"] as Bundle;
  const binary = join(folder, `node_modules/@node-rs/${name}-linux-arm64-gnu`);
  const elf = await readFile(join(binary, `${name}.linux-arm64-gnu.node`));
  expect(elf.subarray(0, 4).toString("latin1")).toBe("\x7fELF");
  // e_machine, System V ABI: 183 is AArch64.
  expect(elf.readUInt16LE(18)).toBe(183);
  for (const part of [binary, join(folder, `node_modules/@node-rs/${name}`)]) {
    const { version } = JSON.parse(await readFile(join(part, "package.json"), "utf8"));
    expect(version).toBe(core.dependencies[`@node-rs/${name}`]);
  }
});

test("has one key of KMS, which is turned each year, and is of use for this stage's data keys only", () => {
  expect(properties("vault", "AWS::KMS::Key")).toMatchObject([{ EnableKeyRotation: true }]);
  const statements = stacks.flatMap((stack) => properties(stack, "AWS::IAM::Policy")).flatMap(statementsOf);
  const StringEquals = { "kms:EncryptionContext:service": "travel-conductor", "kms:EncryptionContext:stage": "test" };
  const ofKms = statements.filter(({ Action }) => String(Action).includes("kms:"));
  expect(ofKms.map(({ Condition }) => Condition)).toEqual(Array(3).fill({ StringEquals }));
});

test("has the stacks that the page on deploys names, and the one of us-east-1", async () => {
  const page = await readFile(new URL("../../packages/docs/deploy.md", import.meta.url), "utf8");
  const [table = ""] = page.split("Postgres is at Neon");
  const named = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
  expect(named.sort()).toEqual([...Object.keys(made.templates), "outside"].sort());
});

test("has a reason for each finding of cdk-nag", () => {
  expect([...new Set(made.findings)].sort()).toEqual(Object.keys(reasons).sort());
});
