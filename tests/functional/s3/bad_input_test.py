"""What strangers may send to the door: each gets an S3 error, nothing is stored, and the door goes on serving."""

import os
import socket
import unittest
import urllib.parse

from door import NAMESPACE, Door
from tarn_harness import wait_until

STREAMING = {"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "Content-Encoding": "aws-chunked"}


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.door = Door()
        cls.addClassCleanup(cls.door.close)
        cls.door.start()
        cls.door.send("PUT", "/bad").expect(200)

    def tearDown(self):
        self.assertTrue(self.door.service.alive(), self.door.service.log_tail())
        self.door.send("GET", "/bad").expect(200)

    def assert_refused(self, code, status, method, target, body=None, headers=None):
        answer = self.door.send(method, target, body, headers)
        self.assertEqual((code, status), (self.door.error_of(answer), answer.status), answer.body)
        return answer

    def files(self):
        return sorted(str(file.relative_to(self.door.lake)) for file in self.door.lake.rglob("*")
                      if file.is_file() and ".tarn" not in file.parts)

    def test_keys_that_no_file_can_have_are_refused_and_not_found(self):
        before = self.files()
        for key in ("a//b", "/a", "a//", "a/./b", "x" * 256, "a/" + "y" * 256 + "/b"):
            target = "/bad/" + urllib.parse.quote(key, safe="/")
            with self.subTest(key=key[:20]):
                self.assert_refused("InvalidArgument", 400, "PUT", target, b"x")
                self.assert_refused("NoSuchKey", 404, "GET", target)
                self.door.send("DELETE", target).expect(204)
        self.assert_refused("KeyTooLongError", 400, "PUT", "/bad/" + "k/" * 512 + "k", b"x")
        self.assertEqual(before, self.files())

    def test_no_encoding_of_dots_leaves_the_bucket(self):
        outside = self.door.home / "outside"
        outside.write_text("secret")
        before = self.files()
        for path in ("../outside", "../../outside", "..%2f..%2foutside", "%2e%2e/%2e%2e/outside", "%2e%2e%2f%2e%2e%2foutside",
                     "a/../../../outside", "a/%2e%2e/%2e%2e/%2e%2e/outside", "..", "%2e%2e", ".%2e/outside", "./../outside"):
            with self.subTest(path):
                self.assert_refused("NoSuchKey", 404, "GET", "/bad/" + path)
                self.assert_refused("InvalidArgument", 400, "PUT", "/bad/" + path, b"overwritten")
                self.assert_refused("InvalidArgument", 400, "POST", "/bad/" + path + "?uploads", b"")
                self.door.send("DELETE", "/bad/" + path).expect(204)
        for path in ("%252e%252e/outside", "..\\outside"):  # names like others
            with self.subTest(path):
                self.assert_refused("NoSuchKey", 404, "GET", "/bad/" + path)
        for source in ("/bad/../../outside", "/bad/%2e%2e/%2e%2e/outside", "../outside", "/../outside/x", "bad"):
            with self.subTest(source=source):
                answer = self.door.send("PUT", "/bad/copied", b"", {"x-amz-copy-source": source})
                self.assertIn(answer.status, (400, 404), answer.body)
        for bucket in ("..", ".tarn", "%2e%2e", "%2etarn", "a%2fb", "a%00b"):
            with self.subTest(bucket=bucket):
                self.assertIn(self.door.send("GET", f"/{bucket}/x").status, (400, 404))
                self.assertIn(self.door.send("PUT", f"/{bucket}").status, (400, 404))
        self.assertEqual("secret", outside.read_text())
        self.assertEqual(before, self.files())

    def test_paths_that_are_not_text_are_refused(self):
        for path in ("%", "%zz", "%ff", "a%00b", "%c0%ae%c0%ae/outside", "%ed%a0%80"):
            with self.subTest(path):
                for method in ("GET", "PUT"):
                    answer = self.door.send(method, "/bad/" + path, b"" if method == "PUT" else None)
                    self.assertEqual(400, answer.status, answer.body)
                    self.door.error_of(answer)

    def test_links_planted_in_a_bucket_lead_nowhere(self):
        (self.door.home / "elsewhere").mkdir()
        (self.door.home / "elsewhere" / "file").write_text("secret")
        os.symlink(self.door.home / "elsewhere", self.door.lake / "bad" / "link")
        self.addCleanup(os.unlink, self.door.lake / "bad" / "link")
        self.assert_refused("NoSuchKey", 404, "GET", "/bad/link/file")
        answer = self.door.send("PUT", "/bad/link/new", b"x")
        self.assertGreaterEqual(answer.status, 400)
        self.assertEqual(["file"], os.listdir(self.door.home / "elsewhere"))

    def test_a_key_beside_its_own_folder_is_refused(self):
        self.door.send("PUT", "/bad/beside/a", b"x").expect(200)
        self.assert_refused("InvalidRequest", 400, "PUT", "/bad/beside/a/b", b"x")
        self.assert_refused("InvalidRequest", 400, "PUT", "/bad/beside", b"x")

    def half_sent(self, head, body):
        """Sends a request whose body is shorter than it says, and closes; returns what came back."""
        with socket.create_connection(("127.0.0.1", self.door.port)) as connection:
            connection.sendall(head.encode() + b"\r\n\r\n" + body)
            connection.shutdown(socket.SHUT_WR)
            connection.settimeout(30)
            answer = b""
            while block := connection.recv(65536):
                answer += block
            return answer

    def test_a_body_shorter_than_declared_leaves_nothing(self):
        for name, headers in (("short", "Content-Length: 1000"),
                              ("short-chunked", "Transfer-Encoding: chunked")):
            body = b"ten bytes." if "Length" in headers else b"a\r\nten bytes.\r\n"
            answer = self.half_sent(f"PUT /bad/{name} HTTP/1.1\r\nHost: localhost\r\n{headers}", body)
            self.assertTrue(answer == b"" or b"400" in answer.split(b"\r\n")[0], answer)
            self.assert_refused("NoSuchKey", 404, "GET", f"/bad/{name}")
        staging = self.door.lake / ".tarn" / "staging"
        wait_until("the staging is empty", lambda: not any(path.is_file() for path in staging.rglob("*")))

    def test_a_decoded_length_must_be_the_bodys(self):
        body = b"5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"
        named = STREAMING | {"x-amz-trailer": "x-amz-checksum-crc32"}
        self.door.send("PUT", "/bad/chunked", body, named | {"x-amz-decoded-content-length": "5"}).expect(200)
        self.assertEqual(b"hello", self.door.send("GET", "/bad/chunked").body)
        self.assertIsNone(self.door.send("HEAD", "/bad/chunked").headers["Content-Encoding"])
        for length in ("4", "6", "x", "-1", "99999999999999999999"):
            with self.subTest(length):
                answer = self.door.send("PUT", "/bad/refused", body, named | {"x-amz-decoded-content-length": length})
                self.assertEqual(400, answer.status, answer.body)
        wrong = body.replace(b"NhCmhg==", b"AAAAAA==")
        self.assert_refused("BadDigest", 400, "PUT", "/bad/refused", wrong, named | {"x-amz-decoded-content-length": "5"})
        for broken in (b"5\r\nhel", b"ffffffffffffffff\r\nhello\r\n0\r\n\r\n", b"-5\r\nhello\r\n0\r\n\r\n", b"\r\n\r\n", b"5\r\nhelloXX0\r\n\r\n"):
            with self.subTest(broken):
                answer = self.door.send("PUT", "/bad/refused", broken, named | {"x-amz-decoded-content-length": "5"})
                self.assertEqual(4, answer.status // 100, answer.body)
        self.assert_refused("NoSuchKey", 404, "GET", "/bad/refused")

    def test_an_unhashed_body_is_refused(self):
        wrong = {"x-amz-content-sha256": "0" * 64, "Content-MD5": ""}
        answer = self.door.send("PUT", "/bad/refused", b"x", wrong)
        self.assertEqual(400, answer.status, answer.body)
        self.assert_refused("NoSuchKey", 404, "GET", "/bad/refused")

    def test_xml_that_is_no_configuration_is_refused(self):
        bomb = ('<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
                "<Delete><Object><Key>&b;</Key></Object></Delete>").encode()
        deep = b"<a>" * 10_000 + b"</a>" * 10_000
        for query in ("delete", "tagging", "lifecycle", "cors", "notification", "versioning", "replication"):
            method = "POST" if query == "delete" else "PUT"
            for body in (b"", b"<", b"hello", bomb, deep, b"<Other/>", b"\xff\xfe", b"<Delete></Delete>"):
                with self.subTest(query=query, body=body[:20]):
                    answer = self.door.send(method, f"/bad?{query}", body)
                    self.assertEqual(400, answer.status, answer.body)
                    self.door.error_of(answer)
        large = self.door.send("POST", "/bad?delete", b"<Delete>" + b" " * (9 << 20) + b"</Delete>")
        self.assertEqual(400, large.status, large.body[:300])

    def test_unknown_operations_are_not_implemented(self):
        for method, target in (("GET", "/bad?inventory"), ("PUT", "/bad?encryption"), ("PUT", "/bad?website"),
                               ("POST", "/bad/key?select&select-type=2"), ("POST", "/bad/key?restore"), ("POST", "/bad"),
                               ("GET", "/bad/key?torrent"), ("PUT", "/bad/key?retention"), ("PUT", "/bad/key?legal-hold"),
                               ("PATCH", "/bad/key"), ("PROPFIND", "/bad")):
            with self.subTest(method + target):
                answer = self.door.send(method, target, b"" if method in ("PUT", "POST", "PATCH") else None)
                self.assertIn((self.door.error_of(answer), answer.status), (("NotImplemented", 501), ("MethodNotAllowed", 405)))
        self.assert_refused("NotImplemented", 501, "PUT", "/bad/key", b"x", {"x-amz-server-side-encryption": "aws:kms"})
        self.assert_refused("NotImplemented", 501, "PUT", "/bad/key", b"x", {"x-amz-object-lock-mode": "GOVERNANCE"})
        self.assert_refused("MethodNotAllowed", 405, "PUT", "/", b"")
        self.assert_refused("NoSuchKey", 404, "GET", "/bad/key")

    def test_headers_out_of_bounds_are_refused(self):
        self.assert_refused("MetadataTooLarge", 400, "PUT", "/bad/key", b"x", {"x-amz-meta-a": "v" * 2048})
        self.assert_refused("InvalidStorageClass", 400, "PUT", "/bad/key", b"x", {"x-amz-storage-class": "COLD"})
        self.assert_refused("InvalidArgument", 400, "PUT", "/bad/key", b"x", {"x-amz-acl": "everybody"})
        self.assert_refused("InvalidArgument", 400, "GET", "/bad?max-keys=many")
        self.assert_refused("InvalidArgument", 400, "GET", "/bad?encoding-type=base64")
        self.assert_refused("InvalidArgument", 400, "GET", "/bad?versions&version-id-marker=x")
        self.assert_refused("InvalidArgument", 400, "PUT", "/bad/key?partNumber=0&uploadId=x", b"x")
        self.assert_refused("NoSuchUpload", 404, "PUT", "/bad/key?partNumber=1&uploadId=../../x", b"x")
        self.assertEqual(200, self.door.send("PUT", "/bad/key", b"x", {"x-amz-meta-ok": "v"}).status)
        self.assert_refused("InvalidRequest", 400, "GET", "/bad/key?response-content-type=text/html")
        self.assert_refused("InvalidArgument", 400, "GET", "/bad/key?response-content-type=a%0d%0aX-Evil:%201",
                            headers={"Authorization": "any"})
        self.assert_refused("NoSuchVersion", 404, "GET", "/bad/key?versionId=../../../outside")
        self.door.send("DELETE", "/bad/key").expect(204)

    def test_pages_from_elsewhere_change_nothing(self):
        evil = {"Origin": "http://evil.test", "Content-Type": "text/plain"}
        self.assert_refused("AccessDenied", 403, "PUT", "/bad/evil", b"x", evil)
        self.assert_refused("AccessDenied", 403, "POST", "/bad?delete", b"<Delete/>", evil)
        self.assertEqual(421, self.door.send("GET", "/bad", headers={"Host": "evil.test"}).status)
        self.door.send("PUT", "/bad/own", b"x", {"Origin": f"http://localhost:{self.door.port}"}).expect(200)

    def test_every_answer_names_its_request(self):
        for answer in (self.door.send("GET", "/"), self.door.send("GET", "/nothing-here"), self.door.send("HEAD", "/bad/none")):
            self.assertTrue(answer.headers["x-amz-request-id"])
            self.assertTrue(answer.headers["x-amz-id-2"])
        listing = self.door.send("GET", "/bad?list-type=2").expect(200)
        self.assertEqual("application/xml", listing.headers.get_content_type())
        self.assertIn(NAMESPACE.strip("{}").encode(), listing.body)


if __name__ == "__main__":
    unittest.main(verbosity=2)
