// GET /orders/{id}/receipt: the order as a page.
const { DynamoDBClient, GetItemCommand } = require("@aws-sdk/client-dynamodb");

const client = new DynamoDBClient({}); // once, when the environment starts

const escape = (text) => text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);

exports.handler = async (event) => {
  const id = event.pathParameters.id;
  const { Item: order } = await client.send(
    new GetItemCommand({ TableName: process.env.TABLE_NAME, Key: { id: { S: id } } }),
  );
  if (!order) return { statusCode: 404, body: "There is no such order" };
  console.log(`receipt for ${id}`);
  return {
    statusCode: 200,
    headers: { "Content-Type": "text/html; charset=utf-8" },
    body: `<!doctype html><title>Receipt</title><h1>Receipt</h1><p>${order.quantity.N} × ${escape(order.item.S)}</p>`,
  };
};
