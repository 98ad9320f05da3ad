"""POST /orders: {"item": "tea", "quantity": 2} becomes an order."""
import json
import os
import uuid
from datetime import datetime, timezone

from shared import answer, table


def handler(event, context):
    try:
        wanted = json.loads(event.get("body") or "{}")
        item, quantity = str(wanted["item"]), int(wanted.get("quantity", 1))
    except (KeyError, TypeError, ValueError):
        return answer(400, {"message": 'An order is {"item": TEXT, "quantity": NUMBER}'})
    if quantity < 1:
        return answer(400, {"message": "quantity is at least 1"})
    order = {
        "id": str(uuid.uuid4()),
        "item": item,
        "quantity": quantity,
        "currency": os.environ["CURRENCY"],
        "created": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
    }
    table.put_item(Item=order, ConditionExpression="attribute_not_exists(id)")
    print(f"order {order['id']}: {quantity} x {item}")
    return answer(201, order)
