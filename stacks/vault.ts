import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import type { App, StackContext } from "sst/constructs";

/**
 * The key of KMS that wraps the data keys of the vault (core/src/base/vault.ts). KMS turns its material once a year by
 * itself, and still unwraps what older material wrapped. `environment` and `may` are for the Lambdas that seal or open:
 * they may have data keys made and unwrapped, for this stage's encryption context only.
 */
export function vault({ stack, app }: StackContext) {
  const key = new Key(stack, "key", {
    alias: (stack.node.root as App).logicalPrefixedName("vault"),
    description: "Wraps the keys that seal travelers, their documents and exports",
    enableKeyRotation: true,
  });
  const may = new PolicyStatement({
    actions: ["kms:GenerateDataKey", "kms:Decrypt"],
    resources: [key.keyArn],
    conditions: {
      StringEquals: {
        "kms:EncryptionContext:service": "travel-conductor",
        "kms:EncryptionContext:stage": app.stage,
      },
    },
  });
  return { environment: { KMS_KEY: key.keyArn }, may };
}
