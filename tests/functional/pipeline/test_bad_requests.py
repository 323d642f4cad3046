"""Walks over every route of every service with requests that are wrong in some way: each gets a problem document that
says what is wrong, and the service lives on."""

import contextlib
import http.client
import json
import socket
import unittest

from openapi_operations import METHODS, of_another_type, operations_of
from tarn_harness import TarnTestCase

JSON = {"Content-Type": "application/json"}


class EveryRoute(TarnTestCase):
    def operations(self):
        for service in self.tarn.services.values():
            document = service.get("/openapi.json").expect(200).json()
            for operation in operations_of(document):
                yield service, operation

    def json_operations(self):
        return [(service, operation) for service, operation in self.operations()
                if operation.takes_json and not operation.is_signed]

    def assert_problem(self, answer, *statuses):
        self.assertIn(answer.status, statuses, f"{answer.request}: {answer.body[:500]}")
        self.assertTrue(answer.is_problem(), f"{answer.request}: {answer.headers.get_content_type()}")
        problem = answer.json()
        self.assertEqual(answer.status, problem["status"])
        self.assertGreater(len(problem["detail"]), 10, f"{answer.request}: a detail that helps: {problem}")
        return problem

    def assert_alive(self, service):
        self.assertTrue(service.alive(), f"{service.name} died")
        service.get("/healthz").expect(200)

    @contextlib.contextmanager
    def surviving(self, service, subject):
        """A subtest after which the service must still answer."""
        with self.subTest(service=service.name, subject=str(subject)):
            yield
            self.assert_alive(service)

    def test_there_are_routes_to_walk_over(self):
        self.assertGreater(len(list(self.operations())), 40)
        self.assertGreater(len(self.json_operations()), 4)

    def test_malformed_json_is_refused(self):
        for service, operation in self.json_operations():
            with self.surviving(service, operation):
                for body in (b'{"a":', b"nonsense", b'{"a":1}x'):
                    self.assert_problem(service.send(operation.method, operation.concrete_path, body, JSON), 400)
                # Too deep, and for some routes too long.
                self.assert_problem(service.send(operation.method, operation.concrete_path, b"[" * 100_000, JSON), 400, 413)
                if operation.requires_body:
                    self.assert_problem(service.send(operation.method, operation.concrete_path, b"", JSON), 400)

    def test_bytes_that_are_not_utf8_are_refused(self):
        for service, operation in self.json_operations():
            with self.surviving(service, operation):
                self.assert_problem(
                    service.send(operation.method, operation.concrete_path, b'{"a":"\xff\xfe"}', JSON), 400)

    def test_a_body_that_is_no_object_is_refused(self):
        for service, operation in self.json_operations():
            with self.surviving(service, operation):
                for body in (b"[]", b"null", b"1", b'"text"'):
                    self.assert_problem(service.send(operation.method, operation.concrete_path, body, JSON), 400)

    def test_an_unknown_member_is_named(self):
        for service, operation in self.json_operations():
            with self.surviving(service, operation):
                if operation.json_schema.get("additionalProperties") not in (None, False):
                    continue
                body = operation.valid_body() | {"no_such_member": 1}
                answer = service.send(operation.method, operation.concrete_path, json.dumps(body).encode(), JSON)
                self.assertIn("no_such_member", json.dumps(self.assert_problem(answer, 400)))

    def test_a_member_of_the_wrong_type_is_located(self):
        for service, operation in self.json_operations():
            with self.surviving(service, operation):
                for name, schema in operation.properties.items():
                    if "type" not in schema:
                        continue
                    body = operation.valid_body() | {name: of_another_type(schema)}
                    answer = service.send(operation.method, operation.concrete_path, json.dumps(body).encode(), JSON)
                    problem = self.assert_problem(answer, 400)
                    self.assertTrue(problem.get("where", "").startswith(f"/{name}"), f"{operation} {name}: {problem}")

    def test_a_webhook_without_a_signature_is_refused_before_its_body_is_looked_at(self):
        webhooks = [(service, operation) for service, operation in self.operations() if operation.is_signed]
        self.assertEqual(["tarn-transform", "tarn-catalog"], [service.name for service, _ in webhooks])
        for service, operation in webhooks:
            with self.surviving(service, operation):
                for body in (b"", b"{}", b'{"a":', b"\xff", b"[" * 1_000):
                    self.assert_problem(service.send(operation.method, operation.concrete_path, body, JSON), 401)

    def test_a_wrong_media_type_is_refused(self):
        for service, operation in self.json_operations():
            with self.surviving(service, operation):
                if operation.media_types != ["application/json"]:
                    continue
                answer = service.send(operation.method, operation.concrete_path, b"{}", {"Content-Type": "image/png"})
                self.assert_problem(answer, 415)

    def test_a_body_over_the_limit_is_refused_without_waiting_for_it(self):
        for service, operation in self.operations():
            with self.surviving(service, operation):
                if not operation.media_types:
                    continue
                with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
                    head = (f"{operation.method} {operation.concrete_path} HTTP/1.1\r\nHost: localhost\r\n"
                            f"Content-Type: {operation.media_types[0]}\r\nContent-Length: {10 << 30}\r\n\r\n")
                    connection.sendall(head.encode())
                    response = http.client.HTTPResponse(connection, method=operation.method)
                    response.begin()
                    self.assertIn(response.status, (413, 404))

    def test_a_method_that_a_path_does_not_have_is_answered_with_those_it_has(self):
        allowed = {}
        for service, operation in self.operations():
            allowed.setdefault((service, operation.path), []).append(operation)
        for (service, path), operations in allowed.items():
            with self.surviving(service, path):
                methods = {operation.method for operation in operations}
                others = [method.upper() for method in METHODS if method.upper() not in methods]
                for method in others:
                    answer = service.send(method, operations[0].concrete_path)
                    if answer.status == 404 and ":" in path:
                        continue  # "x:cancel" may as well be a name, and there is nothing of that name
                    self.assert_problem(answer, 405)
                    named = {name.strip() for name in answer.headers["Allow"].split(",")}
                    self.assertLessEqual(methods, named, f"{method} {path}")

    def test_an_unknown_query_parameter_is_named(self):
        for service, operation in self.operations():
            with self.surviving(service, operation):
                answer = service.send(operation.method, operation.concrete_path + "?no_such_parameter=1")
                problem = self.assert_problem(answer, 400)
                self.assertIn("no_such_parameter", json.dumps(problem))

    def test_a_page_limit_that_is_no_number_is_refused(self):
        for service, operation in self.operations():
            with self.surviving(service, operation):
                if operation.method != "GET" or not operation.has_parameter("limit"):
                    continue
                for query in ("limit=0", "limit=-1", "limit=many", "limit=99999999999999999999", "page_token=%00%ff"):
                    self.assert_problem(service.get(f"{operation.concrete_path}?{query}"), 400, 404)

    def test_broken_escapes_and_long_paths_are_refused(self):
        for service in self.tarn.services.values():
            with self.surviving(service, "paths"):
                for path in ("/v1/%zz", "/v1/%00", "/v1/%ff", "/nothing", "/v1/" + "x" * 8000):
                    self.assert_problem(service.get(path), 400, 404)


if __name__ == "__main__":
    unittest.main()
