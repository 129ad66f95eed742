"""``make bench-search``: what the search finds, and what it costs, beside lunr, Pagefind and plain BM25.

- ``corpora``: real papers, and what stands among them up to any number
- ``questions``: what is asked, and what would be right
- ``measures``: how good a ranking is, whoever made it
- ``ours``, ``peers``: indexes over the same papers; each is asked through a ``Ranker``
- ``costs``: seconds and memory of indexing; ``browser``: bytes and milliseconds in Chromium
- ``hostile``: markup in titles, endless questions
- ``report``: the tables
"""
