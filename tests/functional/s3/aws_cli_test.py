"""The AWS command line against the door: `aws s3` as people use it and `aws s3api` for every operation. `--sdk debian` or
`--sdk current` says whose: Debian's awscli or today's from PyPI."""

from door import Door, debian_program, run, sdk_folder, skip, take_sdk_option

AWS = debian_program("aws") if take_sdk_option() == "debian" else sdk_folder() / "bin" / "aws"
if not AWS.exists():
    skip(f"{AWS} is not there")

import hashlib
import json
import os
import shutil
import tempfile
import unittest
import urllib.request
from pathlib import Path

MIB = 1 << 20


class AwsCliTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.door = Door()
        cls.addClassCleanup(cls.door.close)
        cls.door.start()
        cls.counter = 0

    def setUp(self):
        type(self).counter += 1
        self.bucket = f"cli-{self.counter}"
        self.folder = Path(tempfile.mkdtemp(prefix="tarn_cli_"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.s3("mb", f"s3://{self.bucket}")

    def aws(self, *arguments, **options):
        return run([AWS, "--endpoint-url", self.door.endpoint, *arguments], **options).decode()

    def s3(self, *arguments, **options):
        return self.aws("s3", *arguments, **options)

    def api(self, operation, *arguments):
        printed = self.aws("s3api", operation, "--output", "json", *arguments)
        return json.loads(printed) if printed.strip() else {}

    def write(self, name, content):
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return file


class HighLevel(AwsCliTest):
    def test_cp_ls_mv_and_rm(self):
        file = self.write("a file.txt", b"hello")
        self.s3("cp", file, f"s3://{self.bucket}/dir/a file.txt")
        self.assertIn("5 a file.txt", self.s3("ls", f"s3://{self.bucket}/dir/"))
        self.assertIn("PRE dir/", self.s3("ls", f"s3://{self.bucket}"))
        self.assertIn(self.bucket, self.s3("ls"))
        self.s3("mv", f"s3://{self.bucket}/dir/a file.txt", f"s3://{self.bucket}/moved é.txt")
        self.s3("cp", f"s3://{self.bucket}/moved é.txt", self.folder / "back")
        self.assertEqual(b"hello", (self.folder / "back").read_bytes())
        self.assertEqual("hello", self.s3("cp", f"s3://{self.bucket}/moved é.txt", "-"))
        self.s3("cp", "-", f"s3://{self.bucket}/from-stdin", input=b"piped")
        self.assertEqual("piped", self.s3("cp", f"s3://{self.bucket}/from-stdin", "-"))
        self.s3("rm", "--recursive", f"s3://{self.bucket}")
        self.assertEqual("", self.s3("ls", f"s3://{self.bucket}").strip())
        self.s3("rb", f"s3://{self.bucket}")
        self.assertNotIn(self.bucket, self.s3("ls"))

    def test_sync_both_ways(self):
        files = {f"d{number % 3}/file {number}.txt": os.urandom(number * 100) for number in range(12)}
        for name, content in files.items():
            self.write("up/" + name, content)
        self.s3("sync", self.folder / "up", f"s3://{self.bucket}/tree")
        again = self.s3("sync", self.folder / "up", f"s3://{self.bucket}/tree")
        self.assertEqual("", again.strip())
        self.s3("sync", f"s3://{self.bucket}/tree", self.folder / "down")
        found = {str(file.relative_to(self.folder / "down")): file.read_bytes()
                 for file in (self.folder / "down").rglob("*") if file.is_file()}
        self.assertEqual(files, found)
        (self.folder / "up" / "d0" / "file 0.txt").unlink()
        self.s3("sync", "--delete", self.folder / "up", f"s3://{self.bucket}/tree")
        self.assertNotIn("file 0.txt", self.s3("ls", "--recursive", f"s3://{self.bucket}/tree"))

    def test_a_large_file_goes_up_in_parts(self):
        file = self.write("large", os.urandom(MIB) * 100)
        self.s3("cp", file, f"s3://{self.bucket}/large", "--only-show-errors")
        head = self.api("head-object", "--bucket", self.bucket, "--key", "large")
        self.assertEqual(100 * MIB, head["ContentLength"])
        self.assertIn("-13", head["ETag"])
        self.s3("cp", f"s3://{self.bucket}/large", f"s3://{self.bucket}/copied", "--only-show-errors")
        self.s3("cp", f"s3://{self.bucket}/copied", self.folder / "back", "--only-show-errors")
        digests = [hashlib.sha256(path.read_bytes()).digest() for path in (file, self.folder / "back")]
        self.assertEqual(digests[0], digests[1])

    def test_a_presigned_address_is_plain_http(self):
        self.s3("cp", self.write("p", b"shared"), f"s3://{self.bucket}/p q.txt")
        url = self.s3("presign", f"s3://{self.bucket}/p q.txt", "--expires-in", "60").strip()
        with urllib.request.urlopen(url) as answer:
            self.assertEqual(b"shared", answer.read())


class Operations(AwsCliTest):
    def name(self, key=None):
        return ["--bucket", self.bucket] + (["--key", key] if key else [])

    def test_of_buckets(self):
        other = self.bucket + "-other"
        self.api("create-bucket", "--bucket", other)
        self.api("head-bucket", "--bucket", other)
        self.assertIn(other, [bucket["Name"] for bucket in self.api("list-buckets")["Buckets"]])
        self.assertIsNone(self.api("get-bucket-location", "--bucket", other)["LocationConstraint"])
        self.assertEqual("FULL_CONTROL", self.api("get-bucket-acl", "--bucket", other)["Grants"][0]["Permission"])
        self.api("delete-bucket", "--bucket", other)

    def test_of_objects(self):
        file = self.write("o", b"hello")
        put = self.api("put-object", *self.name("o"), "--body", str(file), "--metadata", "a=1", "--tagging", "t=1")
        self.assertEqual('"5d41402abc4b2a76b9719d911017c592"', put["ETag"])
        self.assertEqual("1", self.api("head-object", *self.name("o"))["Metadata"]["a"])
        self.api("get-object", *self.name("o"), "--range", "bytes=1-2", str(self.folder / "part"))
        self.assertEqual(b"el", (self.folder / "part").read_bytes())
        self.api("copy-object", *self.name("c"), "--copy-source", f"{self.bucket}/o")
        self.assertEqual(5, self.api("get-object-attributes", *self.name("c"), "--object-attributes", "ObjectSize")["ObjectSize"])
        self.assertEqual("FULL_CONTROL", self.api("get-object-acl", *self.name("c"))["Grants"][0]["Permission"])
        for operation in ("list-objects", "list-objects-v2"):
            self.assertEqual(["c", "o"], [o["Key"] for o in self.api(operation, *self.name())["Contents"]])
        self.api("put-object-tagging", *self.name("c"), "--tagging", "TagSet=[{Key=x,Value=y}]")
        self.assertEqual([{"Key": "x", "Value": "y"}], self.api("get-object-tagging", *self.name("c"))["TagSet"])
        self.api("delete-object-tagging", *self.name("c"))
        self.api("delete-object", *self.name("c"))
        deleted = self.api("delete-objects", *self.name(), "--delete", "Objects=[{Key=o}]")
        self.assertEqual([{"Key": "o"}], deleted["Deleted"])

    def test_of_versions(self):
        self.api("put-bucket-versioning", *self.name(), "--versioning-configuration", "Status=Enabled")
        self.assertEqual("Enabled", self.api("get-bucket-versioning", *self.name())["Status"])
        first = self.api("put-object", *self.name("v"), "--body", str(self.write("1", b"1")))["VersionId"]
        self.api("put-object", *self.name("v"), "--body", str(self.write("2", b"2")))
        self.api("delete-object", *self.name("v"))
        listed = self.api("list-object-versions", *self.name())
        self.assertEqual((2, 1), (len(listed["Versions"]), len(listed["DeleteMarkers"])))
        self.api("get-object", *self.name("v"), "--version-id", first, str(self.folder / "old"))
        self.assertEqual(b"1", (self.folder / "old").read_bytes())
        self.api("delete-object", *self.name("v"), "--version-id", listed["DeleteMarkers"][0]["VersionId"])
        self.api("head-object", *self.name("v"))

    def test_of_uploads(self):
        upload = self.api("create-multipart-upload", *self.name("m"))["UploadId"]
        self.assertEqual(upload, self.api("list-multipart-uploads", *self.name())["Uploads"][0]["UploadId"])
        part = self.write("part", b"x" * 5 * MIB)
        named = [*self.name("m"), "--upload-id", upload]
        first = self.api("upload-part", *named, "--part-number", "1", "--body", str(part))["ETag"]
        self.api("put-object", *self.name("s"), "--body", str(part))
        second = self.api("upload-part-copy", *named, "--part-number", "2", "--copy-source", f"{self.bucket}/s")
        self.assertEqual(2, len(self.api("list-parts", *named)["Parts"]))
        parts = {"Parts": [{"PartNumber": 1, "ETag": first},
                           {"PartNumber": 2, "ETag": second["CopyPartResult"]["ETag"]}]}
        self.api("complete-multipart-upload", *named, "--multipart-upload", json.dumps(parts))
        self.assertEqual(10 * MIB, self.api("head-object", *self.name("m"))["ContentLength"])
        aborted = self.api("create-multipart-upload", *self.name("m"))["UploadId"]
        self.api("abort-multipart-upload", *self.name("m"), "--upload-id", aborted)

    def test_of_configurations(self):
        self.api("put-bucket-versioning", *self.name(), "--versioning-configuration", "Status=Enabled")
        destination = {"Bucket": "arn:aws:s3:::elsewhere"}
        documents = {
            "lifecycle-configuration": ("lifecycle-configuration", {"Rules": [
                {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]}),
            "cors": ("cors-configuration", {"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET"]}]}),
            "tagging": ("tagging", {"TagSet": [{"Key": "a", "Value": "b"}]}),
            "replication": ("replication-configuration", {"Role": "r", "Rules": [
                {"ID": "r", "Priority": 1, "Status": "Enabled", "Filter": {"Prefix": ""},
                 "DeleteMarkerReplication": {"Status": "Enabled"}, "Destination": destination}]}),
            "policy": ("policy", {"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::*"}]}),
            "notification-configuration": ("notification-configuration", {"QueueConfigurations": [
                {"Id": "q", "QueueArn": "arn:aws:sqs:us-east-1:000000000000:q", "Events": ["s3:ObjectCreated:*"]}]}),
        }
        deletions = {"lifecycle-configuration": "delete-bucket-lifecycle", "notification-configuration": None}
        for document, (option, value) in documents.items():
            with self.subTest(document):
                self.api(f"put-bucket-{document}", *self.name(), f"--{option}", json.dumps(value))
                got = self.api(f"get-bucket-{document}", *self.name())
                self.assertTrue(any(got.values()), got)
                deletion = deletions.get(document, f"delete-bucket-{document}")
                if deletion:
                    self.api(deletion, *self.name())
                    self.assertRaises(AssertionError, self.api, f"get-bucket-{document}", *self.name())


del AwsCliTest  # the base is no test

if __name__ == "__main__":
    print(run([AWS, "--version"]).decode(), flush=True)
    unittest.main(verbosity=2)
