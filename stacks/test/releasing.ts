import { expect, test, vi } from "vitest";
import { synth } from "../synth.ts";
import { read } from "./template.ts";

/** Tests how a deploy goes over to the new version of the API. */
export function testRelease(made: () => Awaited<ReturnType<typeof synth>>): void {
  test("sends a tenth of the requests to a new version for five minutes, and takes it back when one of two alarms rings", () => {
    const { properties, lambda } = read(made());
    const { id, template } = lambda("api", "api/lambda");
    const [[alias = "", one] = []] = Object.entries(template.findResources("AWS::Lambda::Alias"));
    const [[version, of] = []] = Object.entries(template.findResources("AWS::Lambda::Version"));
    expect(of?.Properties.FunctionName).toEqual({ Ref: id });
    const [group] = Object.keys(template.findResources("AWS::CodeDeploy::DeploymentGroup"));
    expect(one).toMatchObject({
      Properties: { Name: "live", FunctionVersion: { "Fn::GetAtt": [version, "Version"] } },
    });
    expect(one?.DependsOn).toContain(group);
    expect(one?.UpdatePolicy.CodeDeployLambdaAliasUpdate.DeploymentGroupName).toEqual({ Ref: group });
    expect(properties("api", "AWS::ApiGatewayV2::Integration")).toMatchObject([{ IntegrationUri: { Ref: alias } }]);
    expect(properties("api", "AWS::Lambda::Permission")).toMatchObject([{ FunctionName: { Ref: alias } }]);
    expect(properties("api", "AWS::CodeDeploy::DeploymentGroup")).toMatchObject([
      {
        DeploymentConfigName: "CodeDeployDefault.LambdaCanary10Percent5Minutes",
        AlarmConfiguration: {
          Enabled: true,
          Alarms: ["releaseFails", "releaseRefuses"].map((name) => ({ Name: { Ref: expect.stringMatching(name) } })),
        },
        AutoRollbackConfiguration: {
          Enabled: true,
          Events: expect.arrayContaining(["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"]),
        },
      },
    ]);
    const [fails, refuses] = properties("api", "AWS::CloudWatch::Alarm");
    const Dimensions = expect.arrayContaining([{ Name: "Resource", Value: expect.anything() }]);
    expect(fails).toMatchObject({ MetricName: "Errors", Dimensions, Threshold: 3, EvaluationPeriods: 1 });
    expect([refuses?.Threshold, refuses?.EvaluationPeriods]).toEqual([3, 1]);
  });

  test("goes out at once, whatever the alarms say, where the deploy says so", async () => {
    vi.stubEnv("RELEASE_AT_ONCE", "yes");
    const other = await synth("arm_64", undefined, false);
    vi.stubEnv("RELEASE_AT_ONCE", undefined);
    const [group, ...more] = read(other).properties("api", "AWS::CodeDeploy::DeploymentGroup");
    await other.remove();
    expect(more).toEqual([]);
    expect(group).toMatchObject({
      DeploymentConfigName: "CodeDeployDefault.LambdaAllAtOnce",
      AlarmConfiguration: { Enabled: false },
      AutoRollbackConfiguration: { Enabled: true, Events: ["DEPLOYMENT_FAILURE"] },
    });
  });
}
