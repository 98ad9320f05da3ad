const cdk = require("aws-cdk-lib");
const apigateway = require("aws-cdk-lib/aws-apigateway");
const dynamodb = require("aws-cdk-lib/aws-dynamodb");
const lambda = require("aws-cdk-lib/aws-lambda");

class Orders extends cdk.Stack {
  constructor(scope, id, props) {
    super(scope, id, props);
    const ordersTable = new dynamodb.Table(this, "Orders", {
      partitionKey: { name: "id", type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      removalPolicy: cdk.RemovalPolicy.DESTROY,
    });
    const orderFn = new lambda.Function(this, "OrderFunction", {
      runtime: lambda.Runtime.NODEJS_20_X,
      handler: "index.handler",
      code: lambda.Code.fromAsset("lambda/"),
      environment: { TABLE_NAME: ordersTable.tableName },
    });
    ordersTable.grantReadWriteData(orderFn);
    const api = new apigateway.RestApi(this, "OrdersApi");
    api.root.addResource("orders").addMethod("POST", new apigateway.LambdaIntegration(orderFn));
  }
}

const app = new cdk.App();
new Orders(app, "CdkOrders", { env: { account: process.env.CDK_DEFAULT_ACCOUNT, region: process.env.CDK_DEFAULT_REGION } });
