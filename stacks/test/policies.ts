import { asked } from "@travel-conductor/local/signature";
import type { synth } from "../synth.ts";
import { lambdas } from "./deployed.ts";
import { plain, read } from "./template.ts";

/** The permissions that SES's operations need, which their paths name. */
const permissions: Record<string, string> = {
  "ses:POST /v2/email/outbound-emails": "ses:SendEmail",
  "ses:GET /v2/email/account": "ses:GetAccount",
  "ses:DELETE /v2/email/suppression/addresses": "ses:DeleteSuppressedDestination",
};

/** A call of another Lambda names it in its path. */
const call = /^lambda:POST \/2015-03-31\/functions\/[\w-]+\/invocations$/;

/** What Lambda itself does in the name of a role: the log, and the messages of its queue. */
const ofLambda = ["logs:PutLogEvents", "sqs:ReceiveMessage"];

/** Permissions that the bundles do not use in bundle.test.ts, and the code that does, which other tests run. */
export const elsewhere: Record<string, string> = {
  "ssm:GetParameters": "SST's start of each bundle, which is the same code in all",
  "kms:GenerateDataKey": "a new data key: core/test/base/vault.test.ts",
  "kms:Decrypt": "a data key: core/test/base/vault.test.ts",
  "ses:DeleteSuppressedDestination": "a channel that is turned on again: core/test/channel.test.ts",
  "ses:SendEmail": "the sender",
  "ses:GetAccount": "the sender",
  "sqs:SendMessage": "what a feedback queue gives up",
  "lambda:InvokeFunction": "work that is begun at once: functions/test/trace.test.ts, stacks/test/sweep.test.ts",
};

/** The permissions that each bundle used until now, by the requests that the stand-ins answered. */
export function used(): Record<string, string[]> {
  const all = [...asked].map(([bundle, operations]) => {
    const names = [...operations].map((one) =>
      call.test(one) ? "lambda:InvokeFunction" : (permissions[one.replace(/(addresses)\/.*/, "$1")] ?? one),
    );
    return [bundle, [...new Set(names)].sort()] as const;
  });
  return Object.fromEntries(all);
}

/** The permissions that the policy of each bundle's role gives to its code. */
export function allowed(made: Awaited<ReturnType<typeof synth>>): Record<string, string[]> {
  const { properties, lambda } = read(made);
  const all = lambdas.map(({ stack, bundle }) => {
    const { own } = lambda(stack, bundle);
    const role = own.Role["Fn::GetAtt"][0];
    const policies = ["AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"].flatMap((type) => properties(stack, type));
    const actions = policies
      .filter(({ Roles }) => Roles.some((one: { Ref: string }) => one.Ref === role))
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement.map(plain))
      .filter(({ Action }: { Action: string[] }) => !Action.some((action) => ofLambda.includes(action)))
      .flatMap(({ Action }: { Action: string[] }) => Action);
    return [bundle, [...new Set<string>(actions)].sort()] as const;
  });
  return Object.fromEntries(all);
}
