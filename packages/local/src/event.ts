import { createHash, randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2, ScheduledEvent, SNSEvent, SQSEvent } from "aws-lambda";

/** Returns API Gateway's event for an HTTP API, payload format 2.0, for a request of a mobile client from `address`. */
export function request(
  method: string,
  path: string,
  options: { token?: string | undefined; body?: object | string; base64?: boolean; address?: string } = {},
): APIGatewayProxyEventV2 {
  const { token, body, base64 = false, address = "192.0.2.17" } = options;
  const [rawPath = "", rawQueryString = ""] = path.split("?");
  const text = typeof body === "string" ? body : body && JSON.stringify(body);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath,
    rawQueryString,
    headers: {
      accept: "application/json",
      host: "a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com",
      "user-agent": "travel-conductor-mobile/1.0",
      "x-forwarded-for": address,
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
      ...(text !== undefined
        ? { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) }
        : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    },
    ...(rawQueryString ? { queryStringParameters: Object.fromEntries(new URLSearchParams(rawQueryString)) } : {}),
    requestContext: {
      accountId: "123456789012",
      apiId: "a1b2c3d4e5",
      domainName: "a1b2c3d4e5.execute-api.eu-west-2.amazonaws.com",
      domainPrefix: "a1b2c3d4e5",
      http: {
        method,
        path: rawPath,
        protocol: "HTTP/1.1",
        sourceIp: address,
        userAgent: "travel-conductor-mobile/1.0",
      },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "$default",
      stage: "$default",
      time: "22/Nov/2026:15:00:00 +0000",
      timeEpoch: 1795359600000,
    },
    ...(text !== undefined ? { body: base64 ? Buffer.from(text).toString("base64") : text } : {}),
    isBase64Encoded: base64,
  };
}

/** Returns EventBridge's event for a tick of the rule at `time` (UTC). */
export function tick(time: Date): ScheduledEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    account: "123456789012",
    time: `${time.toISOString().slice(0, 19)}Z`,
    region: "eu-west-2",
    resources: ["arn:aws:events:eu-west-2:123456789012:rule/test-travel-conductor-watcher-sweepRule"],
    detail: {},
  };
}

/** Returns the event with which Lambda hands over messages of the queue `refresh`. */
export function messages(...bodies: string[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: randomUUID(),
      receiptHandle: randomUUID(),
      body,
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: "1795359600000",
        SenderId: "AROAEXAMPLE:sender",
        SequenceNumber: String(index),
        MessageGroupId: String(index),
        MessageDeduplicationId: String(index),
        ApproximateFirstReceiveTimestamp: "1795359600001",
      },
      messageAttributes: {},
      md5OfBody: createHash("md5").update(body).digest("hex"),
      eventSource: "aws:sqs",
      eventSourceARN: `arn:aws:sqs:eu-west-2:123456789012:test-travel-conductor-refresh.fifo`,
      awsRegion: "eu-west-2",
    })),
  };
}

/** Returns the event with which SNS hands over a message of a topic. */
export function notification(message: object | string): SNSEvent {
  const topic = "arn:aws:sns:eu-west-2:123456789012:test-travel-conductor-mailReports";
  return {
    Records: [
      {
        EventSource: "aws:sns",
        EventVersion: "1.0",
        EventSubscriptionArn: `${topic}:${randomUUID()}`,
        Sns: {
          Type: "Notification",
          MessageId: randomUUID(),
          TopicArn: topic,
          Subject: "Amazon SES Email Event Notification",
          Message: typeof message === "string" ? message : JSON.stringify(message),
          Timestamp: new Date().toISOString(),
          SignatureVersion: "1",
          Signature: "EXAMPLE",
          SigningCertUrl: "https://sns.eu-west-2.amazonaws.com/SimpleNotificationService.pem",
          UnsubscribeUrl: "https://sns.eu-west-2.amazonaws.com/?Action=Unsubscribe",
          MessageAttributes: {},
        },
      },
    ],
  };
}
