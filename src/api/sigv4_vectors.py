#!/usr/bin/env python3
"""Writes sigv4_vectors.h: requests as botocore signs them, for sigv4_test.cc. Run again only to add cases."""
import datetime
import json
import os
import time

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from urllib.parse import urlsplit

NOW = datetime.datetime(2026, 11, 24, 11, 18, 32)
botocore.auth.get_current_datetime = lambda remove_tzinfo=True: NOW
SECONDS = NOW.replace(tzinfo=datetime.timezone.utc).timestamp()
botocore.auth.time = type("T", (), {"time": staticmethod(lambda: SECONDS), "gmtime": time.gmtime,
                                    "strftime": time.strftime})
KEY, SECRET, TOKEN = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "FwoGZXIvYXdzEBc+/=token"
E = "http://localhost:4566"

CASES = [
    ("json post", "v4", "dynamodb", "POST", E + "/", {"X-Amz-Target": "DynamoDB_20120810.ListTables",
     "Content-Type": "application/x-amz-json-1.0"}, "{}", None),
    ("json post with token", "v4", "dynamodb", "POST", E + "/", {"Content-Type": "application/x-amz-json-1.0"}, "{}",
     TOKEN),
    ("query form", "v4", "iam", "POST", E + "/", {"Content-Type": "application/x-www-form-urlencoded"},
     "Action=ListUsers&Version=2010-05-08", None),
    ("encoded label", "v4", "lambda", "GET",
     E + "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A000000000000%3Afunction%3Af/configuration"
     "?Qualifier=%24LATEST", {}, "", None),
    ("dots and slashes", "v4", "execute-api", "GET", E + "//a/./b/../c//d/?z=1&a=2&a=1&empty&sp=a%20b", {}, "", None),
    ("spaces in headers", "v4", "lambda", "GET", E + "/x", {"X-My": "  a   b  c "}, "", None),
    ("s3 get", "s3v4", "s3", "GET", E + "/bucket/a%20b/%C3%BC/..//x%2Bz~?versionId=1&uploads", {}, "", None),
    ("s3 put", "s3v4", "s3", "PUT", E + "/bucket/k", {"x-amz-meta-a": "1  2", "Content-MD5": "x"}, "hello", TOKEN),
    ("s3 presigned", "s3v4-query", "s3", "GET", E + "/bucket/a%20b?response-content-type=text%2Fplain", {}, "", None),
    ("s3 presigned put with token", "s3v4-query", "s3", "PUT", E + "/bucket/k", {"x-amz-meta-a": "b"}, "", TOKEN),
    ("sts presigned", "v4-query", "sts", "GET", E + "/?Action=GetCallerIdentity&Version=2011-06-15", {}, "", None),
    ("s3 version 2 presigned", "s3-query", "s3", "GET", 
     E + "/bucket/a%20b?response-content-type=text%2Fplain&x=1", {}, "", None),
    ("s3 version 2 presigned put", "s3-query", "s3", "PUT", E + "/bucket/k?versionId=3",
     {"content-type": "text/plain", "x-amz-meta-a": "b"}, "", TOKEN),
]


def run():
    signers = botocore.auth.AUTH_TYPE_MAPS
    out = []
    for name, kind, service, method, url, headers, body, token in CASES:
        credentials = Credentials(KEY, SECRET, token)
        request = AWSRequest(method=method, url=url, headers=dict(headers), data=body)
        request.context["payload_signing_enabled"] = True
        request.context["client_config"] = None
        signer = signers[kind]
        if kind == "s3-query":
            signer = signer(credentials, expires=600)
        elif kind.endswith("query"):
            signer = signer(credentials, service, "us-east-1", expires=600)
        else:
            signer = signer(credentials, service, "us-east-1")
        signer.add_auth(request)
        parts = urlsplit(request.url)
        sent = [[k, v] for k, v in request.headers.items()]
        if not any(k.lower() == "host" for k, _ in sent):
            sent.append(["Host", parts.netloc])
        out.append({"name": name, "service": service, "method": method, "path": parts.path, "query": parts.query,
                    "headers": sent, "body": body, "token": token or ""})
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sigv4_vectors.h")
    with open(path, "w") as f:
        f.write("// Made by sigv4_vectors.py: requests signed by botocore at 2026-11-24T11:18:32Z.\n#pragma once\n\n")
        f.write("inline constexpr const char* kSignedByBotocore = R\"json([\n")
        f.write(",\n".join(json.dumps(case) for case in out))
        f.write("\n])json\";\n")


run()
