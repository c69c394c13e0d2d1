"""How well an index answers, on folders of judged questions. Nothing else of qa knows of it."""
