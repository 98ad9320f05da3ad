// The orders app's whole story with the AWS SDK for JavaScript v3, unmodified. Prints "ok NAME" or "not ok NAME: why".
const assert = require("node:assert");
const { execFileSync } = require("node:child_process");
const { readFileSync } = require("node:fs");
const { CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStacksCommand, UpdateStackCommand, waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete, waitUntilStackUpdateComplete } = require("@aws-sdk/client-cloudformation");
const { DynamoDBClient, GetItemCommand, ListTablesCommand } = require("@aws-sdk/client-dynamodb");
const { InvokeCommand, LambdaClient } = require("@aws-sdk/client-lambda");
const { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } = require("@aws-sdk/client-s3");

const app = process.env.APP;
const cloud = new CloudFormationClient({}), dynamodb = new DynamoDBClient({}), lambda = new LambdaClient({});
const s3 = new S3Client({ forcePathStyle: true });
const patience = { client: cloud, maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
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

// curl finds *.localhost on this machine by itself, as a browser does.
function curl(url, method = "GET", body) {
  const sent = body === undefined ? [] : ["-H", "Content-Type: application/json", "-d", JSON.stringify(body)];
  return JSON.parse(execFileSync("curl", ["-sS", "--cacert", process.env.CA, "-X", method, ...sent, url], { encoding: "utf8" }));
}

async function outputs() {
  const { Stacks } = await cloud.send(new DescribeStacksCommand({ StackName: "by-js" }));
  return Object.fromEntries(Stacks[0].Outputs.map((o) => [o.OutputKey, o.OutputValue]));
}

async function main() {
  let template = readFileSync(`${app}/template.yaml`, "utf8");
  let found;
  await story("upload", async () => {
    await s3.send(new CreateBucketCommand({ Bucket: "js-artifacts" }));
    for (const [uri, key] of [["src/", "src.zip"], ["receipt/", "receipt.zip"], ["quote/build/", "quote.zip"]]) {
      const Body = readFileSync(`${app}/${key}`);
      await s3.send(new PutObjectCommand({ Bucket: "js-artifacts", Key: key, Body }));
      const { Body: read } = await s3.send(new GetObjectCommand({ Bucket: "js-artifacts", Key: key }));
      assert.deepStrictEqual(Buffer.from(await read.transformToByteArray()), Body);
      template = template.replaceAll(`CodeUri: ${uri}`, `CodeUri: s3://js-artifacts/${key}`);
    }
  });
  await story("create", async () => {
    await cloud.send(new CreateStackCommand({ StackName: "by-js", TemplateBody: template, Capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"] }));
    await waitUntilStackCreateComplete(patience, { StackName: "by-js" });
    found = await outputs();
  });
  await story("requests", async () => {
    const order = curl(found.ApiUrl, "POST", { item: "tea", quantity: 2 });
    assert.deepStrictEqual(curl(`${found.ApiUrl}/${order.id}`), order);
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: found.TableName, Key: { id: { S: order.id } } }));
    assert.strictEqual(Item.quantity.N, "2");
  });
  await story("invoke", async () => {
    const { Payload, LogResult, StatusCode } = await lambda.send(
      new InvokeCommand({ FunctionName: found.CreateOrderFunction, LogType: "Tail", Payload: JSON.stringify({ body: '{"item": "cup"}' }) }),
    );
    assert.strictEqual(StatusCode, 200);
    assert.strictEqual(JSON.parse(Buffer.from(Payload).toString()).statusCode, 201);
    assert.match(Buffer.from(LogResult, "base64").toString(), /REPORT RequestId/);
  });
  await story("update", async () => {
    await cloud.send(new UpdateStackCommand({ StackName: "by-js", TemplateBody: `${template}  Added:\n    Value: more\n`,
      Capabilities: ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"] }));
    await waitUntilStackUpdateComplete(patience, { StackName: "by-js" });
    assert.strictEqual((await outputs()).Added, "more");
  });
  await story("delete", async () => {
    await cloud.send(new DeleteStackCommand({ StackName: "by-js" }));
    await waitUntilStackDeleteComplete(patience, { StackName: "by-js" });
    const { TableNames } = await dynamodb.send(new ListTablesCommand({}));
    assert.deepStrictEqual(TableNames, []);
  });
  process.exit(failed ? 1 : 0);
}

main();
