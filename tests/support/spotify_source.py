"""A source that reads one playlist from the stand-in of Spotify's API."""

from pathlib import Path

SOURCE = """
connector: spotify
options:
  base_url: {api}/v1
  token_url: {api}/api/token
  client_id: stand-in
  client_secret: stand-in
  playlists: [{playlist}]
  include: []
  page_size: {page_size}
"""


def write_spotify_source(pipelines, api, playlist, page_size, connections=None):
    """Makes the pipeline `spotify` below `pipelines`: its items and nothing else."""
    pipeline = Path(pipelines) / "spotify"
    pipeline.mkdir(parents=True)
    text = SOURCE.format(api=api, playlist=playlist, page_size=page_size)
    if connections:
        text += f"  connections: {connections}\n"
    (pipeline / "source.yaml").write_text(text)
