"""What the functions of orders share: the table, made once per environment, and answers as API Gateway wants them."""
import decimal
import json
import os

import boto3

dynamodb = boto3.resource("dynamodb")  # once, when the environment starts
table = dynamodb.Table(os.environ["TABLE_NAME"])  # reused by every invocation


def _plain(value):
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(type(value).__name__)


def answer(status, body):
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json"},
        "body": json.dumps(body, default=_plain),
    }
