"""Signatures and bodies as AWS's own SDK core (botocore) makes them, against the door with an access key."""

import base64
import hashlib
import hmac
import http.client
import json
import os
import socket
import sys
import unittest
import xml.etree.ElementTree as ElementTree
import zlib
from urllib.parse import urlsplit

from door import Door, skip
from http_answer import Answer

DEBIAN_PYTHON = "/usr/bin/python3"

try:
    import botocore.session
    from botocore.auth import S3SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.config import Config
    from botocore.credentials import Credentials
    from botocore.exceptions import ClientError
except ImportError:
    # Debian's package is for Debian's own Python.
    if sys.executable != DEBIAN_PYTHON and os.path.exists(DEBIAN_PYTHON):
        os.execv(DEBIAN_PYTHON, [DEBIAN_PYTHON, *sys.argv])
    skip("botocore is not there: deploy/install_dependencies.sh installs it")

REGION = "eu-central-1"
ODD_KEYS = ["a b+c&d=e?f#g", "~!*'()-_.", "\u00e9/\u65e5\u672c/\U0001f3b5", "100%25/%2F", 'q"<>&\\', "x/y",
            "spotify_raw_2024-09-11 11:35:15.052966.json"]


def digest(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


class ChunkSigner:
    """aws-chunked framing with signatures, written from the API reference."""

    def __init__(self, secret, request):
        parts = dict(part.split("=", 1) for part in request.headers["Authorization"].split(" ", 1)[1].split(", "))
        self.scope = parts["Credential"].split("/", 1)[1]
        self.previous = parts["Signature"]
        self.timestamp = request.headers["X-Amz-Date"]
        key = ("AWS4" + secret).encode()
        for text in self.scope.split("/"):
            key = digest(key, text)
        self.key = key

    def sign(self, kind, *hashes):
        text = "\n".join([f"AWS4-HMAC-SHA256-{kind}", self.timestamp, self.scope, self.previous, *hashes])
        self.previous = hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()
        return self.previous

    def chunk(self, data):
        signature = self.sign("PAYLOAD", hashlib.sha256(b"").hexdigest(), hashlib.sha256(data).hexdigest())
        return b"%x;chunk-signature=%s\r\n" % (len(data), signature.encode()) + (data + b"\r\n" if data else b"")

    def trailer(self, name, value):
        signature = self.sign("TRAILER", hashlib.sha256(f"{name}:{value}\n".encode()).hexdigest())
        return f"{name}:{value}\r\nx-amz-trailer-signature:{signature}\r\n".encode()


class Signatures(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.door = Door().__enter__()
        cls.addClassCleanup(cls.door.close)
        connection = http.client.HTTPConnection("127.0.0.1", cls.door.service.port)
        connection.request("POST", "/v1/keys", json.dumps({"name": "test"}), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        key = json.loads(answer.read())
        connection.close()
        assert answer.status == 201, key
        cls.key_id, cls.secret = key["id"], key["secret"]
        cls.s3 = cls.client()
        cls.s3.create_bucket(Bucket="signed")

    @classmethod
    def client(cls, secret=None, **config):
        config = {"s3": {"addressing_style": "path"}, "retries": {"max_attempts": 0}} | config
        return botocore.session.get_session().create_client(
            "s3", endpoint_url=cls.door.endpoint, region_name=REGION, aws_access_key_id=cls.key_id,
            aws_secret_access_key=secret or cls.secret, config=Config(signature_version="s3v4", **config))

    def fails(self, code, call, **arguments):
        with self.assertRaises(ClientError) as caught:
            call(**arguments)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)
        return caught.exception.response

    def fetch(self, method, url, body=None, headers=None):
        """The request byte for byte, to the host that the URL names."""
        parts = urlsplit(url)
        connection = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=60)
        try:
            target = parts.path + ("?" + parts.query if parts.query else "")
            connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
            fields = {"Host": parts.netloc} | (headers or {})
            if body is not None:
                fields["Content-Length"] = str(len(body))
            for name, value in fields.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(f"{method} {target}", answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def signed(self, key, content_sha256, headers):
        """A PUT that botocore signed with this x-amz-content-sha256."""
        request = AWSRequest("PUT", f"{self.door.endpoint}/signed/{key}", headers=headers)
        request.context["payload_signing_enabled"] = True
        signer = S3SigV4Auth(Credentials(self.key_id, self.secret), "s3", REGION)
        signer.payload = lambda _: content_sha256
        signer.add_auth(request)
        return request

    def put_chunked(self, key, content_sha256, frame, length, headers=None):
        headers = {"Content-Encoding": "aws-chunked", "x-amz-decoded-content-length": str(length)} | (headers or {})
        request = self.signed(key, content_sha256, headers)
        body = frame(ChunkSigner(self.secret, request))
        return self.fetch("PUT", request.url, body, dict(request.headers.items()))

    def test_keys_of_every_kind_are_signed_alike(self):
        for key in ODD_KEYS:
            with self.subTest(key):
                self.s3.put_object(Bucket="signed", Key=key, Body=key.encode(), Metadata={"a": "b   c"})
                self.assertEqual(self.s3.get_object(Bucket="signed", Key=key)["Body"].read(), key.encode())
                listed = self.s3.list_objects_v2(Bucket="signed", Prefix=key)["Contents"]
                self.assertIn(key, [entry["Key"] for entry in listed])

    def test_presigned_requests_are_served(self):
        for key in ODD_KEYS:
            with self.subTest(key):
                put = self.s3.generate_presigned_url("put_object", {"Bucket": "signed", "Key": key}, ExpiresIn=60)
                self.assertEqual(self.fetch("PUT", put, key.encode()).status, 200)
                get = self.s3.generate_presigned_url(
                    "get_object", {"Bucket": "signed", "Key": key, "ResponseContentType": "text/x-a b+c"}, ExpiresIn=60)
                answer = self.fetch("GET", get)
                self.assertEqual((answer.status, answer.body), (200, key.encode()))
                self.assertEqual(self.door.error_of(self.fetch("PUT", get, b"")), "SignatureDoesNotMatch")

    def test_nobody_else_is_served(self):
        anonymous = self.door.send("GET", "/signed")
        self.assertEqual((anonymous.status, self.door.error_of(anonymous)), (403, "AccessDenied"))
        self.fails("SignatureDoesNotMatch", self.client(secret="x" * 40).list_objects_v2, Bucket="signed")
        self.fails("InvalidRequest", botocore.session.get_session().create_client(
            "s3", endpoint_url=self.door.endpoint, region_name=REGION, aws_access_key_id=self.key_id,
            aws_secret_access_key=self.secret,
            config=Config(signature_version="s3", s3={"addressing_style": "path"})).list_objects_v2, Bucket="signed")

    def test_a_wrong_signature_is_explained(self):
        request = self.signed("explained", hashlib.sha256(b"").hexdigest(), {})
        fields = dict(request.headers.items())
        fields["Authorization"] = fields["Authorization"][:-1] + ("0" if fields["Authorization"][-1] != "0" else "1")
        error = ElementTree.fromstring(self.fetch("PUT", request.url, b"", fields).body)
        self.assertEqual(error.findtext("Code"), "SignatureDoesNotMatch")
        self.assertTrue(error.findtext("CanonicalRequest").startswith("PUT\n/signed/explained\n\nhost:127.0.0.1:"))
        self.assertTrue(error.findtext("StringToSign").startswith("AWS4-HMAC-SHA256\n"))

    def test_checksums_of_the_sdk_hold(self):
        for algorithm in ("CRC32", "SHA1", "SHA256"):
            with self.subTest(algorithm):
                put = self.s3.put_object(Bucket="signed", Key="sum", Body=b"content", ChecksumAlgorithm=algorithm)
                head = self.s3.head_object(Bucket="signed", Key="sum", ChecksumMode="ENABLED")
                self.assertEqual(head["Checksum" + algorithm], put["Checksum" + algorithm])
        self.fails("BadDigest", self.s3.put_object, Bucket="signed", Key="bad", Body=b"content", ChecksumCRC32="AAAAAA==")
        self.fails("NoSuchKey", self.s3.get_object, Bucket="signed", Key="bad")

    def test_signed_chunks_are_checked(self):
        data = bytes(range(256)) * 600
        frame = lambda signer: signer.chunk(data[:65536]) + signer.chunk(data[65536:]) + signer.chunk(b"") + b"\r\n"
        kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        self.assertEqual(self.put_chunked("chunks", kind, frame, len(data)).status, 200)
        self.assertEqual(self.s3.get_object(Bucket="signed", Key="chunks")["Body"].read(), data)
        changed = lambda signer: frame(signer).replace(b"\x00\x01\x02", b"\x00\x02\x02", 1)
        answer = self.put_chunked("changed", kind, changed, len(data))
        self.assertEqual(self.door.error_of(answer), "SignatureDoesNotMatch")
        answer = self.put_chunked("short", kind, lambda signer: signer.chunk(data[:65536]) + signer.chunk(b"") + b"\r\n",
                                  len(data))
        self.assertEqual(self.door.error_of(answer), "IncompleteBody")
        for key in ("changed", "short"):
            self.fails("NoSuchKey", self.s3.get_object, Bucket="signed", Key=key)

    def test_trailers_are_checked(self):
        data = b"hello, lake" * 1000
        crc32 = base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()
        name, announced = "x-amz-checksum-crc32", {"x-amz-trailer": "x-amz-checksum-crc32"}
        kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
        frame = lambda signer: signer.chunk(data) + signer.chunk(b"") + signer.trailer(name, crc32) + b"\r\n"
        self.assertEqual(self.put_chunked("trailer", kind, frame, len(data), announced).status, 200)
        forged = lambda signer: frame(signer).replace(crc32.encode(), b"AAAAAA==")
        self.assertEqual(self.door.error_of(self.put_chunked("forged", kind, forged, len(data), announced)),
                         "SignatureDoesNotMatch")
        kind = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        plain = lambda value: lambda _: b"%x\r\n%s\r\n0\r\n%s:%s\r\n\r\n" % (len(data), data, name.encode(), value.encode())
        self.assertEqual(self.put_chunked("unsigned", kind, plain(crc32), len(data), announced).status, 200)
        self.assertEqual(self.s3.get_object(Bucket="signed", Key="unsigned")["Body"].read(), data)
        self.assertEqual(self.door.error_of(self.put_chunked("wrong", kind, plain("AAAAAA=="), len(data), announced)),
                         "BadDigest")

    def test_the_body_is_asked_for_before_it_is_sent(self):
        data = b"x" * 1000
        request = self.signed("expected", hashlib.sha256(data).hexdigest(), {})
        fields = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
        head = (f"PUT {urlsplit(request.url).path} HTTP/1.1\r\nHost: 127.0.0.1:{self.door.port}\r\n{fields}"
                f"Content-Length: {len(data)}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n").encode()
        with socket.create_connection(("127.0.0.1", self.door.port), timeout=30) as client:
            client.sendall(head)
            self.assertEqual(client.recv(1000), b"HTTP/1.1 100 Continue\r\n\r\n")
            client.sendall(data)
            self.assertTrue(client.recv(1000).startswith(b"HTTP/1.1 200 OK\r\n"))
        refused = head.replace(b"Signature=", b"Signature=0")
        with socket.create_connection(("127.0.0.1", self.door.port), timeout=30) as client:
            client.sendall(refused)
            self.assertTrue(client.recv(1000).startswith(b"HTTP/1.1 400 "))

    def test_buckets_may_stand_in_the_host(self):
        request = AWSRequest("GET", f"http://signed.localhost:{self.door.port}/?list-type=2")
        S3SigV4Auth(Credentials(self.key_id, self.secret), "s3", REGION).add_auth(request)
        answer = self.fetch("GET", request.url, headers=dict(request.headers.items()))
        self.assertEqual((answer.status, b"<Name>signed</Name>" in answer.body), (200, True))


if __name__ == "__main__":
    unittest.main()
