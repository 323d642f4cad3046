"""moto behind a check of every signature, payload hash and Content-MD5: PORT ACCESS_KEY SECRET_KEY.

moto's own check works on decoded URLs. This one takes the request as it was sent apart and lets botocore put it
together and sign it again, so that what the client encoded and sorted is compared with what AWS's own code makes of it.
"""

import base64
import hashlib
import io
import sys
from urllib.parse import parse_qsl, quote, unquote

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple


def fault_of(environ, body, access_key, secret_key):
    """The S3 error code of what is wrong with a request; nothing if all is right."""
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    for name in ("content-type", "content-length"):
        headers[name] = environ.get(name.replace("-", "_").upper(), "")
    scheme, _, fields = headers.get("authorization", "").partition(" ")
    if scheme != "AWS4-HMAC-SHA256":
        return "AccessDenied"
    fields = dict(field.strip().split("=", 1) for field in fields.split(","))
    key, _date, region, service, _end = fields["Credential"].split("/")
    if key != access_key:
        return "InvalidAccessKeyId"
    payload = headers["x-amz-content-sha256"]
    if payload not in ("UNSIGNED-PAYLOAD", hashlib.sha256(body).hexdigest()):
        return "XAmzContentSHA256Mismatch"
    if "content-md5" in headers and base64.b64decode(headers["content-md5"]) != hashlib.md5(body).digest():
        return "BadDigest"
    signed = fields["SignedHeaders"].split(";")
    if "host" not in signed or any(name.startswith("x-amz-") and name not in signed for name in headers):
        return "AccessDenied"

    path, _, query = environ["RAW_URI"].partition("?")
    request = AWSRequest(method=environ["REQUEST_METHOD"],
                         url=f"http://{headers['host']}" + quote(unquote(path), safe="/~"),
                         params=dict(parse_qsl(query, keep_blank_values=True)),
                         headers={name: headers.get(name, "") for name in signed})
    request.context["timestamp"] = headers["x-amz-date"]
    auth = S3SigV4Auth(Credentials(access_key, secret_key), service, region)
    signature = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
    return None if signature == fields["Signature"] else "SignatureDoesNotMatch"


def verifying(application, access_key, secret_key):
    def serve(environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        fault = fault_of(environ, body, access_key, secret_key)
        if fault is None:
            return application(environ, start_response)
        status = "400 Bad Request" if fault in ("BadDigest", "XAmzContentSHA256Mismatch") else "403 Forbidden"
        answer = f"<Error><Code>{fault}</Code><Message>refused by the check</Message></Error>".encode()
        start_response(status, [("Content-Type", "application/xml"), ("Content-Length", str(len(answer)))])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer]
    return serve


if __name__ == "__main__":
    moto = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", int(sys.argv[1]), verifying(moto, sys.argv[2], sys.argv[3]), threaded=True)
