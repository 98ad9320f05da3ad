// SQS and SNS with the AWS SDK for JavaScript v3, unmodified: it checks the digests of bodies and attributes itself, and
// sends to the URLs that queues answer with. Prints "ok NAME" or "not ok NAME: why".
const assert = require("node:assert");
const sqsSdk = require("@aws-sdk/client-sqs");
const snsSdk = require("@aws-sdk/client-sns");

const sqs = new sqsSdk.SQSClient({}), sns = new snsSdk.SNSClient({});
let failed = 0;

async function story(name, tell) {
  try {
    await tell();
    console.log(`ok javascript: ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`not ok javascript: ${name}: ${String(error.message || error).replace(/\n/g, " ").slice(0, 400)}`);
  }
}

const queue = (command, input) => sqs.send(new sqsSdk[`${command}Command`](input));
const topic = (command, input) => sns.send(new snsSdk[`${command}Command`](input));
const text = (StringValue) => ({ DataType: "String", StringValue });

async function main() {
  await story("send, receive, delete", async () => {
    const { QueueUrl } = await queue("CreateQueue", { QueueName: "js", Attributes: { VisibilityTimeout: "5" } });
    const sent = await queue("SendMessage", { QueueUrl, MessageBody: "h\u00e9llo", MessageAttributes: { a: text("v"),
      b: { DataType: "Binary", BinaryValue: Buffer.from([0, 255]) } } });
    const { Messages } = await queue("ReceiveMessage", { QueueUrl, MessageSystemAttributeNames: ["All"], MessageAttributeNames: ["All"] });
    assert.strictEqual(Messages[0].MessageId, sent.MessageId);
    assert.strictEqual(Messages[0].Body, "h\u00e9llo");
    assert.deepStrictEqual(Buffer.from(Messages[0].MessageAttributes.b.BinaryValue), Buffer.from([0, 255]));
    assert.strictEqual(Messages[0].Attributes.ApproximateReceiveCount, "1");
    await queue("DeleteMessage", { QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle });
    const { Attributes } = await queue("GetQueueAttributes", { QueueUrl, AttributeNames: ["All"] });
    assert.strictEqual(Attributes.ApproximateNumberOfMessagesNotVisible, "0");
    assert.strictEqual(Attributes.VisibilityTimeout, "5");
    const elsewhere = new sqsSdk.SQSClient({ endpoint: process.env.AWS_ENDPOINT_URL, useQueueUrlAsEndpoint: false });
    await elsewhere.send(new sqsSdk.PurgeQueueCommand({ QueueUrl: "https://sqs.us-east-1.amazonaws.com/000000000000/js" }));
  });
  await story("a long poll and a batch", async () => {
    const { QueueUrl } = await queue("CreateQueue", { QueueName: "js-poll" });
    const waiting = queue("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 10, MaxNumberOfMessages: 10 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    const answer = await queue("SendMessageBatch", { QueueUrl, Entries: [{ Id: "1", MessageBody: "a" }, { Id: "2", MessageBody: "b" },
      { Id: "3", MessageBody: "\u0001" }] });
    assert.deepStrictEqual(answer.Failed.map((one) => [one.Id, one.Code]), [["3", "InvalidMessageContents"]]);
    const { Messages } = await waiting;
    assert.deepStrictEqual(Messages.map((one) => one.Body), ["a", "b"]);
  });
  await story("errors have their classes", async () => {
    await assert.rejects(queue("GetQueueUrl", { QueueName: "nothing" }), (error) => error instanceof sqsSdk.QueueDoesNotExist);
    const { QueueUrl } = await queue("CreateQueue", { QueueName: "js-errors" });
    await assert.rejects(queue("DeleteMessage", { QueueUrl, ReceiptHandle: "x" }), { name: "ReceiptHandleIsInvalid" });
    await assert.rejects(topic("Publish", { TopicArn: "arn:aws:sns:us-east-1:000000000000:none", Message: "m" }), (error) =>
      error instanceof snsSdk.NotFoundException);
  });
  await story("a topic to a queue", async () => {
    const { TopicArn } = await topic("CreateTopic", { Name: "js.fifo", Attributes: { FifoTopic: "true", ContentBasedDeduplication: "true" } });
    const { QueueUrl } = await queue("CreateQueue", { QueueName: "js.fifo", Attributes: { FifoQueue: "true" } });
    const { Attributes } = await queue("GetQueueAttributes", { QueueUrl, AttributeNames: ["QueueArn"] });
    await queue("SetQueueAttributes", { QueueUrl, Attributes: { Policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "sqs:SendMessage",
      Principal: { Service: "sns.amazonaws.com" }, Resource: Attributes.QueueArn, Condition: { ArnEquals: { "aws:SourceArn": TopicArn } } }] }) } });
    await topic("Subscribe", { TopicArn, Protocol: "sqs", Endpoint: Attributes.QueueArn, Attributes: { RawMessageDelivery: "true",
      FilterPolicy: JSON.stringify({ kind: [{ "anything-but": "bill" }] }) } });
    for (const kind of ["order", "bill", "offer"])
      await topic("Publish", { TopicArn, Message: kind, MessageGroupId: "g", MessageAttributes: { kind: text(kind) } });
    const got = [];
    while (got.length < 2) {
      const { Messages } = await queue("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 5, MaxNumberOfMessages: 10, MessageAttributeNames: ["All"] });
      assert(Messages, "nothing came");
      for (const message of Messages) {
        got.push(message.MessageAttributes.kind.StringValue);
        await queue("DeleteMessage", { QueueUrl, ReceiptHandle: message.ReceiptHandle });
      }
    }
    assert.deepStrictEqual(got, ["order", "offer"]);
  });
  process.exit(failed ? 1 : 0);
}

main();
