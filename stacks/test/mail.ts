import { expect, test } from "vitest";
import { nameOf } from "../../packages/scripts/src/redrive.ts";
import type { synth } from "../synth.ts";
import { read } from "./template.ts";

/** Tests of mail in an app that was synthesised with the MAIL_DOMAIN `mail.example.com`. */
export function testMail(made: () => Awaited<ReturnType<typeof synth>>) {
  test("makes the domain that the deploy names an identity of SES, and says each record of its zone", () => {
    const { properties } = read(made());
    const [domain, ...more] = properties("delivery", "AWS::SES::EmailIdentity");
    expect(more).toEqual([]);
    const [set] = Object.keys(made().templates.delivery?.findResources("AWS::SES::ConfigurationSet") ?? {});
    expect(domain).toMatchObject({
      EmailIdentity: "mail.example.com",
      MailFromAttributes: { MailFromDomain: "bounce.mail.example.com" },
      ConfigurationSetAttributes: { ConfigurationSetName: { Ref: set } },
    });
    const outputs = Object.values(made().templates.delivery?.findOutputs("*") ?? {}).map(({ Value }) =>
      JSON.stringify(Value),
    );
    for (const [n, token] of ["DkimDNSTokenName1", "DkimDNSTokenName2", "DkimDNSTokenName3"].entries())
      expect(
        outputs.filter((value) => value.includes(token) && value.includes(`DkimDNSTokenValue${n + 1}`)),
      ).toHaveLength(1);
    for (const record of [
      "bounce.mail.example.com MX 10 feedback-smtp.",
      'bounce.mail.example.com TXT \\"v=spf1 include:amazonses.com ~all',
      "_dmarc.mail.example.com TXT",
    ])
      expect(
        outputs.filter((value) => value.includes(record)),
        record,
      ).toHaveLength(1);
  });

  test("keeps the reports of SES that failed for a fortnight, where redrive finds them", () => {
    const { properties } = read(made());
    const all = properties("delivery", "AWS::SQS::Queue");
    expect(all.find(({ QueueName }) => QueueName === nameOf("feedback", "test"))).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 14 * 86_400,
    });
  });
}
