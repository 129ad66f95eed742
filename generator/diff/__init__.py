"""What a change of the content changes for readers and subscribers: ``broadsheet diff``.

git           the files of a commit
comparison    two catalogs → what differs
changes       what can differ, as types
as_json       these → JSON, and back, from a stranger's file
as_markdown   these → what people read under a pull request
"""
