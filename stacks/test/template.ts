import type { Template } from "aws-cdk-lib/assertions";
import type { synth } from "../synth.ts";

/** Finds resources in a synthesised app. */
export function read(made: Awaited<ReturnType<typeof synth>>) {
  /** Returns the properties of a stack's resources of one type. */
  function properties(stack: string, type: string) {
    return Object.values(made.templates[stack]?.findResources(type) ?? {}).map(({ Properties }) => Properties);
  }

  /** Returns the one Lambda of a stack that runs our handler; SST adds its own Lambdas. */
  function lambda(stack: string, bundle: string) {
    const template = made.templates[stack] as Template;
    const Handler = made.bundles[bundle]?.handler;
    const [[id, { Properties }] = ["", { Properties: {} }]] = Object.entries(
      template.findResources("AWS::Lambda::Function", { Properties: { Handler } }),
    );
    return { id, own: Properties, template };
  }
  return { properties, lambda };
}

type Joined =
  | string
  | { "Fn::Join": [string, (string | { Ref: string })[]] }
  | { "Fn::GetAtt": [string, string] }
  | { "Fn::ImportValue": string };

/** Returns a policy statement with its lists as lists and its ARNs as text. */
export function plain({
  Effect,
  Action,
  Resource,
}: {
  Effect: string;
  Action: string | string[];
  Resource: Joined | Joined[];
}) {
  const text = (arn: Joined): string => {
    if (typeof arn === "string") return arn;
    if ("Fn::ImportValue" in arn) return arn["Fn::ImportValue"];
    if ("Fn::GetAtt" in arn) return arn["Fn::GetAtt"].join(".");
    return arn["Fn::Join"][1].map((part) => (typeof part === "string" ? part : "aws")).join("");
  };
  return { Effect, Action: [Action].flat(), Resource: [Resource].flat().map(text) };
}

/** The statements of a policy. */
export const statementsOf = (policy: { PolicyDocument: { Statement: { Action: unknown; Condition?: unknown }[] } }) =>
  policy.PolicyDocument.Statement;
