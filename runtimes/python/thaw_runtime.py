"""The runtime client of Python functions: takes events from the platform, calls the handler, answers.

It speaks frames over descriptor 3 (see src/env/channel.h for their layout) and writes logs to descriptor 1, where a
record of several lines is wrapped so that it stays one log event. Its words, formats and error documents are those of
Lambda's Python runtime. The same module runs after exec (bootstrap.py) and in a fork of the zygote (zygote.py).
"""

import importlib
import json
import logging
import os
import socket
import struct
import sys
import time
import traceback

START, INVOKE = 1, 2
PARKED, READY, INIT_ERROR, RESPONSE, ERROR = 10, 11, 12, 13, 14

_HEAD = struct.Struct("<IB3xI")  # bytes of meta and payload together, type, bytes of meta


class Channel:
    def __init__(self, sock):
        self.sock = sock
        self.rest = b""

    def receive(self):
        """(type, meta, payload), or None when the platform is gone."""
        data = self.rest
        recv = self.sock.recv
        while len(data) < 12:
            more = recv(16384)
            if not more:
                return None
            data = data + more if data else more
        size, kind, meta_size = _HEAD.unpack_from(data)
        end = 12 + size
        if len(data) < end:
            parts, have = [data], len(data)
            while have < end:
                more = recv(min(end - have, 1 << 20))
                if not more:
                    return None
                parts.append(more)
                have += len(more)
            data = b"".join(parts)
        self.rest = data[end:]
        return kind, data[12 : 12 + meta_size], data[12 + meta_size : end]

    def send(self, kind, payload=b"", meta=b""):
        self.sock.sendall(_HEAD.pack(len(meta) + len(payload), kind, len(meta)) + meta + payload)


def write_record(text):
    """One log event, however many lines."""
    data = text.encode("utf-8", "backslashreplace")
    sys.stdout.flush()
    record = b"\x00\x01" + struct.pack("<I", len(data)) + data
    while record:
        record = record[os.write(1, record) :]


class FaultException(Exception):
    def __init__(self, kind, message, trace=None):
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.trace = trace or []


class _State:
    request_id = None
    json_logs = False


# ---- logging -------------------------------------------------------------------------------------------------------

_RECORD_FIELDS = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "aws_request_id", "tenant_id"}


class _Handler(logging.Handler):
    def emit(self, record):
        try:
            write_record(self.format(record))
        except Exception:
            self.handleError(record)


class _RequestFilter(logging.Filter):
    def filter(self, record):
        record.aws_request_id = _State.request_id or ""
        return True


class _JsonFormatter(logging.Formatter):
    def format(self, record):
        out = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
        }
        if record.exc_info:
            kind, value, tb = record.exc_info
            out["stackTrace"] = [line.rstrip("\n") for line in traceback.format_tb(tb)]
            out["errorType"] = kind.__name__ if kind else None
            out["errorMessage"] = str(value)
            out["location"] = f"{record.pathname}:{record.funcName}:{record.lineno}"
        if _State.request_id:
            out["requestId"] = _State.request_id
        for key, value in record.__dict__.items():
            if key not in _RECORD_FIELDS and key not in out:
                out[key] = value
        return json.dumps(out, ensure_ascii=False, default=str)


def set_up_logging(environ):
    _State.json_logs = environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"
    root = logging.getLogger()
    for handler in list(root.handlers):
        root.removeHandler(handler)
    handler = _Handler()
    if _State.json_logs:
        handler.setFormatter(_JsonFormatter())
        level = environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
        root.setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level) or "INFO")
    else:
        formatter = logging.Formatter(
            "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n", "%Y-%m-%dT%H:%M:%S"
        )
        formatter.converter = time.gmtime
        handler.setFormatter(formatter)
        root.setLevel(logging.WARNING)
    handler.addFilter(_RequestFilter())
    root.addHandler(handler)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)


# ---- errors --------------------------------------------------------------------------------------------------------


def _error_document(message, kind, trace, request_id):
    return {"errorMessage": message, "errorType": kind, "requestId": request_id, "stackTrace": trace}


def _error_of_exception(request_id):
    kind, value, tb = sys.exc_info()
    if isinstance(value, FaultException):
        return _error_document(value.message, value.kind, value.trace, request_id)
    frames = traceback.extract_tb(tb)
    while frames and frames[0].filename == __file__:
        frames = frames[1:]
    # The import machinery between us and the function's module tells its author nothing.
    frames = [f for f in frames if not f.filename.startswith("<frozen importlib") and f.filename != importlib.__file__]
    return _error_document(str(value), kind.__name__, traceback.format_list(frames), request_id)


def log_error(document):
    if _State.json_logs:
        out = {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
            "log_level": "ERROR",
            "errorMessage": document["errorMessage"],
            "errorType": document["errorType"],
            "requestId": document["requestId"],
            "stackTrace": document["stackTrace"],
        }
        write_record(json.dumps(out, ensure_ascii=False))
        return
    lines = [f"[ERROR] {document['errorType']}: {document['errorMessage']}"]
    if document["stackTrace"] is not None:
        lines.append("Traceback (most recent call last):")
        for entry in document["stackTrace"]:
            lines.extend(line for line in entry.split("\n") if line)
    write_record("\n".join(lines))


# ---- context -------------------------------------------------------------------------------------------------------


class CognitoIdentity:
    __slots__ = ["cognito_identity_id", "cognito_identity_pool_id"]

    def __repr__(self):
        return (
            f"CognitoIdentity([cognito_identity_id={self.cognito_identity_id},"
            f"cognito_identity_pool_id={self.cognito_identity_pool_id}])"
        )


class Client:
    __slots__ = ["installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name"]


class ClientContext:
    __slots__ = ["custom", "env", "client"]


def _client_context(text):
    if not text:
        return None
    data = json.loads(text)
    if not isinstance(data, dict):
        return None
    context = ClientContext()
    context.custom = data.get("custom")
    context.env = data.get("env")
    context.client = None
    client = data.get("client")
    if isinstance(client, dict):
        context.client = Client()
        for name in Client.__slots__:
            setattr(context.client, name, client.get(name))
    return context


class LambdaContext:
    def __init__(self, request_id, deadline_ms, arn, client_context, cognito):
        environ = os.environ
        self.aws_request_id = request_id
        self.log_group_name = environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.invoked_function_arn = arn
        self.tenant_id = None
        self.client_context = _client_context(client_context)
        self.identity = CognitoIdentity()
        identity = json.loads(cognito) if cognito else {}
        self.identity.cognito_identity_id = identity.get("cognitoIdentityId")
        self.identity.cognito_identity_pool_id = identity.get("cognitoIdentityPoolId")
        self._epoch_deadline_time_in_ms = deadline_ms

    def get_remaining_time_in_millis(self):
        return max(self._epoch_deadline_time_in_ms - int(time.time() * 1000), 0)

    def log(self, message):
        write_record(str(message))

    def __repr__(self):
        names = (
            "aws_request_id,log_group_name,log_stream_name,function_name,memory_limit_in_mb,function_version,"
            "invoked_function_arn,client_context,identity,tenant_id"
        )
        return "LambdaContext([" + ",".join(f"{n}={getattr(self, n)}" for n in names.split(",")) + "])"


# ---- the handler ---------------------------------------------------------------------------------------------------


def load_handler(name):
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise FaultException("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from None
    try:
        if module_name.split(".")[0] in sys.builtin_module_names:
            raise FaultException(
                "Runtime.ImportModuleError", f"Cannot use built-in module {module_name} as a handler module"
            )
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise FaultException("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from None
    except SyntaxError as error:
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise FaultException(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", trace
        ) from None
    try:
        return getattr(module, function_name)
    except AttributeError:
        raise FaultException(
            "Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        ) from None


def module_path(environ):
    """Lambda's order: the function's code, then layers, then the runtime's own."""
    site = f"/opt/python/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    own = ["/var/task", site, "/opt/python"]
    own += [p for p in environ.get("PYTHONPATH", "").split(":") if p]
    boto3 = environ.get("THAW_PYTHON_FALLBACK", "")
    rest = [p for p in sys.path if p and p not in own and not p.startswith("/var/runtime") and p != boto3]
    sys.path[:] = own + rest + ([boto3] if boto3 else [])


def answer(channel, handler, meta, payload):
    request_id, deadline, arn, trace, client_context, cognito = meta.decode().split("\0")
    _State.request_id = request_id
    if trace:
        os.environ["_X_AMZN_TRACE_ID"] = trace
    elif "_X_AMZN_TRACE_ID" in os.environ:
        del os.environ["_X_AMZN_TRACE_ID"]
    try:
        try:
            event = json.loads(payload)
        except ValueError as error:
            raise FaultException("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None
        context = LambdaContext(request_id, int(deadline), arn, client_context, cognito)
        result = handler(event, context)
        try:
            body = json.dumps(result, ensure_ascii=False).encode("utf-8", "surrogatepass")
        except (TypeError, ValueError, RecursionError) as error:
            raise FaultException("Runtime.MarshalError", f"Unable to marshal response: {error}") from None
    except Exception:
        document = _error_of_exception(request_id)
        log_error(document)
        body = json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace")
        sys.stdout.flush()
        sys.stderr.flush()
        channel.send(ERROR, body, document["errorType"].encode())
        return
    sys.stdout.flush()
    sys.stderr.flush()
    channel.send(RESPONSE, body)


def listen_for_debugger(port):
    try:
        import debugpy
    except ImportError:
        print("THAW_DEBUG_PORT is set, but there is no debugpy in the function's code or layers", file=sys.stderr)
        return
    try:
        debugpy.listen(("127.0.0.1", port))
    except Exception as error:
        print(f"debugpy does not listen: {error}", file=sys.stderr)


def initialise(channel, environ):
    """Loads the handler; answers None after telling the platform why it cannot."""
    module_path(environ)
    set_up_logging(environ)
    if "THAW_DEBUG_LISTEN" in environ:  # set when functions may be debugged
        listen_for_debugger(int(environ["THAW_DEBUG_LISTEN"]))
    try:
        handler = load_handler(environ.get("_HANDLER", ""))
    except Exception:
        document = _error_of_exception("")
        log_error(document)
        channel.send(
            INIT_ERROR, json.dumps(document, ensure_ascii=False).encode("utf-8", "backslashreplace"),
            document["errorType"].encode(),
        )
        return None
    channel.send(READY)
    return handler


def serve(channel, handler):
    while True:
        frame = channel.receive()
        if frame is None:
            return
        kind, meta, payload = frame
        if kind == INVOKE:
            answer(channel, handler, meta, payload)


def open_channel():
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=3)
    os.set_inheritable(3, False)
    return Channel(sock)


def parked(channel):
    """Waits for the function that this process is to run; answers its environment, or None."""
    channel.send(PARKED)
    frame = channel.receive()
    if frame is None or frame[0] != START:
        return None
    os.environ.clear()
    for item in frame[1].decode("utf-8", "surrogateescape").split("\0"):
        name, _, value = item.partition("=")
        os.environ[name] = value
    time.tzset()
    os.chdir("/var/task")  # what was there before was covered by the function's code
    sys.path_importer_cache.clear()
    return os.environ


def prime():
    """Runs a dummy function once or twice, so that the pages which a real one needs are this process's own."""
    ours, theirs = socket.socketpair()
    log = os.dup(1), os.dup(2)
    null = os.open("/dev/null", os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    environ, path = dict(os.environ), list(sys.path)
    platform = Channel(theirs)
    meta = b"00000000-0000-0000-0000-000000000000\x000\0arn:aws:lambda:us-east-1:000000000000:function:x\0Root=1\0\0"
    for _ in range(2):
        platform.send(INVOKE, b'{"key":"value","list":[1,2.5,null,true]}', meta)
    theirs.shutdown(socket.SHUT_WR)
    channel = Channel(ours)
    handler = initialise(channel, {"_HANDLER": "thaw_prime.handler", "PYTHONPATH": os.path.dirname(__file__)})
    serve(channel, handler)
    platform.receive()
    ours.close()
    theirs.close()
    for target, kept in zip((1, 2), log):
        os.dup2(kept, target)
        os.close(kept)
    os.close(null)
    sys.modules.pop("thaw_prime", None)
    sys.path[:] = path
    os.environ.clear()
    os.environ.update(environ)
    _State.request_id = None


def run(channel, environ):
    handler = initialise(channel, environ)
    if handler is None:
        sys.exit(1)
    serve(channel, handler)
