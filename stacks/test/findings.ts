import { stacks } from "./deployed.ts";

const upload = "/test-travel-conductor-api/Custom::CDKBucketDeployment8693BB64968944B69AAFB0CC9EB8756C";
const site = "/test-travel-conductor-api/site/Resource";

/** Why each finding of cdk-nag stays. */
export const reasons: Record<string, string> = {
  "AwsSolutions-APIG4 at /test-travel-conductor-api/http/Route_default/Resource":
    "Who may do what is the app's to say: searching is open to all, the rest needs a session that API Gateway cannot check.",
  "AwsSolutions-IAM5 at /test-travel-conductor-api/apiRole/DefaultPolicy/Resource":
    "SES's list of addresses is the account's: no narrower resource exists.",
  "AwsSolutions-IAM5 at /test-travel-conductor-delivery/deliverRole/DefaultPolicy/Resource":
    "It may send from any address of this account's that SES has verified; MAIL_FROM, set after the deploy, says which.",
  "AwsSolutions-IAM4 at /test-travel-conductor-api/apiRelease/ServiceRole/Resource":
    "The policy that AWS keeps for CodeDeploy's releases of Lambdas.",
  [`AwsSolutions-CFR1 at ${site}`]: "People travel from everywhere.",
  [`AwsSolutions-CFR2 at ${site}`]:
    "The API counts requests by viewer and account, and API Gateway all together; a firewall has a fee, and is a setting (web.test.ts).",
  [`AwsSolutions-CFR3 at ${site}`]:
    "Its access log would hold who looked at which page: API Gateway's log holds figures.",
  [`AwsSolutions-CFR4 at ${site}`]:
    "CloudFront's own certificate allows no other policy. With WEB_DOMAIN it is TLS 1.2 or newer (web.test.ts).",
  "AwsSolutions-S1 at /test-travel-conductor-api/web/Resource":
    "The bucket holds the built client alone, which is public, and only the distribution reads it.",
  [`AwsSolutions-IAM4 at ${upload}/ServiceRole/Resource`]: "CDK's own Lambda, which runs at deploys alone.",
  [`AwsSolutions-IAM5 at ${upload}/ServiceRole/DefaultPolicy/Resource`]:
    "It reads the uploads of a deploy, whose names are hashes, and writes any file of the client's bucket.",
  [`AwsSolutions-L1 at ${upload}/Resource`]: "CDK 2.224.0 fixes the runtime of its own Lambda.",
  ...Object.fromEntries(
    ["secrets", ...stacks].flatMap((stack) => {
      const handler = `/test-travel-conductor-${stack}/CustomResourceHandler`;
      return [
        [`AwsSolutions-IAM4 at ${handler}/ServiceRole/Resource`, "SST's own Lambda, which runs at deploys alone."],
        [`AwsSolutions-L1 at ${handler}/Resource`, "SST 2.49.8 fixes the runtime of its own Lambda at nodejs22.x."],
      ];
    }),
  ),
};
