"""Everything boto3 does against the door. `--sdk debian` or `--sdk current` says whose boto3: Debian's, which signs
bodies whole, or today's from PyPI, which sends CRC trailers. With `--signed` there is an access key, so that the door
checks every signature."""

import sys

from door import run_below_sdk

run_below_sdk()
SIGNED = "--signed" in sys.argv
if SIGNED:
    sys.argv.remove("--signed")

import base64
import hashlib
import io
import json
import unittest
import urllib.request
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from door import Door

MIB = 1 << 20
PART = 5 * MIB
ZERO_CRC32 = base64.b64encode(zlib.crc32(b"hello").to_bytes(4, "big")).decode()
HELLO_SHA256 = base64.b64encode(hashlib.sha256(b"hello").digest()).decode()


class Boto3Test(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.door = Door()
        cls.addClassCleanup(cls.door.close)
        cls.door.start()
        cls.key = cls.door.create_key() if SIGNED else ("tarn", "tarn-secret")
        cls.s3 = cls.client()
        cls.counter = 0

    @classmethod
    def client(cls, **config):
        settings = {"s3": {"addressing_style": "path"}, "retries": {"max_attempts": 1}} | config
        return boto3.client("s3", endpoint_url=cls.door.endpoint, region_name="us-east-1", aws_access_key_id=cls.key[0],
                            aws_secret_access_key=cls.key[1], config=Config(**settings))

    def setUp(self):
        type(self).counter += 1
        self.bucket = f"boto3-{self.counter}"
        self.s3.create_bucket(Bucket=self.bucket)

    def put(self, key, body=b"x", **options):
        return self.s3.put_object(Bucket=self.bucket, Key=key, Body=body, **options)

    def read(self, key, **options):
        return self.s3.get_object(Bucket=self.bucket, Key=key, **options)["Body"].read()

    def assert_fails(self, code, status, call, **arguments):
        with self.assertRaises(ClientError) as raised:
            call(**arguments)
        response = raised.exception.response
        self.assertEqual((code, status), (response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]), response)
        return response

    def keys(self, **options):
        return [o["Key"] for o in self.s3.list_objects_v2(Bucket=self.bucket, **options).get("Contents", [])]


class Buckets(Boto3Test):
    def test_marks_folders_as_consoles_and_hadoop_do(self):
        self.put("empty/folder/", b"")
        self.put("empty/folder/file", b"x")
        self.assertEqual(self.read("empty/folder/"), b"")
        listing = self.s3.list_objects_v2(Bucket=self.bucket, Prefix="empty/folder/", Delimiter="/")
        self.assertEqual([item["Key"] for item in listing["Contents"]], ["empty/folder/", "empty/folder/file"])
        listing = self.s3.list_objects_v2(Bucket=self.bucket, Delimiter="/")
        self.assertEqual([item["Prefix"] for item in listing["CommonPrefixes"]], ["empty/"])
        self.s3.delete_object(Bucket=self.bucket, Key="empty/folder/")
        self.assertEqual(self.read("empty/folder/file"), b"x")

    def test_are_created_listed_found_and_deleted(self):
        listed = self.s3.list_buckets()
        self.assertIn(self.bucket, [bucket["Name"] for bucket in listed["Buckets"]])
        self.assertLess(abs(listed["Buckets"][0]["CreationDate"] - datetime.now(timezone.utc)), timedelta(hours=1))
        self.assertTrue(listed["Owner"]["ID"])
        self.s3.head_bucket(Bucket=self.bucket)
        self.assertIsNone(self.s3.get_bucket_location(Bucket=self.bucket)["LocationConstraint"])
        self.put("a")
        self.assert_fails("BucketNotEmpty", 409, self.s3.delete_bucket, Bucket=self.bucket)
        self.s3.delete_object(Bucket=self.bucket, Key="a")
        self.s3.delete_bucket(Bucket=self.bucket)
        self.assert_fails("404", 404, self.s3.head_bucket, Bucket=self.bucket)
        self.assert_fails("NoSuchBucket", 404, self.s3.list_objects_v2, Bucket=self.bucket)
        self.assert_fails("NoSuchBucket", 404, self.put, key="a")
        self.assert_fails("NoSuchBucket", 404, self.s3.delete_bucket, Bucket=self.bucket)

    def test_exist_once(self):
        self.assert_fails("BucketAlreadyOwnedByYou", 409, self.s3.create_bucket, Bucket=self.bucket)
        self.assert_fails("InvalidBucketName", 400, self.s3.create_bucket, Bucket="No_Good")

    def test_may_be_asked_for_in_a_region(self):
        name = self.bucket + "-eu"
        self.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        self.s3.head_bucket(Bucket=name)

    def test_answer_what_clients_ask_about_them(self):
        acl = self.s3.get_bucket_acl(Bucket=self.bucket)
        self.assertEqual(["FULL_CONTROL"], [grant["Permission"] for grant in acl["Grants"]])
        self.assertEqual("BucketOwner", self.s3.get_bucket_request_payment(Bucket=self.bucket)["Payer"])
        missing = {"get_bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
                   "get_bucket_replication": "ReplicationConfigurationNotFoundError",
                   "get_bucket_policy": "NoSuchBucketPolicy", "get_bucket_cors": "NoSuchCORSConfiguration",
                   "get_bucket_tagging": "NoSuchTagSet",
                   "get_bucket_encryption": "ServerSideEncryptionConfigurationNotFoundError",
                   "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
                   "get_public_access_block": "NoSuchPublicAccessBlockConfiguration",
                   "get_bucket_ownership_controls": "OwnershipControlsNotFoundError",
                   "get_bucket_website": "NoSuchWebsiteConfiguration"}
        for name, code in missing.items():
            with self.subTest(name):
                self.assert_fails(code, 404, getattr(self.s3, name), Bucket=self.bucket)
        for name in ("get_bucket_logging", "get_bucket_versioning", "get_bucket_notification_configuration",
                     "get_bucket_accelerate_configuration"):
            with self.subTest(name):
                getattr(self.s3, name)(Bucket=self.bucket)
        self.assert_fails("NotImplemented", 501, self.s3.get_bucket_inventory_configuration, Bucket=self.bucket, Id="x")


class Objects(Boto3Test):
    def test_come_back_as_they_were_put(self):
        put = self.put("folder/a b+c~é.txt", b"hello", ContentType="text/plain", Metadata={"Colour": "blue", "empty": ""},
                       CacheControl="no-cache", ContentDisposition='attachment; filename="a.txt"', ContentEncoding="gzip",
                       ContentLanguage="en", Expires=datetime(2030, 1, 2, tzinfo=timezone.utc), Tagging="a=1&b=two%20words")
        self.assertEqual('"5d41402abc4b2a76b9719d911017c592"', put["ETag"])
        got = self.s3.get_object(Bucket=self.bucket, Key="folder/a b+c~é.txt")
        self.assertEqual(b"hello", got["Body"].read())
        for answer in (got, self.s3.head_object(Bucket=self.bucket, Key="folder/a b+c~é.txt")):
            self.assertEqual(put["ETag"], answer["ETag"])
            self.assertEqual(5, answer["ContentLength"])
            self.assertEqual("text/plain", answer["ContentType"])
            self.assertEqual({"colour": "blue", "empty": ""}, answer["Metadata"])
            self.assertEqual("no-cache", answer["CacheControl"])
            self.assertEqual('attachment; filename="a.txt"', answer["ContentDisposition"])
            self.assertEqual("gzip", answer["ContentEncoding"])
            self.assertEqual("en", answer["ContentLanguage"])
            self.assertEqual("bytes", answer["AcceptRanges"])
            self.assertLess(abs(answer["LastModified"] - datetime.now(timezone.utc)), timedelta(hours=1))
        self.assertEqual(2, got["TagCount"])
        self.assertEqual(b"hello", (self.door.lake / self.bucket / "folder/a b+c~é.txt").read_bytes())

    def test_are_missing_with_the_right_error(self):
        self.assert_fails("NoSuchKey", 404, self.s3.get_object, Bucket=self.bucket, Key="nothing")
        self.assert_fails("404", 404, self.s3.head_object, Bucket=self.bucket, Key="nothing")
        self.s3.delete_object(Bucket=self.bucket, Key="nothing")

    def test_are_read_in_ranges(self):
        self.put("r", b"0123456789")
        for asked, expected, shown in (("bytes=2-4", b"234", "bytes 2-4/10"), ("bytes=7-", b"789", "bytes 7-9/10"),
                                       ("bytes=-3", b"789", "bytes 7-9/10"), ("bytes=5-100", b"56789", "bytes 5-9/10"),
                                       ("bytes=-100", b"0123456789", "bytes 0-9/10")):
            with self.subTest(asked):
                got = self.s3.get_object(Bucket=self.bucket, Key="r", Range=asked)
                self.assertEqual((expected, shown, 206), (got["Body"].read(), got["ContentRange"],
                                                          got["ResponseMetadata"]["HTTPStatusCode"]))
        self.assertEqual(b"0123456789", self.read("r", Range="bytes=0-1,4-5"))
        self.assertEqual(b"0123456789", self.read("r", Range="lines=0-1"))
        self.assert_fails("InvalidRange", 416, self.s3.get_object, Bucket=self.bucket, Key="r", Range="bytes=10-")
        self.assertEqual(3, self.s3.head_object(Bucket=self.bucket, Key="r", Range="bytes=2-4")["ContentLength"])
        self.put("empty", b"")
        self.assertEqual(b"", self.read("empty"))
        self.assert_fails("InvalidRange", 416, self.s3.get_object, Bucket=self.bucket, Key="empty", Range="bytes=0-")

    def test_are_read_under_conditions(self):
        etag = self.put("c", b"1")["ETag"]
        past, future = datetime(2001, 1, 1, tzinfo=timezone.utc), datetime.now(timezone.utc) + timedelta(days=1)
        get = lambda **options: self.s3.get_object(Bucket=self.bucket, Key="c", **options)
        get(IfMatch=etag)
        get(IfMatch="*")
        get(IfNoneMatch='"other"')
        get(IfModifiedSince=past)
        get(IfUnmodifiedSince=future)
        get(IfMatch=etag, IfUnmodifiedSince=past)
        self.assert_fails("PreconditionFailed", 412, get, IfMatch='"other"')
        self.assert_fails("PreconditionFailed", 412, get, IfUnmodifiedSince=past)
        self.assert_fails("304", 304, get, IfNoneMatch=etag)
        self.assert_fails("304", 304, get, IfModifiedSince=datetime.now(timezone.utc))
        get(IfNoneMatch='"other"', IfModifiedSince=future)

    def test_are_answered_with_the_headers_asked_for(self):
        self.put("o", b"1")
        got = self.s3.get_object(Bucket=self.bucket, Key="o", ResponseContentType="text/x", ResponseCacheControl="no-store",
                                 ResponseContentDisposition="inline", ResponseContentEncoding="identity",
                                 ResponseContentLanguage="de", ResponseExpires=datetime(2031, 1, 1, tzinfo=timezone.utc))
        self.assertEqual(("text/x", "no-store", "inline", "identity", "de"),
                         (got["ContentType"], got["CacheControl"], got["ContentDisposition"], got["ContentEncoding"],
                          got["ContentLanguage"]))

    def test_are_put_under_conditions(self):
        # The older SDK knows no conditional puts, so the header is set by hand in both.
        def put_if(name, value):
            client = self.client()
            client.meta.events.register("before-sign.s3.PutObject",
                                        lambda request, **_: request.headers.__setitem__(name, value))
            return client.put_object(Bucket=self.bucket, Key="once", Body=b"1")
        self.assert_fails("NoSuchKey", 404, put_if, name="If-Match", value='"x"')
        etag = put_if("If-None-Match", "*")["ETag"]
        self.assert_fails("PreconditionFailed", 412, put_if, name="If-None-Match", value="*")
        self.assert_fails("PreconditionFailed", 412, put_if, name="If-Match", value='"x"')
        put_if("If-Match", etag)
        self.assert_fails("NotImplemented", 501, put_if, name="If-None-Match", value=etag)

        client = self.client()
        client.meta.events.register("before-sign.s3.PutObject",
                                    lambda request, **_: request.headers.__setitem__("If-None-Match", "*"))

        def race(number):
            try:
                client.put_object(Bucket=self.bucket, Key="raced", Body=str(number).encode())
                return number
            except ClientError as error:
                self.assertIn(error.response["Error"]["Code"], ("PreconditionFailed", "ConditionalRequestConflict"))
                return None
        with ThreadPoolExecutor(8) as pool:
            winners = [number for number in pool.map(race, range(16)) if number is not None]
        self.assertEqual(1, len(winners))
        self.assertEqual(str(winners[0]).encode(), self.read("raced"))

    def test_are_checked_by_their_checksums(self):
        self.put("md5", b"hello", ContentMD5=base64.b64encode(hashlib.md5(b"hello").digest()).decode())
        self.assert_fails("BadDigest", 400, self.put, key="bad", body=b"hello",
                          ContentMD5=base64.b64encode(hashlib.md5(b"other").digest()).decode())
        self.assert_fails("InvalidDigest", 400, self.put, key="bad", body=b"hello", ContentMD5="nonsense")
        for algorithm in ("CRC32", "SHA1", "SHA256"):
            with self.subTest(algorithm):
                put = self.put(algorithm, b"hello", ChecksumAlgorithm=algorithm)
                got = self.s3.get_object(Bucket=self.bucket, Key=algorithm, ChecksumMode="ENABLED")
                self.assertEqual(b"hello", got["Body"].read())
                self.assertEqual(put["Checksum" + algorithm], got["Checksum" + algorithm])
        self.put("given", b"hello", ChecksumSHA256=HELLO_SHA256)
        self.put("given", b"hello", ChecksumCRC32=ZERO_CRC32)
        self.put("given", b"hello", ChecksumCRC32C="mnG7TA==")
        head = self.s3.head_object(Bucket=self.bucket, Key="given", ChecksumMode="ENABLED")
        self.assertEqual("mnG7TA==", head["ChecksumCRC32C"])
        self.assert_fails("BadDigest", 400, self.put, key="bad", body=b"other", ChecksumSHA256=HELLO_SHA256)
        self.assert_fails("BadDigest", 400, self.put, key="bad", body=b"other", ChecksumCRC32C="mnG7TA==")
        self.assertNotIn("bad", self.keys())

    def test_are_copied(self):
        etag = self.put("from", b"hello", Metadata={"a": "1"}, ContentType="text/plain", Tagging="t=1")["ETag"]
        source = {"Bucket": self.bucket, "Key": "from"}
        copied = self.s3.copy_object(Bucket=self.bucket, Key="to/é copy", CopySource=source)
        self.assertEqual(etag, copied["CopyObjectResult"]["ETag"])
        got = self.s3.get_object(Bucket=self.bucket, Key="to/é copy")
        self.assertEqual((b"hello", {"a": "1"}, "text/plain", 1),
                         (got["Body"].read(), got["Metadata"], got["ContentType"], got["TagCount"]))
        self.s3.copy_object(Bucket=self.bucket, Key="to2", CopySource=source, Metadata={"b": "2"},
                            MetadataDirective="REPLACE", ContentType="text/html", TaggingDirective="REPLACE",
                            Tagging="u=2&v=3")
        got = self.s3.get_object(Bucket=self.bucket, Key="to2")
        self.assertEqual(({"b": "2"}, "text/html", 2), (got["Metadata"], got["ContentType"], got["TagCount"]))
        self.assert_fails("InvalidRequest", 400, self.s3.copy_object, Bucket=self.bucket, Key="from", CopySource=source)
        self.s3.copy_object(Bucket=self.bucket, Key="from", CopySource=source, MetadataDirective="REPLACE", Metadata={"c": "3"})
        self.assertEqual({"c": "3"}, self.s3.head_object(Bucket=self.bucket, Key="from")["Metadata"])
        self.assert_fails("NoSuchKey", 404, self.s3.copy_object, Bucket=self.bucket, Key="x",
                          CopySource={"Bucket": self.bucket, "Key": "nothing"})
        self.assert_fails("NoSuchBucket", 404, self.s3.copy_object, Bucket=self.bucket, Key="x",
                          CopySource={"Bucket": "no-such-bucket", "Key": "nothing"})
        self.assert_fails("PreconditionFailed", 412, self.s3.copy_object, Bucket=self.bucket, Key="x", CopySource=source,
                          CopySourceIfMatch='"other"')
        self.assert_fails("PreconditionFailed", 412, self.s3.copy_object, Bucket=self.bucket, Key="x", CopySource=source,
                          CopySourceIfNoneMatch=etag)
        self.s3.copy_object(Bucket=self.bucket, Key="x", CopySource=source, CopySourceIfMatch=etag)

    def test_are_deleted_many_at_a_time(self):
        for number in range(20):
            self.put(f"many/{number}")
        answer = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": [
            *({"Key": f"many/{number}"} for number in range(19)), {"Key": "many/nothing"}, {"Key": "k" * 1025}]})
        self.assertEqual(20, len(answer["Deleted"]))
        self.assertEqual(["KeyTooLongError"], [error["Code"] for error in answer["Errors"]])
        self.assertEqual(["many/19"], self.keys())
        quiet = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": [{"Key": "many/19"}], "Quiet": True})
        self.assertNotIn("Deleted", quiet)
        self.assertEqual([], self.keys())
        self.assert_fails("MalformedXML", 400, self.s3.delete_objects, Bucket=self.bucket,
                          Delete={"Objects": [{"Key": str(number)} for number in range(1001)]})

    def test_have_tags(self):
        self.put("t")
        tags = [{"Key": "a", "Value": "1"}, {"Key": "b c", "Value": "ä"}]
        name = {"Bucket": self.bucket, "Key": "t"}
        self.assertEqual([], self.s3.get_object_tagging(**name)["TagSet"])
        self.s3.put_object_tagging(**name, Tagging={"TagSet": tags})
        self.assertEqual(tags, self.s3.get_object_tagging(**name)["TagSet"])
        self.s3.delete_object_tagging(**name)
        self.assertEqual([], self.s3.get_object_tagging(**name)["TagSet"])
        eleven = [{"Key": str(number), "Value": ""} for number in range(11)]
        self.assert_fails("BadRequest", 400, self.s3.put_object_tagging, **name, Tagging={"TagSet": eleven})
        twice = [{"Key": "a", "Value": ""}, {"Key": "a", "Value": ""}]
        self.assert_fails("InvalidTag", 400, self.s3.put_object_tagging, **name, Tagging={"TagSet": twice})
        self.assert_fails("InvalidArgument", 400, self.put, key="t", Tagging="a=1&a=2")
        self.assert_fails("NoSuchKey", 404, self.s3.get_object_tagging, Bucket=self.bucket, Key="nothing")

    def test_tell_their_attributes(self):
        self.put("a", b"hello", ChecksumSHA256=HELLO_SHA256)
        answer = self.s3.get_object_attributes(Bucket=self.bucket, Key="a", ObjectAttributes=[
            "ETag", "Checksum", "ObjectSize", "StorageClass"])
        self.assertEqual(("5d41402abc4b2a76b9719d911017c592", HELLO_SHA256, 5, "STANDARD"),
                         (answer["ETag"], answer["Checksum"]["ChecksumSHA256"], answer["ObjectSize"], answer["StorageClass"]))
        acl = self.s3.get_object_acl(Bucket=self.bucket, Key="a")
        self.assertEqual(["FULL_CONTROL"], [grant["Permission"] for grant in acl["Grants"]])

    def test_stream_in_and_out(self):
        body = bytes(range(256)) * (40 * 4096)  # 40 MiB, over the threshold of multipart uploads
        self.s3.upload_fileobj(io.BytesIO(body), self.bucket, "large")
        self.assertEqual(len(body), self.s3.head_object(Bucket=self.bucket, Key="large")["ContentLength"])
        into = io.BytesIO()
        self.s3.download_fileobj(self.bucket, "large", into)
        self.assertEqual(hashlib.sha256(body).digest(), hashlib.sha256(into.getvalue()).digest())
        self.put("in-one", io.BytesIO(body))
        digest = hashlib.sha256()
        for chunk in self.s3.get_object(Bucket=self.bucket, Key="in-one")["Body"].iter_chunks(64 * 1024):
            digest.update(chunk)
        self.assertEqual(hashlib.sha256(body).digest(), digest.digest())

    def test_are_shared_by_presigned_addresses(self):
        client = self.client(signature_version="s3v4")
        put = client.generate_presigned_url("put_object", {"Bucket": self.bucket, "Key": "p q/é"}, ExpiresIn=60)
        with urllib.request.urlopen(urllib.request.Request(put, data=b"hello", method="PUT")) as answer:
            self.assertEqual(200, answer.status)
        get = client.generate_presigned_url("get_object", {"Bucket": self.bucket, "Key": "p q/é",
                                                           "ResponseContentType": "text/x"}, ExpiresIn=60)
        with urllib.request.urlopen(get) as answer:
            self.assertEqual((b"hello", "text/x"), (answer.read(), answer.headers["Content-Type"]))


@unittest.skipUnless(SIGNED, "without an access key nobody has to sign")
class Signatures(Boto3Test):
    def test_are_checked(self):
        self.put("k", b"hello")
        stranger = boto3.client("s3", endpoint_url=self.door.endpoint, region_name="us-east-1", aws_access_key_id="nobody",
                                aws_secret_access_key=self.key[1])
        self.assert_fails("InvalidAccessKeyId", 403, stranger.list_objects_v2, Bucket=self.bucket)
        liar = boto3.client("s3", endpoint_url=self.door.endpoint, region_name="us-east-1", aws_access_key_id=self.key[0],
                            aws_secret_access_key="wrong")
        self.assert_fails("SignatureDoesNotMatch", 403, liar.get_object, Bucket=self.bucket, Key="k")
        self.assert_fails("SignatureDoesNotMatch", 403, liar.put_object, Bucket=self.bucket, Key="k", Body=b"other")
        self.assertEqual("AccessDenied", self.door.error_of(self.door.send("GET", f"/{self.bucket}/k").expect(403)))
        self.assertEqual(b"hello", self.read("k"))


class Listings(Boto3Test):
    NAMES = ["a", "b/1", "b/2", "b/3/x", "c d+e", "c&<d>", "z"]

    def setUp(self):
        super().setUp()
        for name in self.NAMES:
            self.put(name)

    def test_are_in_the_order_of_bytes(self):
        self.assertEqual(sorted(self.NAMES), self.keys())
        self.assertEqual(["b/1", "b/2", "b/3/x"], self.keys(Prefix="b/"))
        self.assertEqual(["c d+e", "c&<d>", "z"], self.keys(StartAfter="b/3/x"))

    def test_group_by_a_delimiter(self):
        page = self.s3.list_objects_v2(Bucket=self.bucket, Delimiter="/")
        self.assertEqual(["b/"], [prefix["Prefix"] for prefix in page["CommonPrefixes"]])
        self.assertEqual(["a", "c d+e", "c&<d>", "z"], [o["Key"] for o in page["Contents"]])
        self.assertEqual(5, page["KeyCount"])
        page = self.s3.list_objects_v2(Bucket=self.bucket, Delimiter="/", Prefix="b/")
        self.assertEqual(["b/3/"], [prefix["Prefix"] for prefix in page["CommonPrefixes"]])

    def test_come_in_pages(self):
        found = []
        for version in ("list_objects_v2", "list_objects"):
            pages = list(self.s3.get_paginator(version).paginate(Bucket=self.bucket, PaginationConfig={"PageSize": 2}))
            self.assertEqual(4, len(pages))
            self.assertEqual(sorted(self.NAMES), [o["Key"] for page in pages for o in page["Contents"]])
            pages = list(self.s3.get_paginator(version).paginate(Bucket=self.bucket, Delimiter="/",
                                                                 PaginationConfig={"PageSize": 1}))
            found = [o["Key"] for page in pages for o in page.get("Contents", [])]
            prefixes = [p["Prefix"] for page in pages for p in page.get("CommonPrefixes", [])]
            self.assertEqual((["a", "c d+e", "c&<d>", "z"], ["b/"]), (found, prefixes))
        nothing = self.s3.list_objects_v2(Bucket=self.bucket, MaxKeys=0)
        self.assertEqual((0, False), (nothing["KeyCount"], nothing["IsTruncated"]))
        self.assert_fails("InvalidArgument", 400, self.s3.list_objects_v2, Bucket=self.bucket, MaxKeys=-1)
        self.assert_fails("InvalidArgument", 400, self.s3.list_objects_v2, Bucket=self.bucket, ContinuationToken="@@@")

    def test_name_the_owner_when_asked(self):
        self.assertNotIn("Owner", self.s3.list_objects_v2(Bucket=self.bucket)["Contents"][0])
        owner = self.s3.list_objects_v2(Bucket=self.bucket, FetchOwner=True)["Contents"][0]["Owner"]
        self.assertEqual(owner["ID"], self.s3.list_buckets()["Owner"]["ID"])
        self.assertIn("Owner", self.s3.list_objects(Bucket=self.bucket)["Contents"][0])

    def test_carry_what_is_known_of_an_object(self):
        (listed,) = self.s3.list_objects_v2(Bucket=self.bucket, Prefix="a")["Contents"]
        head = self.s3.head_object(Bucket=self.bucket, Key="a")
        self.assertEqual((head["ETag"], 1, "STANDARD"), (listed["ETag"], listed["Size"], listed["StorageClass"]))
        self.assertEqual(head["LastModified"], listed["LastModified"].replace(microsecond=0))


class Versions(Boto3Test):
    def setUp(self):
        super().setUp()
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Enabled"})

    def versions(self):
        page = self.s3.list_object_versions(Bucket=self.bucket)
        return ([(v["Key"], v["VersionId"], v["IsLatest"]) for v in page.get("Versions", [])],
                [(v["Key"], v["VersionId"], v["IsLatest"]) for v in page.get("DeleteMarkers", [])])

    def test_are_kept_listed_and_restored(self):
        self.assertEqual("Enabled", self.s3.get_bucket_versioning(Bucket=self.bucket)["Status"])
        first = self.put("k", b"one")["VersionId"]
        second = self.put("k", b"two")["VersionId"]
        self.assertEqual((b"two", b"one"), (self.read("k"), self.read("k", VersionId=first)))
        self.assertEqual(([("k", second, True), ("k", first, False)], []), self.versions())

        deleted = self.s3.delete_object(Bucket=self.bucket, Key="k")
        self.assertTrue(deleted["DeleteMarker"])
        marker = deleted["VersionId"]
        response = self.assert_fails("NoSuchKey", 404, self.s3.get_object, Bucket=self.bucket, Key="k")
        self.assertEqual("true", response["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"])
        self.assert_fails("MethodNotAllowed", 405, self.s3.get_object, Bucket=self.bucket, Key="k", VersionId=marker)
        self.assertEqual([], self.keys())
        self.assertEqual(([("k", second, False), ("k", first, False)], [("k", marker, True)]), self.versions())

        undone = self.s3.delete_object(Bucket=self.bucket, Key="k", VersionId=marker)
        self.assertTrue(undone["DeleteMarker"])
        self.assertEqual(b"two", self.read("k"))
        self.s3.delete_object(Bucket=self.bucket, Key="k", VersionId=second)
        self.assertEqual(b"one", self.read("k"))
        self.s3.copy_object(Bucket=self.bucket, Key="k", CopySource={"Bucket": self.bucket, "Key": "k", "VersionId": first})
        self.assertEqual(2, len(self.versions()[0]))
        self.assert_fails("NoSuchVersion", 404, self.s3.get_object, Bucket=self.bucket, Key="k", VersionId=second)

    def test_may_be_suspended(self):
        first = self.put("k", b"one")["VersionId"]
        self.s3.put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": "Suspended"})
        self.assertEqual("Suspended", self.s3.get_bucket_versioning(Bucket=self.bucket)["Status"])
        self.put("k", b"two")
        self.put("k", b"three")
        self.assertEqual([("k", "null", True), ("k", first, False)], self.versions()[0])
        self.assertEqual(b"three", self.read("k", VersionId="null"))

    def test_are_listed_in_pages(self):
        for number in range(5):
            self.put("a", str(number).encode())
            self.put("b/x", str(number).encode())
        self.s3.delete_object(Bucket=self.bucket, Key="a")
        pages = list(self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket,
                                                                            PaginationConfig={"PageSize": 3}))
        self.assertEqual(4, len(pages))
        self.assertEqual(["a"] * 5 + ["b/x"] * 5, [v["Key"] for page in pages for v in page.get("Versions", [])])
        page = self.s3.list_object_versions(Bucket=self.bucket, Delimiter="/")
        self.assertEqual(["b/"], [p["Prefix"] for p in page["CommonPrefixes"]])

    def test_have_tags_of_their_own(self):
        first = self.put("k", b"one", Tagging="n=1")["VersionId"]
        self.put("k", b"two", Tagging="n=2")
        tags = self.s3.get_object_tagging(Bucket=self.bucket, Key="k", VersionId=first)
        self.assertEqual(([{"Key": "n", "Value": "1"}], first), (tags["TagSet"], tags["VersionId"]))
        answer = self.s3.delete_objects(Bucket=self.bucket, Delete={"Objects": [
            {"Key": "k", "VersionId": first}, {"Key": "k"}]})
        self.assertEqual([None, True], [d.get("DeleteMarker") for d in answer["Deleted"]])


class Uploads(Boto3Test):
    def begin(self, key="m", **options):
        return {"Bucket": self.bucket, "Key": key,
                "UploadId": self.s3.create_multipart_upload(Bucket=self.bucket, Key=key, **options)["UploadId"]}

    def part(self, upload, number, body, **options):
        answer = self.s3.upload_part(**upload, PartNumber=number, Body=body, **options)
        return {"PartNumber": number, "ETag": answer["ETag"]}

    def complete(self, upload, parts):
        return self.s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})

    def test_become_one_object(self):
        upload = self.begin(Metadata={"a": "1"}, ContentType="text/plain", Tagging="t=1")
        bodies = [b"a" * PART, b"b" * PART, b"c"]
        self.part(upload, 2, b"z" * PART)
        parts = [self.part(upload, number, body) for number, body in enumerate(bodies, 1)]
        listed = self.s3.list_parts(**upload, MaxParts=2)
        self.assertEqual(([1, 2], True, 2), ([p["PartNumber"] for p in listed["Parts"]], listed["IsTruncated"],
                                             listed["NextPartNumberMarker"]))
        listed = self.s3.list_parts(**upload, PartNumberMarker=2)
        self.assertEqual([(3, 1, parts[2]["ETag"])], [(p["PartNumber"], p["Size"], p["ETag"]) for p in listed["Parts"]])
        self.assertEqual([("m", upload["UploadId"])], [(u["Key"], u["UploadId"]) for u in
                                                       self.s3.list_multipart_uploads(Bucket=self.bucket)["Uploads"]])
        done = self.complete(upload, parts)
        md5 = hashlib.md5(b"".join(hashlib.md5(body).digest() for body in bodies)).hexdigest()
        self.assertEqual(f'"{md5}-3"', done["ETag"])
        self.assertTrue(done["Location"].endswith("/m"))
        self.assertEqual(done["ETag"], self.complete(upload, parts)["ETag"])
        head = self.s3.head_object(Bucket=self.bucket, Key="m")
        self.assertEqual((2 * PART + 1, {"a": "1"}, "text/plain"),
                         (head["ContentLength"], head["Metadata"], head["ContentType"]))
        self.assertEqual(b"".join(bodies), self.read("m"))
        second = self.s3.get_object(Bucket=self.bucket, Key="m", PartNumber=2)
        self.assertEqual((bodies[1], 3), (second["Body"].read(), second["PartsCount"]))
        self.assert_fails("InvalidPartNumber", 416, self.s3.get_object, Bucket=self.bucket, Key="m", PartNumber=4)
        self.assertNotIn("Uploads", self.s3.list_multipart_uploads(Bucket=self.bucket))

    def test_refuse_parts_that_do_not_fit(self):
        upload = self.begin()
        one, two = self.part(upload, 1, b"a" * PART), self.part(upload, 2, b"b" * PART)
        small = self.part(upload, 3, b"small")
        four = self.part(upload, 4, b"d")
        self.assert_fails("InvalidPartOrder", 400, self.complete, upload=upload, parts=[two, one])
        self.assert_fails("EntityTooSmall", 400, self.complete, upload=upload, parts=[one, small, four])
        self.assert_fails("InvalidPart", 400, self.complete, upload=upload, parts=[one, {"PartNumber": 9, "ETag": '"x"'}])
        self.assert_fails("InvalidPart", 400, self.complete, upload=upload, parts=[one, {**two, "ETag": one["ETag"]}])
        self.assert_fails("MalformedXML", 400, self.complete, upload=upload, parts=[])
        for number in (0, 10_001):
            self.assert_fails("InvalidArgument", 400, self.part, upload=upload, number=number, body=b"x")
        self.complete(upload, [one, two])
        self.assertEqual(2 * PART, self.s3.head_object(Bucket=self.bucket, Key="m")["ContentLength"])

    def test_can_be_given_up(self):
        upload = self.begin()
        part = self.part(upload, 1, b"x")
        self.s3.abort_multipart_upload(**upload)
        self.assert_fails("NoSuchUpload", 404, self.s3.list_parts, **upload)
        self.assert_fails("NoSuchUpload", 404, self.part, upload=upload, number=1, body=b"x")
        self.assert_fails("NoSuchUpload", 404, self.complete, upload=upload, parts=[part])
        self.assert_fails("NoSuchUpload", 404, self.s3.abort_multipart_upload, **upload)

    def test_take_parts_from_objects(self):
        self.put("from", b"0123456789" * MIB)
        upload = self.begin()
        source = {"Bucket": self.bucket, "Key": "from"}
        first = self.s3.upload_part_copy(**upload, PartNumber=1, CopySource=source)["CopyPartResult"]["ETag"]
        second = self.s3.upload_part_copy(**upload, PartNumber=2, CopySource=source, CopySourceRange="bytes=10-19")
        self.complete(upload, [{"PartNumber": 1, "ETag": first},
                               {"PartNumber": 2, "ETag": second["CopyPartResult"]["ETag"]}])
        self.assertEqual(b"0123456789" * (MIB + 1), self.read("m"))
        upload = self.begin()
        self.assert_fails("InvalidArgument", 400, self.s3.upload_part_copy, **upload, PartNumber=1, CopySource=source,
                          CopySourceRange="bytes=0-99999999999")

    def test_have_checksums(self):
        upload = self.begin(ChecksumAlgorithm="SHA256")
        bodies = [b"a" * PART, b"b"]
        parts = []
        for number, body in enumerate(bodies, 1):
            answer = self.s3.upload_part(**upload, PartNumber=number, Body=body, ChecksumAlgorithm="SHA256")
            parts.append({"PartNumber": number, "ETag": answer["ETag"], "ChecksumSHA256": answer["ChecksumSHA256"]})
        done = self.complete(upload, parts)
        whole = hashlib.sha256(b"".join(hashlib.sha256(body).digest() for body in bodies)).digest()
        self.assertEqual(base64.b64encode(whole).decode() + "-2", done["ChecksumSHA256"])
        attributes = self.s3.get_object_attributes(Bucket=self.bucket, Key="m", ObjectAttributes=["ObjectParts", "Checksum"])
        self.assertEqual(2, attributes["ObjectParts"]["TotalPartsCount"])
        self.assertEqual([PART, 1], [p["Size"] for p in attributes["ObjectParts"]["Parts"]])

    def test_are_listed_in_pages(self):
        begun = [self.begin(key)["UploadId"] for key in ("a", "a", "b/1", "b/2", "c")]
        page = self.s3.list_multipart_uploads(Bucket=self.bucket, MaxUploads=2)
        self.assertEqual((["a", "a"], True), ([u["Key"] for u in page["Uploads"]], page["IsTruncated"]))
        page = self.s3.list_multipart_uploads(Bucket=self.bucket, KeyMarker=page["NextKeyMarker"],
                                              UploadIdMarker=page["NextUploadIdMarker"])
        self.assertEqual(begun[2:], [u["UploadId"] for u in page["Uploads"]])
        page = self.s3.list_multipart_uploads(Bucket=self.bucket, Delimiter="/")
        self.assertEqual(["b/"], [p["Prefix"] for p in page["CommonPrefixes"]])
        self.assertEqual(["a", "a", "c"], [u["Key"] for u in page["Uploads"]])


class Configurations(Boto3Test):
    def test_of_the_lifecycle(self):
        rules = [{"ID": "old", "Status": "Enabled", "Filter": {"Prefix": "logs/"}, "Expiration": {"Days": 30},
                  "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
                  "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}]
        name = {"Bucket": self.bucket}
        self.s3.put_bucket_lifecycle_configuration(**name, LifecycleConfiguration={"Rules": rules})
        self.assertEqual(rules, self.s3.get_bucket_lifecycle_configuration(**name)["Rules"])
        for change in ({"Expiration": {"Days": 0}}, {"Status": "Maybe"}, {"Expiration": {}}):
            self.assertRaises(ClientError, self.s3.put_bucket_lifecycle_configuration, **name,
                              LifecycleConfiguration={"Rules": [rules[0] | change]})
        self.assertEqual(rules, self.s3.get_bucket_lifecycle_configuration(**name)["Rules"])
        self.s3.delete_bucket_lifecycle(**name)
        self.assert_fails("NoSuchLifecycleConfiguration", 404, self.s3.get_bucket_lifecycle_configuration, **name)

    def test_of_replication(self):
        name = {"Bucket": self.bucket}
        configuration = {"Role": "arn:aws:iam::000000000000:role/tarn", "Rules": [
            {"ID": "all", "Priority": 1, "Status": "Enabled", "Filter": {"Prefix": ""},
             "DeleteMarkerReplication": {"Status": "Disabled"}, "Destination": {"Bucket": "arn:aws:s3:::elsewhere"}}]}
        self.assert_fails("InvalidRequest", 400, self.s3.put_bucket_replication, **name,
                          ReplicationConfiguration=configuration)  # versioning is off
        self.s3.put_bucket_versioning(**name, VersioningConfiguration={"Status": "Enabled"})
        self.s3.put_bucket_replication(**name, ReplicationConfiguration=configuration)
        self.assertEqual(configuration, self.s3.get_bucket_replication(**name)["ReplicationConfiguration"])
        self.s3.delete_bucket_replication(**name)
        self.assert_fails("ReplicationConfigurationNotFoundError", 404, self.s3.get_bucket_replication, **name)

    def test_of_notification(self):
        name = {"Bucket": self.bucket}
        queues = [{"Id": "q", "QueueArn": "arn:aws:sqs:us-east-1:000000000000:jobs", "Events": ["s3:ObjectCreated:*"],
                   "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "raw/"}]}}}]
        self.s3.put_bucket_notification_configuration(**name, NotificationConfiguration={"QueueConfigurations": queues})
        got = self.s3.get_bucket_notification_configuration(**name)["QueueConfigurations"]
        self.assertEqual("prefix", got[0]["Filter"]["Key"]["FilterRules"][0]["Name"].lower())
        self.assertEqual((queues[0]["QueueArn"], queues[0]["Events"]), (got[0]["QueueArn"], got[0]["Events"]))
        self.assert_fails("InvalidArgument", 400, self.s3.put_bucket_notification_configuration, **name,
                          NotificationConfiguration={"QueueConfigurations": [queues[0] | {"Events": ["s3:Nonsense"]}]})
        self.s3.put_bucket_notification_configuration(**name, NotificationConfiguration={})
        self.assertNotIn("QueueConfigurations", self.s3.get_bucket_notification_configuration(**name))

    def test_of_policy_and_tags(self):
        name = {"Bucket": self.bucket}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{self.bucket}/*"}]})
        self.s3.put_bucket_policy(**name, Policy=policy)
        self.assertEqual(policy, self.s3.get_bucket_policy(**name)["Policy"])
        self.assert_fails("MalformedPolicy", 400, self.s3.put_bucket_policy, **name, Policy="{")
        self.s3.delete_bucket_policy(**name)
        self.assert_fails("NoSuchBucketPolicy", 404, self.s3.get_bucket_policy, **name)
        tags = [{"Key": "team", "Value": "data"}]
        self.s3.put_bucket_tagging(**name, Tagging={"TagSet": tags})
        self.assertEqual(tags, self.s3.get_bucket_tagging(**name)["TagSet"])
        self.s3.delete_bucket_tagging(**name)
        self.assert_fails("NoSuchTagSet", 404, self.s3.get_bucket_tagging, **name)

    def test_of_cors_are_applied(self):
        name = {"Bucket": self.bucket}
        rules = [{"AllowedOrigins": ["http://*.example.org"], "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": ["x-amz-*"],
                  "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 60}]
        self.s3.put_bucket_cors(**name, CORSConfiguration={"CORSRules": rules})
        self.assertEqual(rules, self.s3.get_bucket_cors(**name)["CORSRules"])
        self.put("c")
        url = self.client(signature_version="s3v4").generate_presigned_url("get_object", {"Bucket": self.bucket, "Key": "c"})
        target = url.removeprefix(self.door.endpoint)
        plain = self.door.send("GET", target, headers={"Origin": "http://www.example.org"}).expect(200)
        self.assertEqual("http://www.example.org", plain.headers["Access-Control-Allow-Origin"])
        self.assertEqual("ETag", plain.headers["Access-Control-Expose-Headers"])
        self.assertIsNone(self.door.send("GET", target, headers={"Origin": "http://evil.test"}).headers[
            "Access-Control-Allow-Origin"])
        asked = {"Origin": "http://www.example.org", "Access-Control-Request-Method": "PUT",
                 "Access-Control-Request-Headers": "x-amz-date"}
        allowed = self.door.send("OPTIONS", target, headers=asked).expect(200)
        self.assertEqual("60", allowed.headers["Access-Control-Max-Age"])
        self.assertIn("PUT", allowed.headers["Access-Control-Allow-Methods"])
        for change in ({"Access-Control-Request-Method": "DELETE"}, {"Origin": "http://evil.test"},
                       {"Access-Control-Request-Headers": "cookie"}):
            self.door.send("OPTIONS", target, headers=asked | change).expect(403)
        self.s3.delete_bucket_cors(**name)
        self.door.send("OPTIONS", target, headers=asked).expect(403)


del Boto3Test  # the base is no test

if __name__ == "__main__":
    print(f"boto3 {boto3.__version__}", flush=True)
    unittest.main(verbosity=2, warnings="ignore")  # boto3 leaves its sockets to the collector
