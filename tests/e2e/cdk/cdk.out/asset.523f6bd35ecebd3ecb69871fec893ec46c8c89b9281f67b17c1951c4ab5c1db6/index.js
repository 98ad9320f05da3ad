const { DynamoDBClient, PutItemCommand } = require("@aws-sdk/client-dynamodb");

const client = new DynamoDBClient({});

exports.handler = async (event) => {
  const { id } = JSON.parse(event.body);
  await client.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item: { id: { S: id } } }));
  return { statusCode: 201, body: JSON.stringify({ id }) };
};
