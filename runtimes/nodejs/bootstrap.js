// The runtime client of Node functions: takes events from the platform, calls the handler, answers.
//
// It speaks frames over descriptor 3 (see src/env/channel.h for their layout) and writes logs to descriptor 1, where a
// record of several lines is wrapped so that it stays one log event. Its words, formats and error documents are those
// of Lambda's Node runtime. With --park it waits for the function that it is to run.
'use strict';
const fs = require('fs');
const net = require('net');
const path = require('path');
const util = require('util');
const { pathToFileURL } = require('url');

const START = 1, INVOKE = 2;
const PARKED = 10, READY = 11, INIT_ERROR = 12, RESPONSE = 13, ERROR = 14;

// ---- channel --------------------------------------------------------------------------------------------------------

class Channel {
  constructor(onFrame) {
    this.socket = new net.Socket({ fd: 3, readable: true, writable: true });
    this.pending = null;
    this.onFrame = onFrame;
    this.socket.on('data', (data) => this.receive(data));
    this.socket.on('end', () => process.exit(0));
    this.socket.on('error', () => process.exit(0));
  }
  receive(data) {
    if (this.pending) {
      this.pending.push(data);
      this.have += data.length;
      if (this.have < this.want) return;
      data = Buffer.concat(this.pending);
      this.pending = null;
    }
    while (data.length >= 12) {
      const end = 12 + data.readUInt32LE(0);
      if (data.length < end) break;
      const meta = 12 + data.readUInt32LE(8);
      this.onFrame(data[4], data.toString('utf8', 12, meta), data.subarray(meta, end));
      data = data.subarray(end);
    }
    if (data.length > 0) {
      this.pending = [data];
      this.have = data.length;
      this.want = data.length >= 12 ? 12 + data.readUInt32LE(0) : 12;
    }
  }
  send(kind, payload = '', meta = '', sent) {
    const head = 12 + Buffer.byteLength(meta);
    const size = Buffer.byteLength(payload);
    const frame = Buffer.allocUnsafe(head + size);
    frame.writeUInt32LE(head - 12 + size, 0);
    frame.writeUInt32LE(kind, 4);
    frame.writeUInt32LE(head - 12, 8);
    frame.write(meta, 12);
    frame.write(payload, head);
    this.socket.write(frame, sent);
  }
  // For the last words before exit: bypasses the event loop.
  sendNow(kind, payload, meta) {
    const metaBytes = Buffer.from(meta), body = Buffer.from(payload), head = Buffer.alloc(12);
    head.writeUInt32LE(metaBytes.length + body.length, 0);
    head.writeUInt32LE(kind, 4);
    head.writeUInt32LE(metaBytes.length, 8);
    writeAll(3, Buffer.concat([head, metaBytes, body]));
  }
}

function writeAll(fd, data) {
  let at = 0;
  while (at < data.length) {
    try {
      at += fs.writeSync(fd, data, at);
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
    }
  }
}

// ---- logging --------------------------------------------------------------------------------------------------------

let requestId;
const LEVELS = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 };
let jsonLogs = false;
let levelMin = 0;

function writeRecord(text) {
  const data = Buffer.from(text, 'utf8');
  if (data.includes(10)) {
    const head = Buffer.from([0, 1, 0, 0, 0, 0]);
    head.writeUInt32LE(data.length, 2);
    writeAll(1, Buffer.concat([head, data]));
  } else {
    writeAll(1, Buffer.concat([data, Buffer.from('\n')]));
  }
}

function errorFields(error) {
  return {
    errorType: error && error.name ? error.name : 'UnknownError',
    errorMessage: error && error.message !== undefined ? error.message : String(error),
    stackTrace: error && typeof error.stack === 'string' ? error.stack.split('\n').slice(1) : [],
  };
}

function logAt(level, args) {
  if (LEVELS[level] < levelMin) return;
  const time = new Date().toISOString();
  if (!jsonLogs) {
    writeRecord(`${time}\t${requestId}\t${level}\t${util.format(...args)}`);
    return;
  }
  const out = { timestamp: time, level, requestId };
  const error = args.find((a) => a instanceof Error);
  try {
    if (args.length === 1 && typeof args[0] === 'object' && args[0] !== null && !error) out.message = args[0];
    else out.message = util.format(...args);
    if (error) Object.assign(out, errorFields(error));
    writeRecord(JSON.stringify(out));
  } catch {
    out.message = util.format(...args);
    writeRecord(JSON.stringify(out));
  }
}

function patchConsole() {
  jsonLogs = (process.env.AWS_LAMBDA_LOG_FORMAT || '').toUpperCase() === 'JSON';
  levelMin = jsonLogs ? LEVELS[(process.env.AWS_LAMBDA_LOG_LEVEL || 'INFO').toUpperCase()] || 0 : 0;
  const make = (level) => (...args) => logAt(level, args);
  console.log = make('INFO');
  console.info = make('INFO');
  console.warn = make('WARN');
  console.error = make('ERROR');
  console.debug = make('DEBUG');
  console.trace = make('TRACE');
  console.fatal = make('FATAL');
}

// ---- errors ---------------------------------------------------------------------------------------------------------

function isError(value) {
  return util.types.isNativeError(value) ||
    (value && value.name && value.message && value.stack) !== undefined && Boolean(value && value.stack);
}

function errorDocument(error) {
  try {
    if (isError(error)) {
      return {
        errorType: (error.name || 'Error').replaceAll('\x7F', '%7F'),
        errorMessage: (error.message || '').replaceAll('\x7F', '%7F'),
        trace: String(error.stack).replaceAll('\x7F', '%7F').split('\n'),
      };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return { errorType: 'handled', errorMessage: 'callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack', trace: [] };
  }
}

function logError(words, error) {
  const document = errorDocument(error);
  if (jsonLogs) {
    writeRecord(JSON.stringify({
      timestamp: new Date().toISOString(), level: 'ERROR', requestId,
      message: { errorType: document.errorType, errorMessage: document.errorMessage, stackTrace: document.trace.slice(1) },
    }));
    return;
  }
  const { trace, ...shown } = document;
  const own = isError(error) ? Object.fromEntries(Object.entries(error).filter(([, v]) => typeof v !== 'function')) : {};
  let text;
  try {
    text = JSON.stringify({ ...shown, ...own, stack: trace });
  } catch {
    text = JSON.stringify({ ...shown, stack: trace });
  }
  writeRecord(`${new Date().toISOString()}\t${requestId}\tERROR\t${words}\t${text}`);
}

class Fault extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

// ---- the handler ----------------------------------------------------------------------------------------------------

async function importFile(file) {
  return import(pathToFileURL(file).href);
}

function isModulePackage(file) {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const description = path.join(folder, 'package.json');
    if (fs.existsSync(description)) {
      try {
        return JSON.parse(fs.readFileSync(description, 'utf8')).type === 'module';
      } catch {
        return false;
      }
    }
    if (folder === path.dirname(folder)) return false;
  }
}

async function loadModule(root, folder, name) {
  const stem = path.resolve(root, folder, name);
  if (fs.existsSync(stem) && fs.statSync(stem).isFile()) return require(stem);
  if (fs.existsSync(stem + '.js')) return isModulePackage(stem) ? importFile(stem + '.js') : require(stem + '.js');
  if (fs.existsSync(stem + '.mjs')) return importFile(stem + '.mjs');
  if (fs.existsSync(stem + '.cjs')) return require(stem + '.cjs');
  return require(require.resolve(folder ? path.join(folder, name) : name, { paths: [root, path.join(root, folder)] }));
}

async function loadHandler(root, text) {
  if (text.includes('..')) {
    throw new Fault('Runtime.MalformedHandlerName', `'${text}' is not a valid handler name. Use absolute paths when specifying root directories in handler names.`);
  }
  const base = path.basename(text);
  const folder = text.slice(0, text.length - base.length);
  const match = /^([^.]*)\.(.*)$/.exec(base);
  if (!match || !match[2]) throw new Fault('Runtime.MalformedHandlerName', 'Bad handler');
  let loaded;
  try {
    loaded = await loadModule(root, folder, match[1]);
  } catch (error) {
    if (error instanceof SyntaxError) {
      const fault = new Fault('Runtime.UserCodeSyntaxError', String(error));
      fault.stack = error.stack;
      throw fault;
    }
    if (error && (error.code === 'MODULE_NOT_FOUND' || error.code === 'ERR_MODULE_NOT_FOUND')) {
      throw new Fault('Runtime.ImportModuleError', String(error));
    }
    throw error;
  }
  const find = (from) => match[2].split('.').reduce((at, part) => (at === undefined || at === null ? at : at[part]), from);
  const handler = find(loaded) ?? (loaded && loaded.default ? find(loaded.default) : undefined);
  if (handler === undefined || handler === null) throw new Fault('Runtime.HandlerNotFound', `${text} is undefined or not exported`);
  if (typeof handler !== 'function') throw new Fault('Runtime.HandlerNotFound', `${text} is not a function`);
  return handler;
}

// ---- invocations ----------------------------------------------------------------------------------------------------

let channel;
let handler;
let current = null; // the invocation under way

function finish(invocation, kind, payload, meta) {
  if (current !== invocation) return;
  current = null;
  channel.socket.ref(); // waiting for the next event keeps the process alive
  channel.send(kind, payload, meta);
}

function fail(invocation, error) {
  if (current !== invocation) return;
  logError('Invoke Error ', error);
  const document = errorDocument(error);
  finish(invocation, ERROR, JSON.stringify(document), document.errorType);
}

function succeed(invocation, result) {
  if (current !== invocation) return;
  let text;
  try {
    text = JSON.stringify(result === undefined ? null : result);
    if (text === undefined) text = 'null';
  } catch (error) {
    fail(invocation, new Fault('Runtime.MarshalError', `Unable to stringify response body: ${error.message}`));
    return;
  }
  finish(invocation, RESPONSE, text);
}

function makeContext(invocation, meta) {
  const [id, deadline, arn, , clientContext, cognito] = meta;
  const settle = (error, result) => {
    if (invocation.settled) return;
    invocation.settled = true;
    invocation.error = error;
    invocation.result = result;
    // Node calls 'beforeExit' when nothing is left to wait for.
    if (!invocation.waits) settleNow(invocation);
  };
  const parse = (text) => {
    try {
      return text ? JSON.parse(text) : undefined;
    } catch {
      return undefined;
    }
  };
  const context = {
    get callbackWaitsForEmptyEventLoop() { return invocation.waits; },
    set callbackWaitsForEmptyEventLoop(value) { invocation.waits = Boolean(value); },
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parse(clientContext),
    identity: parse(cognito),
    invokedFunctionArn: arn,
    awsRequestId: id,
    getRemainingTimeInMillis: () => Math.max(Number(deadline) - Date.now(), 0),
    succeed: (result) => { invocation.waits = false; settle(null, result); },
    fail: (error) => { invocation.waits = false; settle(error ?? 'handled'); },
    done: (error, result) => { invocation.waits = false; settle(error, result); },
  };
  return { context, settle };
}

function settleNow(invocation) {
  if (invocation.error !== undefined && invocation.error !== null) fail(invocation, invocation.error);
  else succeed(invocation, invocation.result);
}

function invoke(metaText, payload) {
  const meta = metaText.split('\0');
  const invocation = { settled: false, waits: true };
  current = invocation;
  requestId = meta[0];
  if (meta[3]) process.env._X_AMZN_TRACE_ID = meta[3];
  else delete process.env._X_AMZN_TRACE_ID;
  channel.socket.unref(); // only what the handler waits for counts now
  let event;
  try {
    event = JSON.parse(payload.toString('utf8'));
  } catch (error) {
    fail(invocation, new Fault('Runtime.UnmarshalError', `Unable to unmarshal input: ${error.message}`));
    return;
  }
  const { context, settle } = makeContext(invocation, meta);
  let result;
  try {
    result = handler(event, context, (error, value) => settle(error, value));
  } catch (error) {
    fail(invocation, error);
    return;
  }
  if (result && typeof result.then === 'function') {
    result.then((value) => succeed(invocation, value), (error) => fail(invocation, error));
  }
}

// Nothing is left to wait for: the callback's answer goes out now, or null when there is none.
process.on('beforeExit', () => {
  if (!current) return;
  if (current.settled) settleNow(current);
  else succeed(current, null);
});

function lastWords(words, error, status) {
  logError(words, error);
  const document = errorDocument(error);
  if (channel) channel.sendNow(handler ? ERROR : INIT_ERROR, JSON.stringify(document), document.errorType);
  process.exit(status);
}
process.on('uncaughtException', (error) => lastWords('Uncaught Exception ', error, 129));
process.on('unhandledRejection', (reason) => {
  const fault = new Fault('Runtime.UnhandledPromiseRejection', reason instanceof Error ? String(reason) : String(reason));
  fault.reason = reason;
  lastWords('Unhandled Promise Rejection ', fault, 128);
});

async function initialise() {
  patchConsole();
  const debugPort = Number(process.env.THAW_DEBUG_LISTEN); // set when functions may be debugged
  if (debugPort) require('inspector').open(debugPort, '127.0.0.1');
  try {
    handler = await loadHandler(process.env.LAMBDA_TASK_ROOT || '/var/task', process.env._HANDLER || '');
  } catch (error) {
    lastWords('Uncaught Exception ', error, 129);
    return;
  }
  channel.send(READY);
}

function start(environment) {
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const item of environment.split('\0')) {
    const at = item.indexOf('=');
    process.env[item.slice(0, at)] = item.slice(at + 1);
  }
  process.chdir('/var/task'); // what was there before was covered by the function's code
  // Lambda lets the heap grow to most of the memory; V8 by itself would look at the host's.
  const memory = Number(process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE);
  if (memory > 0) require('v8').setFlagsFromString(`--max-old-space-size=${Math.floor(memory * 0.9)}`);
  require('module').Module._initPaths(); // NODE_PATH may have changed
  initialise();
}

channel = new Channel((kind, meta, payload) => {
  if (kind === INVOKE) invoke(meta, payload);
  else if (kind === START) start(meta);
});
if (process.argv.includes('--park')) channel.send(PARKED);
else initialise();
