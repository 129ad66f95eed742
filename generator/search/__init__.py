"""The search: text becomes terms and a query says which papers are meant, at build and in browsers alike.

From questions to papers:
    query           the language of the search box, of the command line, and of topics
    analysis        text → terms: words in any of their forms
    function_words  those which tell nothing
    holding         which papers a query holds
    engine          the files of an index and a question → papers, the best first
    spelling        words that were likely meant
    files           the files of an index, read by key

From papers to the files of an index:
    index           Catalog → paths and bytes, one file after the other
    searched        what of a paper is searched
    tier_tables     papers → what the tables of a tier say
    occurrences     what stands in very many texts, as arrays
    abbreviations   the short forms that papers define, and what for
    tiers           the numbers of papers, and which of them are settled
    postings        what the tables say of a word: how much it tells in a paper, or where it stands
    shards          tables in files of some kilobytes
    tables          where they are while an index is made
    columns         what sorting and filters need of every paper

FORMAT.md has the files' format on one page. ``theme/assets/javascripts/search/`` does for browsers what
query, analysis, function_words, engine, spelling, files, postings and shards do here.
"""

FOLDER = "search/"  # how the paths of an index begin, below the site's folder
