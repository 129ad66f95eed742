"""What helps people to keep the content good, besides the tables in ``curated``.

forms        what people wrote into an issue form → what they want
adding       what somebody wants → a file in the content folder, checked
tidy         people's YAML files in their one right form, by the smallest change
schemas      JSON Schemas of these files, for editors
remarks      what looks odd in a catalog that is valid; with
duplicates   papers that are likely one,
rules        topics' rules that find nothing, or nearly everything,
links        links to pages that aren't there, and
spelling     words that differ by a slip
"""
