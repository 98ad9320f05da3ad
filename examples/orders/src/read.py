"""GET /orders and GET /orders/{id}."""
from shared import answer, table


def get(event, context):
    order = table.get_item(Key={"id": event["pathParameters"]["id"]}).get("Item")
    return answer(200, order) if order else answer(404, {"message": "There is no such order"})


def list_all(event, context):
    found, start = [], None
    while True:
        page = table.scan(**({"ExclusiveStartKey": start} if start else {}))
        found += page["Items"]
        start = page.get("LastEvaluatedKey")
        if not start:
            break
    return answer(200, {"orders": sorted(found, key=lambda order: order["created"])})
