"""The dummy function that a forked child runs before it parks: it touches the pages that a real one will need."""

import json
import logging


def handler(event, context):
    logging.getLogger().info("primed %s", context.aws_request_id)
    return json.loads(json.dumps({"event": event, "left": context.get_remaining_time_in_millis()}))
