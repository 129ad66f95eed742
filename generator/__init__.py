"""Broadsheet: listings of research papers in, a publication out.

The flow, one direction, each step a module:

    content.load        content/ → Catalog, or every error at once
      readers           a listing file → what it says of each paper
      merge             what was said of papers → papers, each once
      ledger            what feeds have told already, and must go on telling
      debuts            when papers were first listed and last updated
      topics            rules → which paper belongs to which topic
    pages.render        Catalog → Markdown pages with YAML front matter
      related           which papers are near to which, from what ``cache`` kept where it still holds
      charts            numbers, as ``trends`` counts them → pictures
    feeds.render        Catalog → feeds
      documents         a feed → its current document and its archives
      entries           a paper → what a subscriber reads of it
      formats           entries and documents in all formats: rss_atom, json_feed
      opml              the list of all feeds
    data.render         Catalog → papers.jsonl, papers.bib, papers.ris, papers.csl.json
      citations         a paper → CSL-JSON, BibTeX, RIS and a line of text
      names             an author's name → its parts
    search.index        Catalog → the search index; ``search`` is all that finds
    cards.render        Catalog → social cards
    sitemap, llms, opensearch   what search engines, language models and browsers ask for first
    making              all of these: what there is to make of a catalog
    rendering           Markdown pages → HTML: the shorter ways, and where they give up
    output.publish      {path: bytes} → files; the only module that writes
      stamps            which files are as they would be made again, by ``fingerprints`` of what is in them
      pieces            files of which most is taken from what is there
      unchanged         whether there is anything to build at all
    mail                a week or a day → a digest by e-mail, and to those who asked for it

Before it, ``pulling`` puts what ``sources`` list into content/, ``enriching`` adds what ``matching`` finds
for titles, and ``starting`` begins a publication from nothing.

Beside it, for what has been published: ``freezing`` adds to the ledger, ``published`` compares with a
site (which ``published_feed`` reads), ``feed_lint`` (by ``feed_values``) judges anybody's feeds.
``curation`` helps people to write the files that ``curated`` describes; ``diff`` tells what a change of
them changes; ``repository`` knows where they are edited. ``sources`` is all that touches the network.
``processes`` do work at the same time; ``stages`` and ``memory`` tell what it takes.
And under all of it: ``model`` (the words; long texts are ``stored``), ``errors``, ``text``,
``fields`` (what a value may be), ``dates``, ``yamlfile`` (by ``slips``), ``introduction`` (of topics),
``trending``, ``trends``.

``plugin`` hands these to MkDocs, ``cli`` (its ``commands``) to people.
"""
