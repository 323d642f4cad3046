"""What people say of tables, against the real program: it outlives crawls and kills, and wrong requests say where."""

import unittest

from catalog_test import CatalogTestCase
from tarn_harness import wait_until

SONGS = "/v1/databases/spotify/tables/songs"


class EditsTest(CatalogTestCase):
    def send(self, method, path, body=None, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            named.setdefault("Content-Type", "application/json")
        return self.catalog.send(method, path, body, headers=named)

    def columns(self):
        return [(column["name"], column["type"], column["comment"]) for column in self.table("songs")["columns"]]

    def crawled(self, key, content):
        """Commits a file and waits for the crawl that its event causes."""
        before = len(self.catalog.items("/v1/crawls"))
        self.commit({key: content})
        wait_until("the file is crawled", lambda: len(self.catalog.items("/v1/crawls")) > before and
                   all(crawl["state"] not in ("queued", "running") for crawl in self.catalog.items("/v1/crawls")))

    def test_edits_outlive_crawls_and_kills(self):
        self.crawled("spotify/songs/a.csv", "id,preis\n1,10\n")
        patch = '{"owner":"ada","columns":{"preis":{"name":"price","type":"HUGEINT","comment":"cents"}}}'
        self.send("PATCH", SONGS, patch, Tarn_User="ada").expect(200)
        self.catalog.kill()
        self.catalog.start()
        expected = [("id", "BIGINT", ""), ("price", "HUGEINT", "cents")]
        self.assertEqual(self.columns(), expected)
        self.crawled("spotify/songs/b.csv", "id,preis,extra\n2,20,x\n")
        self.assertEqual(self.columns(), [*expected, ("extra", "VARCHAR", "")])
        versions = self.catalog.items(f"{SONGS}/versions")
        self.assertEqual([version.get("edited_by") for version in versions], [None, "ada", None])
        self.send("PATCH", SONGS, '{"columns":{"price":null}}').expect(200)
        self.assertEqual(self.columns()[1], ("preis", "BIGINT", ""))

    def test_two_people_do_not_overwrite_each_other(self):
        self.crawled("spotify/songs/a.csv", "id\n1\n")
        tag = self.catalog.get(SONGS).headers["ETag"]
        self.send("PATCH", SONGS, '{"owner":"ada"}', If_Match=tag).expect(200)
        self.send("PATCH", SONGS, '{"owner":"bob"}', If_Match=tag).expect(412)
        self.assertEqual(self.table("songs")["owner"], "ada")

    def test_a_dropped_table_comes_back_with_a_crawl_and_not_with_an_event(self):
        self.crawled("spotify/songs/a.csv", "id\n1\n")
        self.send("DELETE", SONGS).expect(204)
        self.commit({"spotify/songs/b.csv": "id\n2\n", "spotify/later/a.csv": "id\n1\n"})
        wait_until("the later event is handled",
                   lambda: self.catalog.get("/v1/databases/spotify/tables/later").status == 200)
        self.assertEqual(self.catalog.get(SONGS).status, 404)
        self.crawl()
        self.assertEqual(self.table("songs")["rows"], 2)

    def test_wrong_requests_say_where(self):
        self.crawled("spotify/songs/a.csv", "id,score\n1,1.5\n")
        views = "/v1/databases/spotify/views"
        cases = [("PATCH", SONGS, '{"colour":1}', 400, "/colour"),
                 ("PATCH", SONGS, '{"columns":{"score":{"type":"INTEGER"}}}', 422, "/columns/score/type"),
                 ("PATCH", SONGS, '{"columns":{"x":{"comment":"y"}}}', 404, "/columns/x"),
                 ("PATCH", SONGS, '{"columns":{"id":{"name":"score"}}}', 409, "/columns/id/name"),
                 ("PATCH", "/v1/databases/spotify/tables/x", "{}", 404, ""),
                 ("PUT", f"{views}/songs", '{"sql":"SELECT 1"}', 409, ""),
                 ("PUT", f"{views}/v", "{}", 400, "/sql"),
                 ("DELETE", f"{views}/v", None, 404, ""),
                 ("DELETE", "/v1/databases/spotify", None, 409, ""),
                 ("PUT", f"{SONGS}/tags/a", '{"value":1}', 400, "/value"),
                 ("PUT", f"{SONGS}/columns/x/tags/a", '{"value":"1"}', 404, ""),
                 ("GET", "/v1/search", None, 400, "query:q"),
                 ("GET", "/v1/search?q=a&type=column", None, 400, "query:type"),
                 ("GET", "/v1/search?q=a&page_token=x", None, 400, "query:page_token")]
        for method, path, body, status, where in cases:
            with self.subTest(method=method, path=path, body=body):
                problem = self.send(method, path, body).expect(status).json()
                self.assertEqual(problem.get("where", ""), where)

    def test_views_tags_and_search_work_together(self):
        self.crawled("spotify/songs/a.csv", "id,artist_name\n1,x\n")
        self.send("PUT", "/v1/databases/spotify/views/artists", '{"sql":"SELECT artist_name FROM songs","comment":"who sings"}').expect(201)
        self.send("PUT", f"{SONGS}/columns/artist_name/tags/pii", '{"value":"no"}').expect(200)
        found = [(hit["type"], hit["name"], hit["columns"]) for hit in self.catalog.items("/v1/search?q=artist")]
        self.assertCountEqual(found, [("view", "artists", []), ("table", "songs", ["artist_name"])])
        found = [hit["name"] for hit in self.catalog.items("/v1/search?tag=pii=no&q=")]
        self.assertEqual(found, ["songs"])
        resolved = self.catalog.post("/v1/tables:resolve", {"names": [{"database": "spotify", "table": "artists"}]})
        self.assertEqual(resolved.expect(200).json()["tables"][0]["view"], {"dialect": "duckdb", "sql": "SELECT artist_name FROM songs", "version": 1})


if __name__ == "__main__":
    unittest.main()
