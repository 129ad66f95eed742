"""Broadsheet: listings of research papers in, a publication out.

The flow, one direction, each step a module:

    content.load        content/ → Catalog, or every error at once
      readers           a listing file → what it says of each paper
      merge             what was said of papers → papers, each once
      topics            rules → which paper belongs to which topic
    pages.render        Catalog → Markdown pages with YAML front matter
    feeds.render        Catalog → feeds
    data.render         Catalog → papers.jsonl
    output.sync         {path: bytes} → files; the only module that writes

``plugin`` hands these to MkDocs, ``cli`` to people.
"""
