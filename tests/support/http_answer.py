"""Sends one HTTP request and holds its answer."""

import http.client
import json


class Answer:
    def __init__(self, request, status, headers, body):
        self.request = request  # "GET /v1/runs", for messages
        self.status = status
        self.headers = headers  # an email.message.Message: names compare without case
        self.body = body

    def json(self):
        return json.loads(self.body)

    def text(self):
        return self.body.decode()

    def expect(self, *statuses):
        """Returns itself if the status is one of these, else fails with the body."""
        if self.status not in statuses:
            body = self.body[:2000].decode(errors="replace")
            raise AssertionError(f"{self.request}: {self.status}, expected {statuses}: {body}")
        return self

    def is_problem(self):
        return self.headers.get_content_type() == "application/problem+json"


def send(host, port, method, path, body=None, headers=None, timeout=60):
    """Errors of the connection are raised as OSError or http.client.HTTPException."""
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return Answer(f"{method} {path}", response.status, response.headers, response.read())
    finally:
        connection.close()
