"""Webhooks of the real tarn-extract: files that other programs drop, formats, signatures, failures, kill -9."""

import json
import shutil
import tempfile
import unittest
from pathlib import Path
from urllib.parse import unquote_plus

from receiver import Receiver
from tarn_harness import BUILD, Program, wait_until


class WebhookTest(unittest.TestCase):
    def setUp(self):
        self.home = Path(tempfile.mkdtemp(prefix="tarn_webhooks_"))
        self.addCleanup(shutil.rmtree, self.home, ignore_errors=True)
        (self.home / "pipelines").mkdir()
        # The sweep is so rare that only the watch can tell of a file.
        command = [BUILD / "services" / "extract" / "tarn-extract", "--home", self.home, "--pipelines", self.home / "pipelines",
                   "--log-format", "text", "--adopt-interval", "1h", "--adopt-settle", "1ms"]
        self.extract = Program("tarn-extract", command, self.home)
        self.extract.start()
        self.addCleanup(self.extract.kill)
        self.addCleanup(lambda: None if self._outcome.success else print(self.extract.log_tail(), flush=True))
        self.receiver = Receiver()
        self.addCleanup(self.receiver.close)

    def subscribe(self, **members):
        body = {"id": "mine", "endpoint": self.receiver.url} | members
        return self.extract.post("/v1/subscriptions", body).expect(201).json()["secret"]

    def drop(self, key, content="x"):
        file = self.home / "lake" / "raw" / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)

    def await_webhooks(self, count):
        return wait_until(f"{count} webhooks", lambda: len(self.receiver.received) >= count and list(self.receiver.received))

    def state(self):
        states = self.extract.get("/v1/subscriptions/mine/deliveries").expect(200).json()["states"]
        return states[0] if states else {}

    def test_a_dropped_file_is_announced_as_a_signed_cloud_event(self):
        secret = self.subscribe(filter={"bucket": "raw", "suffix": ".csv"})
        self.drop("not_wanted.txt")
        self.drop("sales/day=1/a.csv", "1,2")
        [webhook] = self.await_webhooks(1)
        event = webhook.json()
        self.assertEqual(event["type"], "io.tarn.object.created")
        self.assertEqual(event["data"]["key"], "sales/day=1/a.csv")
        self.assertEqual(event["data"]["operation"], "adopt")
        self.assertEqual(event["data"]["content_type"], "text/csv")
        self.assertTrue(webhook.is_signed_with(secret))

    def test_s3_notifications_are_what_lambdas_read(self):
        self.subscribe(body_format="s3")
        key = "raw_data/to_processed/spotify_raw_2024-09-11 11:35:15.052966.json"
        self.drop(key, "{}")
        [webhook] = self.await_webhooks(1)
        record = webhook.json()["Records"][0]
        self.assertEqual(record["eventName"], "ObjectCreated:Put")
        self.assertEqual(record["s3"]["bucket"]["name"], "raw")
        self.assertEqual(unquote_plus(record["s3"]["object"]["key"]), key)
        self.assertEqual(record["s3"]["object"]["size"], 2)

    def test_both_secrets_sign_after_a_rotation(self):
        old = self.subscribe()
        new = self.extract.post("/v1/subscriptions/mine:rotateSecret").expect(200).json()["secret"]
        result = self.extract.post("/v1/subscriptions/mine:test").expect(200).json()
        self.assertTrue(result["delivered"], result)
        [webhook] = self.await_webhooks(1)
        self.assertTrue(webhook.is_signed_with(old) and webhook.is_signed_with(new))

    def test_a_key_that_is_not_taken_blocks_no_other_and_is_visible(self):
        self.receiver.answer = lambda webhook: 500 if webhook.json()["data"]["key"] == "poison" else 204
        self.subscribe()
        self.drop("poison")
        wait_until("the failure is shown", lambda: self.state().get("last_status") == 500)
        for number in range(20):
            self.drop(f"fine/{number}")
        wait_until("the others arrive", lambda: {f"fine/{n}" for n in range(20)} <=
                   {webhook.json()["data"]["key"] for webhook in self.receiver.received})

        def waits_for_another_try():
            state = self.state()  # no time stands in it while a try is under way
            return state["pending"] == 1 and state["attempts"] > 0 and state["next_attempt_at"] is not None
        wait_until("the state says so", waits_for_another_try)
        self.receiver.answer = lambda webhook: 204
        self.extract.send("PATCH", "/v1/subscriptions/mine", json.dumps({"enabled": True}).encode(),
                          {"Content-Type": "application/merge-patch+json"}).expect(200)  # tries at once
        wait_until("it is delivered", lambda: self.state()["pending"] == 0 and self.state()["last_status"] == 204)

    def test_nothing_is_lost_when_the_service_is_killed(self):
        self.subscribe()
        for number in range(60):
            self.drop(f"k/{number}")
            if number == 30:
                self.extract.kill()
        self.extract.start()  # its first sweep finds what was dropped meanwhile
        keys = {f"k/{number}" for number in range(60)}
        wait_until("every event", lambda: keys <= {webhook.json()["data"]["key"] for webhook in self.receiver.received})

    def test_an_endpoint_inside_a_private_network_is_refused_unless_allowed(self):
        self.subscribe(endpoint="http://169.254.169.254/latest/meta-data/")
        result = self.extract.post("/v1/subscriptions/mine:test").expect(200).json()
        self.assertFalse(result["delivered"])
        self.assertIn("not allowed", result["error"])


if __name__ == "__main__":
    unittest.main()
